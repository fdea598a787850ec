-- Posts the body in BODY again and again, with ids of IDS in turn where it says $ID$; prints what came of it as a line of JSON.
local function whole(path)
  local file = assert(io.open(path))
  local text = file:read("*a")
  file:close()
  return text
end

local headers = { ["Content-Type"] = "application/json", ["Accept"] = "application/json" }
local requests, sent = {}, 0

function init()
  local path, body = os.getenv("TARGET"), whole(os.getenv("BODY"))
  if not body:find("$ID$", 1, true) then
    requests[1] = wrk.format("POST", path, headers, body)
    return
  end
  for id in whole(os.getenv("IDS")):gmatch("%S+") do
    requests[#requests + 1] = wrk.format("POST", path, headers, (body:gsub("%$ID%$", id)))
  end
end

function request()
  sent = sent + 1
  return requests[(sent - 1) % #requests + 1]
end

wrong = 0
function response(status, _, body)
  if status ~= 200 or body:find('"errors"', 1, true) then
    wrong = wrong + 1
  end
end

local threads = {}
function setup(thread)
  threads[#threads + 1] = thread
end

function done(summary, latency)
  local bad, errors = 0, summary.errors
  for _, thread in ipairs(threads) do
    bad = bad + thread:get("wrong")
  end
  print(string.format(
    '{"requests": %d, "rps": %.2f, "p50_ms": %.3f, "p99_ms": %.3f, "wrong": %d}',
    summary.requests, summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    bad + errors.connect + errors.read + errors.write + errors.timeout
  ))
end
