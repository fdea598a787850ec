"""Tags over GraphQL: making and changing them, and putting them on media."""

from typing import Any

import pytest

import domain
from tests.conftest import Site
from tests.graphql_api.asking import NOWHERE, bulk, fault, filled, tag, wrote

TAG = "tag { id name slug description color category version mediaCount createdAt updatedAt }"
NO_TAG = domain.global_id(b"Tag", domain.new_id())
WORN = """query($id: ID!) { mediaItem(id: $id) { tags { totalCount nodes { id name }
  edges { cursor source confidence taggedAt node { name } } } } }"""


async def create(site: Site, **values: Any) -> dict[str, Any]:
    return await wrote(site, "createTag", TAG, values)


async def update(site: Site, key: str, patch: dict[str, Any], **more: Any) -> dict[str, Any]:
    return await wrote(site, "updateTag", TAG, {"id": key, "patch": patch, **more})


async def delete(site: Site, **which: Any) -> list[str]:
    payload = await wrote(site, "deleteTags", "deletedIds", which)
    assert payload["userErrors"] == []
    return payload["deletedIds"]


async def worn(site: Site, key: str) -> list[str]:
    return [one["name"] for one in (await site.ask(WORN, id=key))["mediaItem"]["tags"]["nodes"]]


async def test_a_new_tag_has_all_it_was_given_and_a_tidy_name(site: Site) -> None:
    made = (await create(site, name="  Späte \t Sonne ", description="d", color="#A0b1C2", category="Light"))["tag"]
    assert (made["name"], made["slug"], made["version"], made["mediaCount"]) == ("Späte Sonne", "späte-sonne", 1, 0)
    assert (made["description"], made["color"], made["category"]) == ("d", "#A0b1C2", "Light")
    assert made["createdAt"] == made["updatedAt"]
    found = await site.ask(
        "query($id: ID!, $s: String!) { a: tag(id: $id) { id } b: tag(slug: $s) { id } }", id=made["id"], s=made["slug"]
    )
    assert found == {"a": {"id": made["id"]}, "b": {"id": made["id"]}}


@pytest.mark.parametrize(("field", "value"), [("name", " "), ("name", "x" * 51), ("color", "red"), ("description", "x" * 10_001)])
async def test_a_value_that_breaks_a_rule_makes_no_tag(site: Site, field: str, value: str) -> None:
    payload = await create(site, **{"name": "ok", field: value})
    assert fault(payload) == ("InputError", "INVALID", ["input", field])
    assert (await site.ask("{ tags { totalCount } }"))["tags"]["totalCount"] == 0


async def test_a_name_is_taken_whatever_its_case(site: Site) -> None:
    await tag(site, "Straße")
    assert fault(await create(site, name="STRASSE")) == ("InputError", "CONFLICT", ["input", "name"])
    other = await tag(site, "Weg")
    assert fault(await update(site, other, {"name": "strasse"})) == ("InputError", "CONFLICT", ["input", "patch", "name"])
    assert (await update(site, other, {"name": "WEG"}))["tag"]["name"] == "WEG"


async def test_slugs_of_names_that_look_alike_are_numbered(site: Site) -> None:
    slugs = [(await create(site, name=name))["tag"]["slug"] for name in ("a b", "a-b", "a  +b", "a")]
    assert slugs == ["a-b", "a-b-2", "a-b-3", "a"]


async def test_a_patch_sets_clears_and_leaves(site: Site) -> None:
    made = (await create(site, name="n", description="d", color="#000000", category="c"))["tag"]
    found = (await update(site, made["id"], {"name": "New", "color": None}))["tag"]
    assert (found["name"], found["slug"], found["description"], found["color"], found["category"]) == (
        "New",
        "new",
        "d",
        None,
        "c",
    )
    assert found["version"] == 2
    assert (await update(site, made["id"], {"category": "c"}))["tag"]["version"] == 2


