"""Media over GraphQL: reading one, editing it, the trash, and removal for good."""

from typing import Any

import pytest

import domain
from tests import media
from tests.conftest import Site
from tests.graphql_api.asking import NOWHERE, bulk, collection, fault, filled, key_in, on_disk, tag, wrote

PATCHED = "media { id version title description altText takenAt rating isFavorite filename }"
EVERYTHING = """{ __typename id kind status version title description altText filename mimeType size originalFilename extension
  sha256 path folder fileModifiedAt createdAt updatedAt takenAt trashedAt rating isFavorite location { latitude longitude
  altitude }
  url thumbnail { url width height mimeType } placeholder { thumbhash dominantColor }
  tags { nodes { name } } collections { nodes { name } } metadata { extra extractedAt } processing { state } }"""


async def update(site: Site, key: str, patch: dict[str, Any], **more: Any) -> dict[str, Any]:
    return await wrote(site, "updateMedia", PATCHED, {"id": key, "patch": patch, **more})


async def test_every_field_of_a_photograph_says_what_is_in_its_file(site: Site) -> None:
    key = (await site.uploaded(media.photo(), "Hill.JPG", folder="2021/June"))["id"]
    found = (await site.ask(f"query($id: ID!) {{ mediaItem(id: $id) {EVERYTHING} }}", id=key))["mediaItem"]
    assert (found["__typename"], found["kind"], found["status"], found["id"]) == ("Image", "IMAGE", "READY", key)
    assert (found["title"], found["description"], found["altText"]) == ("Über", "Seen from the hill", None)
    assert (found["filename"], found["originalFilename"], found["extension"]) == ("Hill.JPG", "Hill.JPG", "jpg")
    assert (found["mimeType"], found["size"], found["folder"]) == ("image/jpeg", len(media.photo()), "2021/June")
    assert (found["path"], found["fileModifiedAt"], found["trashedAt"], found["rating"]) == (None, None, None, None)
    assert found["isFavorite"] is False
    assert found["takenAt"].startswith("2021-06-05T12:03:02")
    assert found["location"] == {"latitude": -33.5, "longitude": -70.26, "altitude": -12.5}
    assert found["createdAt"] <= found["updatedAt"] <= found["metadata"]["extractedAt"][:26] + "9Z"
    assert (found["thumbnail"]["width"], found["thumbnail"]["height"]) == (300, 225)
    assert found["placeholder"]["dominantColor"].startswith("#")
    assert (await site.client.get(key_in(found["url"]))).content == media.photo()
    assert (await site.client.get(key_in(found["thumbnail"]["url"]))).headers["content-type"] == found["thumbnail"]["mimeType"]


@pytest.mark.parametrize("kind", list(media.EACH_KIND))
async def test_each_kind_is_told_from_its_bytes_and_answers_its_own_type(site: Site, kind: str) -> None:
    made = await site.uploaded(media.EACH_KIND[kind](), "no-ending")
    assert (made["kind"], made["status"]) == (kind, "READY")
    assert made["__typename"] == {"OTHER": "OtherMedia"}.get(kind, kind.capitalize())


async def test_a_media_is_found_by_id_by_hash_in_any_case_and_not_by_others(site: Site) -> None:
    made = await site.uploaded(media.png(), "a.png")
    ask = "query($sha: String!, $id: ID!) { mediaBySha256(sha256: $sha) { id } mediaItem(id: $id) { id } }"
    found = await site.ask(ask, sha=made["sha256"].upper(), id=made["id"])
    assert found == {"mediaBySha256": {"id": made["id"]}, "mediaItem": {"id": made["id"]}}


@pytest.mark.parametrize(
    "key", ["", "x", "é", "TWVkaWE6", NOWHERE, domain.global_id(b"Tag", domain.new_id()), "A" * 2000], ids=range(7)
)
async def test_unknown_and_malformed_ids_answer_null(site: Site, key: str) -> None:
    ask = """query($id: ID!) { mediaItem(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id } tag(id: $id) { id }
      collection(id: $id) { id } mediaBySha256(sha256: $id2) { id } mediaByPath(storage: $id2, path: $id2) { id } }"""
    found = await site.ask(ask.replace("$id: ID!", "$id: ID!, $id2: String!"), id=key, id2=key)
    assert found == {
        "mediaItem": None, "node": None, "nodes": [None], "tag": None, "collection": None, "mediaBySha256": None,
        "mediaByPath": None,
    }  # fmt: skip


