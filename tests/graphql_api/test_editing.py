"""Editing media over GraphQL: lists and places in a patch, many at once, selections by a filter, rehearsals."""

from typing import Any

import pytest

import domain
from tests.conftest import Site
from tests.graphql_api.asking import BULK, ERRORS, NOWHERE, bulk, collection, fault, filled, tag, wrote

LISTS = "media { id version tags { nodes { name } } collections { nodes { name } } location { latitude longitude altitude } }"


async def edited(site: Site, key: str, patch: dict[str, Any], **more: Any) -> dict[str, Any]:
    return await wrote(site, "updateMedia", LISTS, {"id": key, "patch": patch, **more})


async def many(site: Site, name: str, selection: dict[str, Any], **more: Any) -> dict[str, Any]:
    kind = f"{name[0].upper()}{name[1:]}Input"
    query = f"mutation($input: {kind}!) {{ {name}(input: $input) {{ {BULK} }} }}"
    return (await site.ask(query, input={"selection": selection, **more}))[name]


def names(found: dict[str, Any], what: str) -> list[str]:
    return [one["name"] for one in found["media"][what]["nodes"]]


async def titles(site: Site) -> list[str | None]:
    found = await site.ask("{ media(first: 100, orderBy: [{field: CREATED_AT}], trash: INCLUDE) { nodes { title } } }")
    return [one["title"] for one in found["media"]["nodes"]]


async def test_the_tags_of_a_media_are_set_added_and_taken_off_in_its_patch(site: Site) -> None:
    (key,) = await filled(site, 1)
    red, blue, green = [await tag(site, name) for name in ("Red", "Blue", "Green")]
    assert names(await edited(site, key, {"tags": {"set": [red, blue]}}), "tags") == ["Blue", "Red"]
    changed = await edited(site, key, {"tags": {"change": {"add": [green, blue], "remove": [red]}}})
    assert names(changed, "tags") == ["Blue", "Green"]
    assert names(await edited(site, key, {"title": "T"}), "tags") == ["Blue", "Green"]
    assert names(await edited(site, key, {"tags": None}), "tags") == []


async def test_tags_that_a_patch_sets_bring_those_they_imply_and_say_so(site: Site) -> None:
    (key,) = await filled(site, 1)
    animal = await tag(site, "Animal")
    cat = await tag(site, "Cat", implies=[animal])
    await edited(site, key, {"tags": {"set": [cat]}})
    edges = "query($id: ID!) { mediaItem(id: $id) { tags { edges { source node { name } } } } }"
    found = (await site.ask(edges, id=key))["mediaItem"]["tags"]["edges"]
    assert [(one["node"]["name"], one["source"]) for one in found] == [("Animal", "IMPLIED"), ("Cat", "MANUAL")]


async def test_the_collections_of_a_media_are_set_added_and_taken_off_in_its_patch(site: Site) -> None:
    first, key = await filled(site, 2)
    here, there = await collection(site, "Here", [first]), await collection(site, "There")
    assert names(await edited(site, key, {"collections": {"set": [here, there]}}), "collections") == ["Here", "There"]
    order = await site.ask("query($id: ID!) { collection(id: $id) { media { nodes { id } } } }", id=here)
    assert [one["id"] for one in order["collection"]["media"]["nodes"]] == [first, key], "behind all others"
    assert names(await edited(site, key, {"collections": {"change": {"remove": [there]}}}), "collections") == ["Here"]
    assert names(await edited(site, key, {"collections": None}), "collections") == []


async def test_many_media_enter_a_collection_in_the_order_of_the_selection(site: Site) -> None:
    keys = await filled(site, 12)
    keys, here = [*keys[6:], *reversed(keys[:6])], await collection(site, "Here")
    done = await many(site, "bulkUpdateMedia", {"ids": keys}, patch={"collections": {"change": {"add": [here]}}})
    order = await site.ask("query($id: ID!) { collection(id: $id) { media { nodes { id } } } }", id=here)
    assert (done["changed"], [one["id"] for one in order["collection"]["media"]["nodes"]]) == (12, keys)


async def test_a_place_is_given_cleared_and_must_lie_on_earth(site: Site) -> None:
    (key,) = await filled(site, 1)
    place = {"latitude": -33.5, "longitude": -70.25, "altitude": 520.0}
    assert (await edited(site, key, {"location": place}))["media"]["location"] == place
    payload = await edited(site, key, {"location": {"latitude": 90.1, "longitude": 0}})
    assert fault(payload) == ("InputError", "INVALID", ["input", "patch", "location", "latitude"])
    assert (await edited(site, key, {"location": None}))["media"]["location"] is None


