"""Malformed requests byte by byte: of HTTP, of JSON, and of forms with files. Each carries a mutation under a name of its own."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

NAME = "tag-0000"
"""Stands for the tag's name, which each case has its own of, just as long."""
MUTATION = f'mutation {{ createTag(input: {{name: "{NAME}"}}) {{ tag {{ id }} }} }}'
BODY = json.dumps({"query": MUTATION}).encode()
NAMED = "mutation($n: String!) { createTag(input: {name: $n}) { tag { id } } }"
JSON, PREFLIGHT, HOST = "content-type: application/json", "graphql-require-preflight: 1", "host: localhost"
POST = "POST /graphql HTTP/1.1"


@dataclass(frozen=True)
class Case:
    """A request to send; `writes` where it is odd, and yet what a client may send."""

    family: str
    raw: bytes
    writes: bool = False

    def named(self, number: int) -> tuple[str, bytes]:
        """The name of its tag, and the request with it."""
        name = f"{self.family[:3]}-{number:04}"
        return name, self.raw.replace(NAME.encode(), f"{name:<8}"[:8].encode())


def sent(line: str, *headers: str, body: bytes = b"") -> bytes:
    """A request of just these headers; texts are Latin-1, as bytes that are no ASCII come."""
    return "\r\n".join([line, *headers, "", ""]).encode("latin-1") + body


def asked(*more: str, line: str = POST, body: bytes = BODY) -> bytes:
    """A request that would be in order without `more`."""
    return sent(line, HOST, JSON, f"content-length: {len(body)}", "connection: close", *more, body=body)


LINES = [
    "POST /graphql", "POST /graphql HTTP/9.9", "POST /graphql HTTP/1.1 x", "P\0ST /graphql HTTP/1.1", "POST /gra\0phql HTTP/1.1",
    "POST graphql HTTP/1.1", "POST /graphql/ HTTP/1.1", "POST //graphql HTTP/1.1", "POST /x/../graphql HTTP/1.1",
    "POST http://evil.example/x HTTP/1.1", "POST * HTTP/1.1", "CONNECT localhost:80 HTTP/1.1", "POST /graphql HTTP/1,1",
    "POST /%ff%fe HTTP/1.1", "POST /" + "a" * 70_000 + " HTTP/1.1", "FOO /graphql HTTP/1.1", "PRI * HTTP/2.0", "", ":",
    "\x16\x03\x01\x02\x00\x01\x00", "PUT /graphql HTTP/1.1", "HEAD /graphql HTTP/1.1", "POST  HTTP/1.1",
    "POST /graphql XTTP/1.1",
    "TRACE /graphql HTTP/1.1", "POST /graphql%00 HTTP/1.1", "POST /\xff HTTP/1.1", "POST /graphql\r HTTP/1.1",
    "OPTIONS /graphql HTTP/1.1", "GET /graphql HTTP/1.1", "POST [::1 HTTP/1.1", "POST http://[::1/graphql HTTP/1.1",
]  # fmt: skip
HEADERS = [
    "no colon", "spaced : 1", ": empty", "x: a\0b", "x\0y: 1", "x: a\rb", "\xff: 1", "x" * 70_000 + ": 1", "x: " + "y" * 70_000,
    "transfer-encoding: chunked", "transfer-encoding: gzip", "transfer-encoding: chunked, identity",
    "transfer-encoding: xchunked",
    "transfer-encoding: \x0bchunked", "content-length: 1", "content-length: -1", "content-length: abc", "x(y): 1",
    "accept: image/png", "accept: ;;;",
]  # fmt: skip
LENGTHS = ["-1", "+5", "abc", "", "5, 5", "99999999999999999999999", "0x10", "1e3", "1 0", "0", "5", "100000", "1\0", "\xb2"]
CHUNKS = [
    b"zz\r\n%b\r\n0\r\n\r\n", b"-1\r\n%b\r\n0\r\n\r\n", b"ffffffffffffffffff\r\n%b\r\n0\r\n\r\n", b"%b", b"0\r\n\r\n%b",
    b"5\r\n%b\r\n0\r\n\r\n", b"\r\n%b\r\n0\r\n\r\n", b"\x00\r\n%b\r\n0\r\n\r\n", b"fff\r\n%b\r\n0\r\n\r\n",
    b"5 5\r\n%b\r\n0\r\n\r\n",
    b"0x5\r\n%b\r\n0\r\n\r\n", b"1\r\n{\r\n", b"1\r\n{\r\n1\r\n}\r\nX%b",
]  # fmt: skip
HOSTS = [
    "evil.example", "", "localhost@evil.example", "[::1", "[", "127.0.0.1.evil.example", "\xff", "localhost, evil.example",
    "a" * 5000, "localhost\0.evil.example", "]", "[]", "evil.example:localhost", "[localhost]",
]  # fmt: skip