async def test_a_patch_sets_what_it_names_and_leaves_the_rest(site: Site) -> None:
    (key,) = await filled(site, 1)
    patch = {
        "title": "T", "description": "D", "altText": "A", "takenAt": "2020-02-03T04:05:06+01:00", "rating": 5,
        "isFavorite": True, "filename": "new.bin",
    }  # fmt: skip
    found = (await update(site, key, patch))["media"]
    assert found == {"id": key, "version": found["version"], **patch, "takenAt": "2020-02-03T03:05:06.000000Z"}
    one = (await update(site, key, {"rating": 1}))["media"]
    assert one == {**found, "rating": 1, "version": found["version"] + 1}


async def test_null_clears_and_what_is_absent_stays(site: Site) -> None:
    (key,) = await filled(site, 1)
    await update(site, key, {"title": "T", "description": "D", "altText": "A", "rating": 3})
    found = (await update(site, key, {"title": None, "rating": None}))["media"]
    assert (found["title"], found["description"], found["altText"], found["rating"]) == (None, "D", "A", None)


@pytest.mark.parametrize("name", ["takenAt", "isFavorite", "filename"])
async def test_what_every_media_has_cannot_be_cleared(site: Site, name: str) -> None:
    (key,) = await filled(site, 1)
    payload = await wrote(site, "updateMedia", "media { id }", {"id": key, "patch": {name: None}})
    assert fault(payload) == ("InputError", "INVALID", ["input", "patch", name])


async def test_a_patch_that_changes_nothing_keeps_the_version(site: Site) -> None:
    (key,) = await filled(site, 1)
    first = (await update(site, key, {"title": "T"}))["media"]
    assert (await update(site, key, {"title": "T"}))["media"] == first
    assert (await update(site, key, {}))["media"] == first


@pytest.mark.parametrize(
    ("name", "value"),
    [("title", "x" * 501), ("description", "x" * 10_001), ("altText", "x" * 10_001), ("rating", 6), ("rating", -1),
     ("filename", "  "), ("filename", "x" * 256)],
)  # fmt: skip
async def test_a_value_that_breaks_a_rule_is_an_input_error_at_its_place(site: Site, name: str, value: Any) -> None:
    (key,) = await filled(site, 1)
    payload = await update(site, key, {name: value, "isFavorite": True})
    assert fault(payload) == ("InputError", "INVALID", ["input", "patch", name])
    assert payload["media"] is None
    assert (await update(site, key, {}))["media"]["isFavorite"] is False


async def test_an_unknown_media_is_not_found_by_every_mutation(site: Site) -> None:
    payload = await update(site, NOWHERE, {"title": "x"})
    assert fault(payload) == ("NotFoundError", "NOT_FOUND", ["input", "id"])
    assert payload["userErrors"][0]["id"] == NOWHERE
    for name in ("trashMedia", "restoreMedia", "purgeMedia"):
        done = await bulk(site, name, [NOWHERE])
        assert (done["matched"], done["changed"], done["failed"], done["userErrors"]) == (1, 0, 1, [])
        assert fault(done["results"][0])[:2] == ("NotFoundError", "NOT_FOUND")


async def test_an_older_version_is_a_conflict_that_shows_the_current_one(site: Site) -> None:
    (key,) = await filled(site, 1)
    version = (await update(site, key, {"title": "first"}))["media"]["version"]
    assert (await update(site, key, {"title": "second"}, ifVersion=version))["userErrors"] == []
    payload = await update(site, key, {"title": "third"}, ifVersion=version)
    assert fault(payload) == ("VersionConflictError", "CONFLICT", ["input", "ifVersion"])
    error = payload["userErrors"][0]
    assert (error["currentVersion"], error["current"]) == (version + 1, {"__typename": "OtherMedia", "id": key})
    assert (await update(site, key, {}))["media"]["title"] == "second"