async def test_editing_an_unknown_tag_or_an_older_version_is_refused(site: Site) -> None:
    assert fault(await update(site, NO_TAG, {"name": "x"})) == ("NotFoundError", "NOT_FOUND", ["input", "id"])
    key = await tag(site, "n")
    await update(site, key, {"name": "m"}, ifVersion=1)
    payload = await update(site, key, {"name": "o"}, ifVersion=1)
    assert fault(payload) == ("VersionConflictError", "CONFLICT", ["input", "ifVersion"])
    assert payload["userErrors"][0]["current"] == {"__typename": "Tag", "id": key}
    assert payload["userErrors"][0]["currentVersion"] == 2


async def test_a_bad_name_in_a_patch_is_told_at_its_place(site: Site) -> None:
    assert fault(await update(site, await tag(site, "n"), {"name": ""})) == ("InputError", "INVALID", ["input", "patch", "name"])


async def test_deleting_takes_tags_off_their_media_and_leaves_unknown_ids_out(site: Site) -> None:
    one, two = await tag(site, "one"), await tag(site, "two")
    (key,) = await filled(site, 1)
    await bulk(site, "tagMedia", [key], tagIds=[one, two])
    assert await delete(site, ids=[one, NO_TAG, "x"]) == [one]
    assert await worn(site, key) == ["two"]


async def test_unused_tags_can_be_deleted_together(site: Site) -> None:
    used, idle, named = await tag(site, "used"), await tag(site, "idle"), await tag(site, "named")
    (key,) = await filled(site, 1)
    await bulk(site, "tagMedia", [key], tagIds=[used])
    assert set(await delete(site, ids=[named], unused=True)) == {idle, named}
    assert await delete(site) == []
    assert await worn(site, key) == ["used"]


async def test_media_are_tagged_by_id_and_by_name_each_tag_once(site: Site) -> None:
    ids, red = await filled(site, 2), await tag(site, "Red")
    done = await bulk(site, "tagMedia", [*ids, ids[0]], tagIds=[red, red], tagNames=["red", "Sea", " Sea "])
    assert (done["matched"], done["changed"], done["failed"]) == (2, 2, 0)
    assert await worn(site, ids[0]) == await worn(site, ids[1]) == ["Red", "Sea"]
    again = await bulk(site, "tagMedia", ids, tagNames=["SEA"])
    assert (again["changed"], [one["changed"] for one in again["results"]]) == (0, [False, False])
    assert (await site.ask("{ tags { totalCount } }"))["tags"]["totalCount"] == 2


async def test_an_edge_says_who_put_the_tag_on_how_surely_and_since_when(site: Site) -> None:
    (key,) = await filled(site, 1)
    await bulk(site, "tagMedia", [key], tagNames=["a"])
    await bulk(site, "tagMedia", [key], tagNames=["a", "b"], source="IMPORT", confidence=0.25)
    edges = (await site.ask(WORN, id=key))["mediaItem"]["tags"]["edges"]
    assert [(one["node"]["name"], one["source"], one["confidence"]) for one in edges] == [
        ("a", "MANUAL", None),
        ("b", "IMPORT", 0.25),
    ]
    assert all(one["taggedAt"].endswith("Z") for one in edges)


async def test_an_unknown_media_fails_alone_and_an_unknown_tag_fails_all(site: Site) -> None:
    (key,) = await filled(site, 1)
    done = await bulk(site, "tagMedia", [NOWHERE, key], tagNames=["a"])
    assert (done["changed"], done["failed"]) == (1, 1)
    assert fault(done["results"][0])[:2] == ("NotFoundError", "NOT_FOUND")
    done = await bulk(site, "tagMedia", [key], tagIds=[NO_TAG], tagNames=["b"])
    assert fault(done) == ("NotFoundError", "NOT_FOUND", ["input", "tagIds", "0"])
    assert await worn(site, key) == ["a"]
    assert (await site.ask("{ tags { totalCount } }"))["tags"]["totalCount"] == 1


@pytest.mark.parametrize(
    ("given", "path"),
    [({"tagNames": ["ok", ""]}, ["input", "tagNames", "1"]), ({"tagNames": ["x" * 51]}, ["input", "tagNames", "0"]),
     ({"tagNames": ["ok"], "confidence": 1.5}, ["input", "confidence"])],
)  # fmt: skip
async def test_a_name_that_is_none_and_a_confidence_out_of_range_are_refused(
    site: Site, given: dict[str, Any], path: list[str]
) -> None:
    (key,) = await filled(site, 1)
    assert fault(await bulk(site, "tagMedia", [key], **given)) == ("InputError", "INVALID", path)
    assert (await site.ask("{ tags { totalCount } }"))["tags"]["totalCount"] == 0