def of_http() -> Iterator[Case]:
    good = f"content-length: {len(BODY)}"
    size = f"{len(BODY):x}".encode()
    for line in LINES:
        yield Case("http", asked(line=line))
    for header in HEADERS:
        yield Case("http", asked(header))
    for length in LENGTHS:
        yield Case("http", sent(POST, HOST, JSON, "connection: close", f"content-length: {length}", body=BODY))
    for chunks in CHUNKS:
        body = chunks.replace(b"%b", BODY)
        yield Case("http", sent(POST, HOST, JSON, "connection: close", "transfer-encoding: chunked", body=body))
    for host in HOSTS:
        yield Case("http", sent(POST, f"host: {host}", JSON, good, "connection: close", body=BODY))
    yield Case("http", sent(POST, JSON, good, "connection: close", body=BODY))  # no host at all
    yield Case("http", sent(POST, "host: evil.example", HOST, JSON, good, "connection: close", body=BODY))
    yield Case("http", sent(POST, HOST, "content-type: text/plain", good, JSON, "connection: close", body=BODY))
    yield Case("http", sent(POST, HOST, good, "connection: close", body=BODY))
    yield Case("http", sent(POST, HOST, JSON, good, good, "connection: close", body=BODY))
    yield Case("http", asked(*(f"x-{number}: {'y' * 500}" for number in range(200))))
    yield Case(
        "http", sent("GET /graphql?query=" + MUTATION.replace(" ", "%20") + " HTTP/1.1", HOST, PREFLIGHT, "connection: close")
    )
    yield Case("http", asked()[:-1])  # ends before its end
    yield Case("http", asked()[:60])
    yield Case("http", asked(line=f"{POST}\r\nx").replace(b"\r\n", b"\r"))
    yield Case("http", asked(HOST))
    yield Case("http", sent(POST.replace("1.1", "1.0"), JSON, good, body=BODY), writes=True)  # named no host before 1.1
    yield Case("http", sent(POST, "host: LocalHost:", JSON, good, "connection: close", body=BODY), writes=True)
    yield Case("http", asked("expect: nonsense"), writes=True)
    yield Case("http", asked("upgrade: h2c", "connection: upgrade"), writes=True)  # an offer that is passed over
    yield Case("http", asked(line="POST /%67raphql HTTP/1.1"), writes=True)
    yield Case("http", b"\r\n\r\n" + asked(), writes=True)
    chunked = sent(POST, HOST, JSON, "transfer-encoding: chunked", "connection: close")
    yield Case("http", chunked + size.upper() + b";x=1\r\n" + BODY + b"\r\n0\r\nhost: evil.example\r\n\r\n", writes=True)