@pytest.mark.parametrize("moment", ["0002-01-02T00:00:00Z", "0999-12-31T23:59:59.999999Z", "9998-12-31T00:00:00Z"])
async def test_a_time_far_away_is_kept_and_every_list_still_answers(site: Site, moment: str) -> None:
    (key,) = await filled(site, 1)
    taken = (await update(site, key, {"takenAt": moment}))["media"]["takenAt"]
    assert taken.replace(".000000", "") == moment
    assert (await site.ask("{ media(orderBy: [{field: TAKEN_AT}]) { nodes { takenAt } } }"))["media"]["nodes"] == [
        {"takenAt": taken}
    ]
    assert (await site.ask("{ libraryStats { total { minTakenAt } } }"))["libraryStats"]["total"]["minTakenAt"] == taken


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0002-01-01T00:00:00+23:59", "9998-12-31T23:59:59-23:59"]
)
async def test_a_time_at_the_ends_of_time_is_refused_as_some_databases_have_no_word_for_it(site: Site, moment: str) -> None:
    (key,) = await filled(site, 1)
    change = "mutation($i: UpdateMediaInput!) { updateMedia(input: $i) { media { id } } }"
    answer = await site.answer(change, i={"id": key, "patch": {"takenAt": moment}})
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_the_trash_hides_from_lists_and_counts_and_restoring_brings_all_back(site: Site) -> None:
    ids = await filled(site, 3)
    album, word = await collection(site, "Album", ids), await tag(site, "word")
    await bulk(site, "tagMedia", ids, tagIds=[word])
    done = await bulk(site, "trashMedia", ids[:2])
    assert (done["matched"], done["changed"], done["failed"]) == (2, 2, 0)
    assert all(one["changed"] and one["media"]["trashedAt"] for one in done["results"])
    ask = """query($t: TrashScope!, $c: ID!, $w: ID!) { media(trash: $t) { totalCount nodes { id } }
      libraryStats { total { count } } tag(id: $w) { mediaCount media { nodes { id } } }
      collection(id: $c) { mediaCount media { nodes { id } } } }"""
    for scope, expected in (("EXCLUDE", ids[2:]), ("ONLY", ids[:2]), ("INCLUDE", ids)):
        found = await site.ask(ask, t=scope, c=album, w=word)
        assert {one["id"] for one in found["media"]["nodes"]} == set(expected)
        assert found["media"]["totalCount"] == len(expected)
        assert found["libraryStats"]["total"]["count"] == found["tag"]["mediaCount"] == found["collection"]["mediaCount"] == 1
        assert found["tag"]["media"]["nodes"] == found["collection"]["media"]["nodes"] == [{"id": ids[2]}]
    assert (await site.ask("query($id: ID!) { node(id: $id) { id } }", id=ids[0]))["node"] == {"id": ids[0]}
    again = await bulk(site, "trashMedia", [ids[0], NOWHERE, ids[0]])
    assert [one["changed"] for one in again["results"]] == [False, False]
    assert (again["matched"], again["failed"]) == (2, 1)
    back = await bulk(site, "restoreMedia", ids[:2])
    assert (back["changed"], [one["media"]["trashedAt"] for one in back["results"]]) == (2, [None, None])
    found = await site.ask(ask, t="EXCLUDE", c=album, w=word)
    assert [one["id"] for one in found["collection"]["media"]["nodes"]] == ids
    assert found["tag"]["mediaCount"] == 3


async def test_purging_takes_rows_and_bytes_and_spares_other_media(site: Site) -> None:
    kept = await site.uploaded(media.png("blue"), "b.png")
    before = on_disk(site)
    gone = await site.uploaded(media.png("green"), "g.png")
    assert len(on_disk(site) - before) == 2
    done = await bulk(site, "purgeMedia", [gone["id"], NOWHERE])
    assert (done["matched"], done["changed"], done["failed"]) == (2, 1, 1)
    assert done["results"][0]["media"] is None
    assert on_disk(site) == before
    assert (await site.ask("{ media(trash: INCLUDE) { nodes { id } } }"))["media"]["nodes"] == [{"id": kept["id"]}]


async def test_more_than_a_thousand_at_once_is_a_limit_error(site: Site) -> None:
    ids = [domain.global_id(b"Media", domain.new_id()) for _ in range(1_001)]
    done = await bulk(site, "trashMedia", ids)
    assert fault(done) == ("LimitError", "LIMIT_EXCEEDED", ["input", "selection", "ids"])
    assert (done["userErrors"][0]["limit"], done["userErrors"][0]["actual"]) == (1_000, 1_001)
    assert (await bulk(site, "trashMedia", ids[:1_000]))["failed"] == 1_000


async def test_the_results_of_a_bulk_change_can_be_fewer_than_the_media(site: Site) -> None:
    ids = await filled(site, 3)
    query = "mutation($input: TrashMediaInput!) { trashMedia(input: $input) { matched results(first: 1) { nodeId } } }"
    done = (await site.ask(query, input={"selection": {"ids": ids}}))["trashMedia"]
    assert done == {"matched": 3, "results": [{"nodeId": ids[0]}]}