async def test_a_media_wears_a_hundred_tags_and_no_more(site: Site) -> None:
    full, empty = await filled(site, 2)
    assert (await bulk(site, "tagMedia", [full], tagNames=[f"t{n}" for n in range(100)]))["changed"] == 1
    done = await bulk(site, "tagMedia", [full, empty], tagNames=["t0", "more"])
    assert (done["changed"], done["failed"]) == (1, 1)
    refused = done["results"][0]
    assert fault(refused)[:2] == ("LimitError", "LIMIT_EXCEEDED")
    assert (refused["userErrors"][0]["limit"], refused["userErrors"][0]["actual"]) == (100, 101)
    query = "query($id: ID!) { mediaItem(id: $id) { tags(first: 100) { totalCount nodes { name } pageInfo { hasNextPage } } } }"
    tags = (await site.ask(query, id=full))["mediaItem"]["tags"]
    assert (tags["totalCount"], len(tags["nodes"]), tags["pageInfo"]["hasNextPage"]) == (100, 100, False)


async def test_tags_come_off_by_id_and_by_name(site: Site) -> None:
    ids = await filled(site, 2)
    one = await tag(site, "one")
    await bulk(site, "tagMedia", [ids[0]], tagIds=[one], tagNames=["two", "three"])
    done = await bulk(site, "untagMedia", [*ids, NOWHERE], tagIds=[one, NO_TAG], tagNames=["TWO", "unheard of"])
    assert ([entry["changed"] for entry in done["results"]], done["failed"]) == ([True, False, False], 1)
    assert await worn(site, ids[0]) == ["three"]
    assert (await bulk(site, "untagMedia", ids, tagIds=[one]))["changed"] == 0


async def test_tags_are_listed_by_name_in_pages_and_by_prefix(site: Site) -> None:
    for name in ("beta", "Alpha", "älter", "ALPINE", "100%"):
        await tag(site, name)
    ask = """query($f: TagFilter, $n: Int, $a: String) { tags(filter: $f, first: $n, after: $a) { totalCount nodes { name }
      edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    every = (await site.ask(ask))["tags"]
    assert [one["name"] for one in every["nodes"]] == ["100%", "Alpha", "ALPINE", "beta", "älter"]
    assert [edge["node"] for edge in every["edges"]] == every["nodes"]
    page = (await site.ask(ask, n=2, a=every["edges"][1]["cursor"]))["tags"]
    assert [one["name"] for one in page["nodes"]] == ["ALPINE", "beta"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"], page["pageInfo"]["hasPreviousPage"]) == (5, True, True)
    assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
    for prefix, names in (
        ("aLP", ["Alpha", "ALPINE"]),
        ("%", []),
        ("100%", ["100%"]),
        ("", [one["name"] for one in every["nodes"]]),
    ):
        found = (await site.ask(ask, f={"prefix": prefix}))["tags"]
        assert ([one["name"] for one in found["nodes"]], found["totalCount"]) == (names, len(names))


@pytest.mark.parametrize("given", ["", '(id: "x", slug: "y")'])
async def test_one_tag_is_asked_for_by_id_or_by_slug_not_both(site: Site, given: str) -> None:
    answer = await site.answer(f"{{ tag{given} {{ id }} }}")
    assert (answer["data"], answer["errors"][0]["extensions"]["code"]) == ({"tag": None}, "INVALID")


async def test_all_of_a_thousand_tags_is_no_more_than_a_database_takes(site: Site) -> None:
    (key,) = await filled(site, 1)
    held = await tag(site, "held")
    await bulk(site, "tagMedia", [key], tagIds=[held])
    query = "query($f: MediaFilter) { media(filter: $f) { nodes { id } } }"
    for wanted, found in ([held] * 250, [key]), ([held] * 249 + [NO_TAG], []):
        answer = await site.ask(query, f={"and": [{"tags": {"all": wanted}}] * 4})
        assert [one["id"] for one in answer["media"]["nodes"]] == found
