"""What people say of a media under names of their own: kept as said, locked against extraction, all of it or nothing."""

from typing import Any

import pytest

from tests import media
from tests.conftest import Site
from tests.graphql_api.asking import NOWHERE, fault, filled, wrote
from tests.graphql_api.test_extraction import AGAIN

ENTRIES = "version metadata { entries { namespace key type value text source locked } }"
VALUES = [("a", "words\nof two lines", "STRING"), ("b", 7, "INT"), ("c", 0.5, "FLOAT"), ("d", False, "BOOLEAN"),
          ("e", {"x": [1, None, "é"]}, "JSON"), ("f", [], "JSON"),
          ("g", r"\u0000", "STRING"), ("h", 2**53 - 1, "INT")]  # fmt: skip


async def said(site: Site, key: str, *entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    return await wrote(site, "setMetadata", f"media {{ {ENTRIES} }}", {"media": key, "entries": list(entries), **more})


async def entries(site: Site, key: str) -> dict[tuple[str, str], dict[str, Any]]:
    found = (await site.ask(f"query($id: ID!) {{ mediaItem(id: $id) {{ {ENTRIES} }} }}", id=key))["mediaItem"]
    return {(one.pop("namespace"), one.pop("key")): one for one in found["metadata"]["entries"]}


async def test_values_of_every_type_are_kept_as_they_were_said(site: Site) -> None:
    (key,) = await filled(site, 1)
    payload = await said(site, key, *({"key": name, "value": value} for name, value, _ in VALUES))
    told = payload["media"]["metadata"]["entries"]
    assert [(one["key"], one["value"], one["type"]) for one in told] == VALUES
    assert {(one["namespace"], one["source"], one["locked"]) for one in told} == {("user", "MANUAL", True)}
    assert [one["text"] for one in told][:5] == ["words\nof two lines", "7", "0.5", "false", '{"x": [1, null, "é"]}']


async def test_null_takes_a_value_away_and_what_is_not_named_stays(site: Site) -> None:
    (key,) = await filled(site, 1)
    await said(site, key, {"key": "a", "value": 1}, {"key": "b", "value": 2})
    await said(site, key, {"key": "a", "value": None}, {"key": "none", "value": None})
    assert {name: one["value"] for name, one in (await entries(site, key)).items()} == {("user", "b"): 2}


async def test_the_last_word_on_a_name_in_one_call_holds(site: Site) -> None:
    (key,) = await filled(site, 1)
    await said(
        site, key, {"key": "a", "value": 1}, {"key": "b", "value": 1}, {"key": "a", "value": 2}, {"key": "b", "value": None}
    )
    assert {name: one["value"] for name, one in (await entries(site, key)).items()} == {("user", "a"): 2}


async def test_what_people_said_under_a_name_of_the_file_outlives_another_reading(site: Site) -> None:
    made = await site.uploaded(media.photo(), "a.jpg")
    (space, name), (other_space, other) = sorted(await entries(site, made["id"]))[:2]
    await said(site, made["id"], {"namespace": space, "key": name, "value": "mine"},
               {"namespace": other_space, "key": other, "value": "loose", "locked": False})  # fmt: skip
    await site.ask(AGAIN, ids=[made["id"]])
    found = await entries(site, made["id"])
    assert (found[space, name]["value"], found[space, name]["source"]) == ("mine", "MANUAL")
    assert (found[other_space, other]["value"] != "loose", found[other_space, other]["source"]) == (True, "EXTRACTED")


async def test_a_lock_alone_keeps_what_the_file_says_now(site: Site) -> None:
    made = await site.uploaded(media.photo(), "a.jpg")
    space, name = min(await entries(site, made["id"]))
    await said(site, made["id"], {"namespace": space, "key": name, "locked": True})
    found = (await entries(site, made["id"]))[space, name]
    assert (found["source"], found["locked"]) == ("EXTRACTED", True)
    payload = await said(site, made["id"], {"key": "none", "locked": True})
    assert fault(payload) == ("InputError", "INVALID", ["input", "entries", "0", "value"])


@pytest.mark.parametrize(
    "value", ["2305843009213693952", "1e999", '"\\u0000"', '{a: "\\u0000"}', '"\\ud800"', "[-9007199254740992]"]
)
async def test_a_value_that_is_another_one_elsewhere_is_refused(site: Site, value: str) -> None:
    (key,) = await filled(site, 1)
    entry = f'{{media: $id, idempotencyKey: "k", entries: [{{key: "a", value: {value}}}]}}'
    query = f"mutation($id: ID!) {{ setMetadata(input: {entry}) {{ userErrors {{ code }} }} }}"
    answer = await site.answer(query, id=key)
    told = answer["errors"] if "errors" in answer else answer["data"]["setMetadata"]["userErrors"]
    assert told[0].get("code") == "INVALID" or told[0]["extensions"]["code"] in ("BAD_USER_INPUT", "GRAPHQL_PARSE_FAILED")
    assert await entries(site, key) == {}


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        ({"key": "", "value": 1}, "key"), ({"key": "k" * 201, "value": 1}, "key"), ({"key": "a"}, "value"),
        ({"key": "a", "namespace": " ", "value": 1}, "namespace"), ({"key": "a", "value": "x" * 10_001}, "value"),
    ],
)  # fmt: skip
async def test_a_name_or_value_that_cannot_be_kept_refuses_all(site: Site, entry: dict[str, Any], path: str) -> None:
    (key,) = await filled(site, 1)
    payload = await said(site, key, {"key": "good", "value": 1}, entry)
    assert fault(payload) == ("InputError", "INVALID", ["input", "entries", "1", path])
    assert await entries(site, key) == {}