WITHIN = json.dumps(MUTATION)[1:-1]
DEEP = 3000
BODIES = [
    BODY[:-1], BODY[1:], BODY[:20], BODY + b"}", BODY + BODY, BODY + b"\x00", b"\xef\xbb\xbf" + BODY, b"[" + BODY + b"]",
    b"[" + b",".join([BODY] * 10) + b"]", json.dumps(BODY.decode()).encode(), BODY.decode().encode("utf-16"),
    BODY.decode().encode("utf-32"), gzip.compress(BODY), BODY.replace(b'"query"', b"query"), BODY.replace(b'"', b"'"),
    BODY[:-1] + b",}", b"/* */" + BODY, BODY.replace(b"mutation", b"\nmutation"), BODY.replace(NAME.encode(), b"\xed\xa0\x80"),
    BODY.replace(b"mutation", b"\xc0\xafmutation"), BODY.replace(b"mutation", b"\\ud800mutation"), b"\x1e" + BODY,
    BODY[:-1] + b',"variables":{"a":NaN}}', BODY[:-1] + b',"variables":{"a":Infinity}}', BODY[:-1] + b',"variables":{"a":1e999}}',
    BODY[:-1] + b',"variables":{"a":' + b"1" * 500 + b"}}", BODY[:-1] + b',"variables":{"a":01}}', BODY[:-1] + b',"x":"\t"}',
    BODY[:-1] + b',"variables":' + b"[" * DEEP + b"]" * DEEP + b"}",
    BODY[:-1] + b',"x":' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}",
    BODY.replace(b'"query"', b'"mutation"'), BODY.replace(b'"query"', b'"Query"'), BODY[:-1] + b',"query":null}',
    b'{"query":["' + WITHIN.encode() + b'"]}', b'{"__proto__":' + BODY + b"}", BODY[:-1] + b',"operationName":"no"}',
    BODY.replace(b"tag { id }", b"tag"), BODY.replace(b"createTag", b"__proto__"), BODY.replace(b"mutation", b"subscription"),
    BODY.replace(b"mutation", b"query"), BODY.replace(b"input:", b"input: null, x:"), BODY.replace(b"mutation", b"mutation M"*2),
    BODY.replace(b"tag {", b"tag {" * 500),
]  # fmt: skip
WRONG: list[dict[str, Any]] = [
    {"variables": 1}, {"variables": "{}"}, {"variables": []}, {"variables": True}, {"operationName": []}, {"operationName": {}},
    {"operationName": 0}, {"extensions": 1}, {"extensions": "x"}, {"extensions": [{}]},
    {"variables": {str(n): n for n in range(6000)}},
]  # fmt: skip
NAMES: list[Any] = [None, 1, 1.5, True, [], {}, [[NAME] * 2], {"name": NAME}, "x" * 100_000 + NAME, 10**30]


def of_json() -> Iterator[Case]:
    for body in BODIES:
        yield Case("json", asked(body=body))
    for wrong in WRONG:
        yield Case("json", asked(body=json.dumps({"query": MUTATION} | wrong).encode()))
    for name in NAMES:
        yield Case("json", asked(body=json.dumps({"query": NAMED, "variables": {"n": name}}).encode()))
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "text/plain;application/json",
    ):
        yield Case("json", asked().replace(b"application/json", kind.encode()))
    body = json.dumps({"query": NAMED, "variables": {"n": f"\0{NAME}"}}).encode()
    yield Case("json", asked(body=body), writes=True)  # without the NUL
    yield Case("json", asked(body=b'{"query":1,' + BODY[1:]), writes=True)  # of two, the last
    yield Case("json", asked(body=BODY[:-1] + b',"variables":{"a":-0}}'), writes=True)


Part = tuple[str, bytes]
OPERATIONS: Part = ('name="operations"', BODY)
NOTHING: Part = ('name="map"', b"{}")
FILE: Part = ('name="0"; filename="a.txt"', b"words")
UPLOAD = f"mutation($f: Upload!) {{ a: {MUTATION[11:-2]} b: uploadMedia(input: {{file: $f}}) {{ userErrors {{ code }} }} }}"


def mapped(text: str) -> Part:
    return 'name="map"', text.encode()


def operations(given: Any) -> Part:
    return 'name="operations"', json.dumps(given).encode()


def form(*parts: Part, kind: str = "multipart/form-data; boundary=X", end: str = "--X--\r\n", first: str = PREFLIGHT) -> bytes:
    """A form of these parts."""
    lines = [f"--X\r\ncontent-disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n" for head, content in parts]
    body = b"".join(lines) + end.encode()
    return sent(POST, HOST, f"content-type: {kind}", f"content-length: {len(body)}", "connection: close", first, body=body)


