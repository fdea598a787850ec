"""Processors over GraphQL: what runs, how it ended, running again, and processors that an installation adds."""

from typing import Any

from domain.processing import PROCESSORS
from tests import media
from tests.conftest import Site
from tests.fakes import counting
from tests.graphql_api.asking import NOWHERE, fault, wrote

RUNS = """media { id status metadata { extra entries { namespace key value } } processing { state attempts startedAt finishedAt
  processor { key kinds mimeTypes operations version isAvailable missing } error { code message retryable } } }"""


def by_key(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {run["processor"]["key"]: run for run in found["processing"]}


async def process(site: Site, *ids: str, **more: Any) -> dict[str, Any]:
    return await wrote(site, "processMedia", RUNS, {"selection": {"ids": list(ids)}, **more})


async def test_every_registered_processor_is_told_and_available(site: Site) -> None:
    found = (await site.ask("{ processors { key kinds mimeTypes operations version isAvailable missing } }"))["processors"]
    assert [one["key"] for one in found] == list(PROCESSORS.known)
    assert all(one["kinds"] and one["operations"] and one["mimeTypes"] and one["version"] for one in found)
    assert all((one["isAvailable"], one["missing"]) == (True, []) for one in found)


async def test_runs_that_succeeded_run_again_only_by_force(site: Site) -> None:
    made = await site.uploaded(media.png(), "a.png")
    again = await process(site, made["id"])
    assert {run["attempts"] for run in again["media"][0]["processing"]} == {1}
    forced = await process(site, made["id"], force=True)
    assert {(run["attempts"], run["state"]) for run in forced["media"][0]["processing"]} == {(2, "SUCCEEDED")}
    assert forced["userErrors"] == []


async def test_only_processors_of_the_operations_named_run(site: Site) -> None:
    made = await site.uploaded(media.png(), "a.png")
    done = await process(site, made["id"], force=True, operations=["THUMBNAIL"])
    attempts = {key: run["attempts"] for key, run in by_key(done["media"][0]).items()}
    assert {key for key, count in attempts.items() if count == 2} == {"image.thumbnail"}
    assert len(attempts) > 1


async def test_a_failed_run_says_why_and_runs_again_without_force(site: Site) -> None:
    made = await site.uploaded(media.truncated_photo(), "a.jpg")
    done = (await process(site, made["id"]))["media"][0]
    run = by_key(done)["image.probe"]
    assert (done["status"], run["state"], run["attempts"]) == ("FAILED", "FAILED", 2)
    assert (run["error"]["code"], run["error"]["retryable"]) == ("UNREADABLE", False)
    assert run["error"]["message"]
    assert run["startedAt"] <= run["finishedAt"]


async def test_an_unknown_media_is_told_and_the_others_are_processed(site: Site) -> None:
    made = await site.uploaded(media.png(), "a.png")
    done = await process(site, NOWHERE, made["id"], force=True)
    assert fault(done) == ("NotFoundError", "NOT_FOUND", ["input", "selection", "ids", "0"])
    assert [one["id"] for one in done["media"]] == [made["id"]]


async def test_more_than_a_hundred_at_once_are_refused(site: Site) -> None:
    query = "mutation($input: ProcessMediaInput!) { processMedia(input: $input) { userErrors { code path } media { id } } }"
    answer = await site.answer(query, input={"selection": {"ids": [f"x{n}" for n in range(101)]}})
    assert "errors" in answer or answer["data"]["processMedia"]["userErrors"]
    codes = [one["extensions"]["code"] for one in answer.get("errors", [])] or [
        one["code"] for one in answer["data"]["processMedia"]["userErrors"]
    ]
    assert set(codes) <= {"LIMIT_EXCEEDED", "NOT_FOUND"}


async def test_a_new_processor_runs_on_upload_and_is_told(site: Site) -> None:
    with counting.registered():
        made = await site.uploaded(media.binary(3, 500), "three.bin")
        assert {run["processor"]["key"]: run["state"] for run in made["processing"]} == {
            counting.BYTES: "SUCCEEDED", counting.ADDRESSES: "SUCCEEDED",
        }  # fmt: skip
        found = (await process(site, made["id"], force=True))["media"][0]
        assert found["metadata"]["extra"] == {"counted": 500, "told": 500, "address": None, "bytes": 500}
        assert found["metadata"]["entries"] == [{"namespace": "fake", "key": "Filename", "value": "three.bin"}]
        assert {run["attempts"] for run in found["processing"]} == {2}
        keys = [one["key"] for one in (await site.ask("{ processors { key } }"))["processors"]]
        assert keys[-2:] == [counting.BYTES, counting.ADDRESSES]
    assert counting.BYTES not in PROCESSORS.known


async def test_one_that_reads_no_bytes_works_on_a_registered_media_too(site: Site) -> None:
    with counting.registered():
        payload = await wrote(site, "registerMedia", RUNS, {"url": "https://h/a", "kind": "OTHER"})
        runs = by_key(payload["media"])
        assert (runs[counting.BYTES]["state"], runs[counting.BYTES]["error"]["code"]) == ("SKIPPED", "NO_BYTES")
        assert (runs[counting.ADDRESSES]["state"], runs[counting.ADDRESSES]["error"]) == ("SUCCEEDED", None)
        assert payload["media"]["metadata"]["extra"] == {"address": "https://h/a", "bytes": 0}


async def test_a_processor_added_later_runs_for_media_that_are_there_already(site: Site) -> None:
    made = await site.uploaded(media.binary(4), "four.bin")
    assert made["processing"] == []
    with counting.registered():
        found = (await process(site, made["id"]))["media"][0]
        assert {(run["state"], run["attempts"]) for run in found["processing"]} == {("SUCCEEDED", 1)}
        assert found["status"] == "READY"


async def test_a_run_of_a_processor_that_is_gone_stays_readable(site: Site) -> None:
    with counting.registered():
        made = await site.uploaded(media.binary(5), "five.bin")
    found = await site.ask(f"query($id: ID!) {{ {RUNS.replace('media {', 'mediaItem(id: $id) {', 1)} }}", id=made["id"])
    run = by_key(found["mediaItem"])[counting.BYTES]
    assert (run["state"], run["processor"]["isAvailable"], run["processor"]["missing"]) == ("SUCCEEDED", False, [counting.BYTES])