async def test_a_call_has_a_hundred_values_and_a_media_five_hundred(site: Site) -> None:
    (key,) = await filled(site, 1)
    for start in range(0, 500, 100):
        payload = await said(site, key, *({"key": f"{start + n}", "value": n} for n in range(100)))
        assert payload["userErrors"] == []
    limits = [await said(site, key, {"key": "more", "value": 1}), await said(site, key, *[{"key": "0", "value": 1}] * 101)]
    assert [fault(one) for one in limits] == [("LimitError", "LIMIT_EXCEEDED", ["input", "entries"])] * 2
    assert (await said(site, key, {"key": "0", "value": 1}))["userErrors"] == []


async def test_what_somebody_else_said_meanwhile_is_not_overwritten(site: Site) -> None:
    (key,) = await filled(site, 1)
    version = (await said(site, key, {"key": "a", "value": 1}))["media"]["version"]
    assert (await said(site, key, {"key": "a", "value": 1}))["media"]["version"] == version, "nothing is another than before"
    assert (await said(site, key, {"key": "a", "value": 2}, ifVersion=version))["media"]["version"] == version + 1
    assert fault(await said(site, key, {"key": "a", "value": 3}, ifVersion=version))[0] == "VersionConflictError"
    assert (await entries(site, key))["user", "a"]["value"] == 2


async def test_a_rehearsal_says_and_keeps_nothing(site: Site) -> None:
    (key,) = await filled(site, 1)
    assert (await said(site, key, {"key": "a", "value": 1}, dryRun=True))["userErrors"] == []
    assert await entries(site, key) == {}


async def test_values_by_people_are_found_filtered_by_and_logged(site: Site) -> None:
    key, _ = await filled(site, 2)
    await said(site, key, {"key": "shelf", "value": "Zanzibar"})
    by_filter = '{ media(filter: {metadata: [{namespace: "user", key: "shelf", value: {eq: "Zanzibar"}}]}) { nodes { id } } }'
    by_words = '{ media(search: {query: "zanzibar"}) { nodes { id } } }'
    for ask in (by_filter, by_words):
        assert [one["id"] for one in (await site.ask(ask))["media"]["nodes"]] == [key]
    log = (await site.ask("{ changes(first: 100) { nodes { action nodeId changedFields } } }"))["changes"]["nodes"]
    assert [one["changedFields"] for one in log if one["nodeId"] == key and one["action"] == "UPDATED"] == [["metadata"]]


async def test_nothing_is_said_of_what_the_library_has_not(site: Site) -> None:
    assert fault(await said(site, NOWHERE, {"key": "a", "value": 1})) == ("NotFoundError", "NOT_FOUND", ["input", "media"])