TAKING = operations({"query": UPLOAD, "variables": {"f": None}})
MAPS = [
    "null", "[]", "1", '""', "{", '{"0": null}', '{"0": "variables.f"}', '{"0": [1]}', '{"0": [null]}', '{"0": ["x.y"]}',
    '{"9": ["variables.f"]}', '{"0": ["variables"]}', '{"0": [""]}', '{"0": ["variables.f.g"]}', '{"0": ["query"]}',
    '{"0": {"a": 1}}', '{"0": ["variables.__proto__"]}', '{"0": ["__proto__.f"]}', '{"0": ["constructor.prototype.f"]}',
    '{"0": ["variables.__class__"]}', '{"0": ["variables.-1"]}', '{"0": ["variables.f.0"]}', '{"0": ["."]}', '{"0": ["..."]}',
    '{"0": ["variables.' + "f." * 2000 + '"]}', json.dumps({str(number): ["variables.f"] for number in range(20_000)}),
    '{"0": ["operationName"]}', '{"0": ["extensions"]}', '{"__proto__": ["variables.f"]}', '{"0": ["0.variables.f"]}',
]  # fmt: skip
FORMS = [
    form(), form(OPERATIONS), form(NOTHING), form(FILE), form(OPERATIONS, FILE), form(FILE, NOTHING),
    form(('name="operations"', b""), NOTHING), form(OPERATIONS, ('name="map"', b"")), form(OPERATIONS, NOTHING, end=""),
    form(OPERATIONS, NOTHING, end="--X"), form(OPERATIONS, NOTHING, end="--Y--\r\n"), form(OPERATIONS, NOTHING, first="x: 1"),
    form(OPERATIONS, NOTHING, kind="multipart/form-data"), form(OPERATIONS, NOTHING, kind="multipart/form-data; boundary=Y"),
    form(OPERATIONS, NOTHING, kind="multipart/form-data; boundary="), form(OPERATIONS, NOTHING,
    kind="multipart/mixed; boundary=X"),
    form(OPERATIONS, NOTHING, kind="multipart/form-data; boundary=" + "X" * 5000), form(*[OPERATIONS] * 20, NOTHING),
    form(('name="operations"; filename="o.json"', BODY), NOTHING), form(OPERATIONS, ('name="map"; filename="m.json"', b"{}")),
    form(("", BODY), NOTHING), form(('filename="x"', BODY), NOTHING), form(('name="operations', BODY), NOTHING),
    form(operations([{"query": MUTATION}]), NOTHING), form(operations([{"query": MUTATION}] * 10),
    mapped('{"0": ["0.variables.f"]}'), FILE),
    form(operations(MUTATION), NOTHING), form(operations(None), NOTHING), form(operations({"query": None}), NOTHING),
    form(OPERATIONS, NOTHING, *[FILE] * 21), form(OPERATIONS, NOTHING, *[('name="x"', b"1")] * 20),
    form(('name="operations"', BODY.decode().encode("utf-16")), NOTHING), form(('name="operations"', b"\xff" + BODY), NOTHING),
    form(('name="operations"\r\ncontent-transfer-encoding: base64', BODY[:-1]), NOTHING),
    form(('name="operations"\r\n\0: x', BODY[:-1]), NOTHING), form(('name="operations"', BODY + b"x" * 2**20), NOTHING),
    form(OPERATIONS, NOTHING, first="graphql-require-preflight:"), form(OPERATIONS, NOTHING,
    kind='multipart/form-data; boundary="X'),
    form(OPERATIONS, NOTHING, kind="multipart/form-data; boundary=X; charset=utf-16"),
    form(("name*=utf-8''operations", BODY), NOTHING), form(TAKING, mapped('{"0": ["variables.f"]}')),
]  # fmt: skip


def of_forms() -> Iterator[Case]:
    for raw in FORMS:
        yield Case("form", raw)
    for text in MAPS:
        yield Case("form", form(TAKING, mapped(text), FILE))
    fits = mapped('{"0": ["variables.f"]}')
    yield Case("form", form(OPERATIONS, NOTHING), writes=True)
    yield Case("form", form(TAKING, fits, FILE), writes=True)
    yield Case("form", form(FILE, fits, TAKING), writes=True)  # the order is advice to the client
    yield Case("form", form(TAKING, mapped('{"0": ["variables.f", "variables.f"]}'), FILE), writes=True)


CASES = [*of_http(), *of_json(), *of_forms()]