@pytest.mark.parametrize(("field", "thing"), [("tags", "Tag"), ("collections", "Collection")])
async def test_a_patch_that_names_nothing_of_the_library_changes_nothing(site: Site, field: str, thing: str) -> None:
    (key,) = await filled(site, 1)
    nowhere = domain.global_id(thing.encode(), domain.new_id())
    payload = await edited(site, key, {"title": "New", field: {"set": [nowhere]}})
    assert fault(payload) == ("NotFoundError", "NOT_FOUND", ["input", "patch", field])
    assert await titles(site) == [None]


async def test_a_media_takes_no_more_tags_than_it_can_wear_and_keeps_all_it_had(site: Site) -> None:
    (key,) = await filled(site, 1)
    for start in (0, 60):
        await bulk(site, "tagMedia", [key] if not start else [], tagNames=[f"t{n}" for n in range(start, start + 60)])
    found = await site.ask('{ tags(first: 100, filter: {prefix: "t"}) { nodes { id } } more: tags(first: 100) { totalCount } }')
    assert found["more"]["totalCount"] == 120
    more = [await tag(site, f"u{n}") for n in range(41)]
    payload = await edited(site, key, {"title": "New", "tags": {"change": {"add": more}}})
    assert fault(payload) == ("LimitError", "LIMIT_EXCEEDED", ["input", "patch", "tags"])
    assert await titles(site) == [None]


async def test_a_patch_of_many_changes_each_and_says_which_were_other_than_before(site: Site) -> None:
    keys = await filled(site, 3)
    await edited(site, keys[1], {"title": "Same"})
    done = await many(site, "bulkUpdateMedia", {"ids": keys}, patch={"title": "Same"})
    assert (done["matched"], done["changed"], done["failed"]) == (3, 2, 0)
    assert [one["changed"] for one in done["results"]] == [True, False, True]
    assert await titles(site) == ["Same"] * 3


async def test_what_cannot_be_kept_of_a_patch_of_many_refuses_all_of_it(site: Site) -> None:
    keys = await filled(site, 2)
    payload = await many(site, "bulkUpdateMedia", {"ids": keys}, patch={"rating": 6})
    assert (fault(payload), payload["matched"]) == (("InputError", "INVALID", ["input", "patch", "rating"]), 0)


@pytest.mark.parametrize(("policy", "kept"), [("SKIP_FAILED", ["New", "New"]), ("ALL_OR_NOTHING", [None, None])])
async def test_of_many_with_one_refused_the_others_are_changed_or_nothing_is(
    site: Site, policy: str, kept: list[str | None]
) -> None:  # fmt: skip
    first, last = await filled(site, 2)
    done = await many(site, "bulkUpdateMedia", {"ids": [first, NOWHERE, last]}, patch={"title": "New"}, errorPolicy=policy)
    assert (done["matched"], done["failed"], done["changed"]) == (3, 1, kept.count("New"))
    assert [one["changed"] for one in done["results"]] == [kept[0] == "New", False, kept[1] == "New"]
    assert fault(done["results"][1])[:2] == ("NotFoundError", "NOT_FOUND")
    assert await titles(site) == kept


async def test_a_filter_selects_what_it_matches_but_for_the_exceptions(site: Site) -> None:
    keys = await filled(site, 4)
    wanted = {"matching": {"filter": {"filename": {"in": ["000.bin", "001.bin", "002.bin"]}}, "except": [keys[1]]}}
    done = await many(site, "bulkUpdateMedia", wanted, patch={"title": "New"})
    assert [one["id"] for one in done["results"]] == [keys[2], keys[0]]
    assert await titles(site) == ["New", None, "New", None]


async def test_words_select_too(site: Site) -> None:
    keys = await filled(site, 3)
    await edited(site, keys[1], {"title": "A heron"})
    done = await many(site, "trashMedia", {"matching": {"filter": {}, "search": {"query": "heron"}}})
    assert [one["id"] for one in done["results"]] == [keys[1]]


async def test_a_filter_looks_outside_the_trash_but_to_restore(site: Site) -> None:
    keys = await filled(site, 3)
    everything: dict[str, Any] = {"matching": {"filter": {}}}
    await bulk(site, "trashMedia", keys[:2])
    assert (await many(site, "bulkUpdateMedia", everything, patch={"title": "New"}))["matched"] == 1
    assert (await many(site, "restoreMedia", everything))["changed"] == 2
    await bulk(site, "trashMedia", keys[:1])
    done = await many(site, "purgeMedia", {"matching": {"filter": {}, "trash": "ONLY"}})
    assert [one["id"] for one in done["results"]] == keys[:1]
    assert len(await titles(site)) == 2


async def test_a_selection_that_has_grown_since_it_was_seen_is_refused(site: Site) -> None:
    await filled(site, 3)
    wanted = {"matching": {"filter": {}, "expectedCount": 2}}
    payload = await many(site, "bulkUpdateMedia", wanted, patch={"title": "New"})
    assert fault(payload) == ("InputError", "CONFLICT", ["input", "selection", "matching", "expectedCount"])
    assert "3 that are selected, not 2" in payload["userErrors"][0]["message"]
    assert await titles(site) == [None] * 3
    wanted["matching"]["expectedCount"] = 3
    assert (await many(site, "bulkUpdateMedia", wanted, patch={"title": "New"}))["changed"] == 3


async def test_a_filter_that_breaks_a_rule_says_where_it_stands(site: Site) -> None:
    wanted = {"matching": {"filter": {"filename": {"in": ["x"] * 2000}}}}
    payload = await many(site, "trashMedia", wanted)
    assert fault(payload)[2] == ["input", "selection", "matching", "filter"]


CHANGES: dict[str, dict[str, Any]] = {
    "bulkUpdateMedia": {"patch": {"title": "New"}}, "trashMedia": {}, "purgeMedia": {}, "tagMedia": {"tagNames": ["New"]},
    "untagMedia": {"tagNames": ["Old"]},
}  # fmt: skip
STATE = """{ media(trash: INCLUDE) { nodes { id version title trashedAt tags { nodes { name } } collections { nodes { name } } } }
  tags { nodes { name mediaCount } } collections { nodes { name mediaCount version } } }"""


@pytest.mark.parametrize("name", CHANGES)
async def test_a_rehearsal_answers_what_the_change_does_and_does_nothing(site: Site, name: str) -> None:
    keys = await filled(site, 2)
    await bulk(site, "tagMedia", keys, tagNames=["Old"])
    before = await site.ask(STATE)
    selection = {"ids": [*keys, NOWHERE]}
    rehearsed = await many(site, name, selection, dryRun=True, **CHANGES[name])
    assert await site.ask(STATE) == before
    done = await many(site, name, selection, **CHANGES[name])
    figures = ("matched", "changed", "failed", "userErrors")
    assert [rehearsed[one] for one in figures] == [done[one] for one in figures]
    assert (done["matched"], done["changed"], done["failed"]) == (3, 2, 1)
    assert [one["changed"] for one in rehearsed["results"]] == [one["changed"] for one in done["results"]]
    assert await site.ask(STATE) != before


async def test_a_rehearsed_purge_keeps_the_bytes(site: Site) -> None:
    (key,) = await filled(site, 1)
    await many(site, "purgeMedia", {"ids": [key]}, dryRun=True)
    found = await site.ask("query($id: ID!) { mediaItem(id: $id) { url } }", id=key)
    assert (await site.client.get(found["mediaItem"]["url"].removeprefix("http://site"))).status_code == 200


async def test_changes_of_a_collection_are_rehearsed_too(site: Site) -> None:
    first, last = await filled(site, 2)
    key = await collection(site, "C", [first])
    before = await site.ask(STATE)
    fields = "changed skipped"
    put = {"collection": key, "selection": {"ids": [last, first]}, "dryRun": True}
    assert (await wrote(site, "addToCollection", fields, put))["changed"] == 1
    take = {"collection": key, "selection": {"ids": [first]}, "dryRun": True}
    assert (await wrote(site, "removeFromCollection", fields, take))["changed"] == 1
    move = {"collection": key, "mediaIds": [first], "to": {"last": True}, "dryRun": True}
    assert (await wrote(site, "moveInCollection", fields, move))["changed"] == 1
    gone = await site.ask(
        f"mutation($id: ID!) {{ deleteCollections(ids: [$id], dryRun: true) {{ deletedIds {ERRORS} }} }}", id=key
    )
    assert gone["deleteCollections"] == {"deletedIds": [key], "userErrors": []}
    assert await site.ask(STATE) == before
