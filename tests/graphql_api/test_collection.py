"""Collections over GraphQL: making and changing them, and the order of what is in them."""

from typing import Any

import pytest

import domain
from tests.conftest import Site
from tests.graphql_api.asking import NOWHERE, bulk, collection, fault, filled, wrote

FIELDS = """collection { id name slug description version mediaCount parent { id } createdAt updatedAt
  media(first: 100) { nodes { id } } } changed skipped"""
NO_COLLECTION = domain.global_id(b"Collection", domain.new_id())


async def write(site: Site, field: str, /, **values: Any) -> dict[str, Any]:
    return await wrote(site, field, FIELDS, values)


async def order(site: Site, key: str) -> list[str]:
    ask = "query($id: ID!) { collection(id: $id) { media(first: 100) { nodes { id } } } }"
    return [one["id"] for one in (await site.ask(ask, id=key))["collection"]["media"]["nodes"]]


async def delete(site: Site, *ids: str) -> dict[str, Any]:
    ask = "mutation($ids: [ID!]!) { deleteCollections(ids: $ids) { deletedIds userErrors { __typename code path } } }"
    return (await site.ask(ask, ids=ids))["deleteCollections"]


async def test_a_new_collection_has_its_media_in_the_order_given(site: Site) -> None:
    a, b, c = await filled(site, 3)
    parent = await collection(site, "Parent")
    done = await write(
        site, "createCollection", name=" My  Album ", description="d", parent=parent, mediaIds=[c, a, NOWHERE, b, c]
    )
    made = done["collection"]
    assert (made["name"], made["slug"], made["description"], made["parent"]) == ("My Album", "my-album", "d", {"id": parent})
    assert [one["id"] for one in made["media"]["nodes"]] == [c, a, b]
    assert (made["mediaCount"], made["version"], done["changed"], done["skipped"]) == (3, 1, 3, [NOWHERE])
    found = await site.ask(
        'query($id: ID!) { a: collection(id: $id) { id } b: collection(slug: "my-album") { id } }', id=made["id"]
    )
    assert found["a"] == found["b"] == {"id": made["id"]}


@pytest.mark.parametrize(("values", "expected"), [
    ({"name": " "}, ("InputError", "INVALID", ["input", "name"])),
    ({"name": "x" * 201}, ("InputError", "INVALID", ["input", "name"])),
    ({"name": "n", "description": "x" * 10_001}, ("InputError", "INVALID", ["input", "description"])),
    ({"name": "n", "parent": NO_COLLECTION}, ("NotFoundError", "NOT_FOUND", ["input", "parent"])),
    ({"name": "n", "parent": "x"}, ("NotFoundError", "NOT_FOUND", ["input", "parent"])),
    ({"name": "ALBUM"}, ("InputError", "CONFLICT", ["input", "name"])),
])  # fmt: skip
async def test_what_breaks_a_rule_makes_no_collection(
    site: Site, values: dict[str, Any], expected: tuple[str, str, list[str]]
) -> None:
    await collection(site, "Album")
    done = await write(site, "createCollection", **values)
    assert (fault(done), done["collection"], done["changed"], done["skipped"]) == (expected, None, 0, [])
    assert (await site.ask("{ collections { totalCount } }"))["collections"]["totalCount"] == 1


async def test_a_name_is_free_inside_another_collection(site: Site) -> None:
    album = await collection(site, "Album")
    inner = await write(site, "createCollection", name="album", parent=album)
    assert (inner["userErrors"], inner["collection"]["slug"]) == ([], "album-2")
    tree = await site.ask(
        "query($id: ID!) { collection(id: $id) { children { totalCount nodes { name parent { id } } } } }", id=album
    )
    assert tree["collection"]["children"] == {"totalCount": 1, "nodes": [{"name": "album", "parent": {"id": album}}]}
    names = (await site.ask("{ collections { nodes { name } } }"))["collections"]["nodes"]
    assert [one["name"] for one in names] == ["Album", "album"]


async def test_a_patch_sets_clears_and_leaves(site: Site) -> None:
    key = await collection(site, "Old", description="d")
    made = (await write(site, "updateCollection", id=key, patch={"name": "New"}))["collection"]
    assert (made["name"], made["slug"], made["description"], made["version"]) == ("New", "new", "d", 2)
    made = (await write(site, "updateCollection", id=key, patch={"description": None}))["collection"]
    assert (made["name"], made["description"], made["version"]) == ("New", None, 3)
    assert (await write(site, "updateCollection", id=key, patch={}))["collection"]["version"] == 3


async def test_an_edit_is_refused_for_an_unknown_one_a_taken_name_and_an_older_version(site: Site) -> None:
    key = await collection(site, "One")
    await collection(site, "Two")
    done = await write(site, "updateCollection", id=NO_COLLECTION, patch={"name": "x"})
    assert fault(done) == ("NotFoundError", "NOT_FOUND", ["input", "id"])
    assert fault(await write(site, "updateCollection", id=key, patch={"name": "two"}))[1:] == (
        "CONFLICT",
        ["input", "patch", "name"],
    )
    assert fault(await write(site, "updateCollection", id=key, patch={"name": ""})) == (
        "InputError",
        "INVALID",
        ["input", "patch", "name"],
    )
    await write(site, "updateCollection", id=key, patch={"name": "Three"}, ifVersion=1)
    done = await write(site, "updateCollection", id=key, patch={"name": "Four"}, ifVersion=1)
    assert fault(done) == ("VersionConflictError", "CONFLICT", ["input", "ifVersion"])
    assert (done["userErrors"][0]["currentVersion"], done["userErrors"][0]["current"]) == (
        2,
        {"__typename": "Collection", "id": key},
    )


async def test_deleting_leaves_the_media_and_refuses_while_others_lie_inside(site: Site) -> None:
    ids = await filled(site, 2)
    outer = await collection(site, "Outer", ids)
    inner = await collection(site, "Inner", ids, parent=outer)
    assert await delete(site, outer) == {
        "deletedIds": [],
        "userErrors": [{"__typename": "InputError", "code": "IN_USE", "path": ["ids"]}],
    }
    assert await delete(site, NO_COLLECTION, "x") == {"deletedIds": [], "userErrors": []}
    done = await delete(site, inner, outer, NO_COLLECTION)
    assert (set(done["deletedIds"]), done["userErrors"]) == ({inner, outer}, [])
    assert (await site.ask("{ media { totalCount } }"))["media"]["totalCount"] == 2


@pytest.mark.parametrize(("at", "expected"), [
    (None, "abcxy"), ({"last": True}, "abcxy"), ({"first": True}, "xyabc"), ({"before": "b"}, "axybc"), ({"after": "a"}, "axybc"),
    ({"after": "c"}, "abcxy"), ({"before": "a"}, "xyabc"),
])  # fmt: skip
async def test_media_are_put_in_at_a_place_in_the_order_given(site: Site, at: dict[str, Any] | None, expected: str) -> None:
    ids = dict(zip("abcxy", await filled(site, 5), strict=True))
    key = await collection(site, "Album", [ids[one] for one in "abc"])
    place = {name: ids.get(value, value) for name, value in (at or {}).items()} or None
    done = await write(
        site, "addToCollection", collection=key, selection={"ids": [ids[one] for one in "xayx"] + [NOWHERE]}, at=place
    )
    assert (done["changed"], done["skipped"], done["userErrors"]) == (2, [ids["a"], NOWHERE], [])
    assert await order(site, key) == [ids[one] for one in expected]


@pytest.mark.parametrize(("moved", "to", "expected"), [
    ("d", {"first": True}, "dabce"), ("a", {"last": True}, "bcdea"), ("d", {"before": "b"}, "adbce"), ("a", {"after": "d"},
    "bcdae"),
    ("eb", {"first": True}, "ebacd"), ("cb", {"last": True}, "adecb"), ("ae", {"after": "c"}, "bcaed"), ("a",
    {"before": "b"}, "abcde"),
    ("abcde", {"first": True}, "abcde"), ("edcba", {"last": True}, "edcba"),
])  # fmt: skip
async def test_media_move_to_exactly_the_place_that_was_named(site: Site, moved: str, to: dict[str, Any], expected: str) -> None:
    ids = dict(zip("abcde", await filled(site, 5), strict=True))
    key = await collection(site, "Album", list(ids.values()))
    place = {name: ids.get(value, value) for name, value in to.items()}
    done = await write(site, "moveInCollection", collection=key, mediaIds=[ids[one] for one in moved], to=place)
    assert (done["changed"], done["skipped"], done["userErrors"]) == (len(moved), [], [])
    assert await order(site, key) == [ids[one] for one in expected]


async def test_a_hundred_moves_to_one_place_keep_the_order_exact(site: Site) -> None:
    ids = await filled(site, 4)
    key = await collection(site, "Album", ids)
    wanted = list(ids)
    for step in range(100):
        one = wanted[1 + step % 3]
        wanted.remove(one)
        wanted.insert(1, one)
        await write(site, "moveInCollection", collection=key, mediaIds=[one], to={"after": wanted[0]})
    assert await order(site, key) == wanted


@pytest.mark.parametrize("name", ["addToCollection", "moveInCollection"])
async def test_a_neighbour_that_is_not_there_or_moves_itself_is_refused(site: Site, name: str) -> None:
    a, b, c = await filled(site, 3)
    key = await collection(site, "Album", [a, b])
    where = "at" if name == "addToCollection" else "to"
    given = {"selection": {"ids": [c]}} if where == "at" else {"mediaIds": [a]}
    for place in ({"before": NOWHERE}, {"after": c}, {"after": "x"}):
        assert fault(await write(site, name, collection=key, **given, **{where: place})) == (
            "InputError",
            "INVALID",
            ["input", where],
        )
    done = await write(site, "moveInCollection", collection=key, mediaIds=[a, b], to={"after": b})
    assert fault(done) == ("InputError", "INVALID", ["input", "to"])
    assert await order(site, key) == [a, b]


@pytest.mark.parametrize("name", ["addToCollection", "moveInCollection"])
async def test_a_place_is_named_in_exactly_one_way_and_never_denied(site: Site, name: str) -> None:
    key, (one,) = await collection(site, "Album"), await filled(site, 1)
    where = "at" if name == "addToCollection" else "to"
    given = {"selection": {"ids": [one]}} if where == "at" else {"mediaIds": [one]}
    done = await write(site, name, collection=key, **given, **{where: {"first": False}})
    assert fault(done) == ("InputError", "INVALID", ["input", where, "first"])
    query = f"mutation($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{ changed }} }}"
    for place in ({}, {"first": True, "last": True}, {"before": None}):
        answer = await site.answer(query, input={"collection": key, **given, where: place})
        assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_media_are_taken_out_and_those_not_in_it_are_skipped(site: Site) -> None:
    a, b, c = await filled(site, 3)
    key = await collection(site, "Album", [a, b])
    done = await write(site, "removeFromCollection", collection=key, selection={"ids": [a, c, NOWHERE]})
    assert (done["changed"], done["skipped"]) == (1, [c, NOWHERE])
    assert await order(site, key) == [b]


async def test_what_is_in_an_unknown_collection_cannot_be_changed(site: Site) -> None:
    (one,) = await filled(site, 1)
    for name, given in (
        ("addToCollection", {"selection": {"ids": [one]}}), ("removeFromCollection", {"selection": {"ids": [one]}}),
        ("moveInCollection", {"mediaIds": [one], "to": {"first": True}}),
    ):  # fmt: skip
        done = await write(site, name, collection=NO_COLLECTION, **given)
        assert (fault(done), done["changed"]) == (("NotFoundError", "NOT_FOUND", ["input", "collection"]), 0)


async def test_places_are_paged_and_a_purged_media_leaves_its_place(site: Site) -> None:
    ids = await filled(site, 5)
    key = await collection(site, "Album", ids)
    ask = """query($id: ID!, $a: String) { collection(id: $id) { media(first: 2, after: $a) { totalCount pageInfo {
    hasNextPage endCursor }
      edges { position addedAt node { id } } } } }"""
    first = (await site.ask(ask, id=key))["collection"]["media"]
    await bulk(site, "purgeMedia", ids[2:3])
    second = (await site.ask(ask, id=key, a=first["pageInfo"]["endCursor"]))["collection"]["media"]
    assert [edge["node"]["id"] for edge in first["edges"] + second["edges"]] == [ids[0], ids[1], ids[3], ids[4]]
    positions = [edge["position"] for edge in first["edges"] + second["edges"]]
    assert positions == sorted(positions)
    assert (first["totalCount"], second["totalCount"], second["pageInfo"]["hasNextPage"]) == (5, 4, False)


@pytest.mark.parametrize("given", ["", '(id: "x", slug: "y")'])
async def test_one_collection_is_asked_for_by_id_or_by_slug_not_both(site: Site, given: str) -> None:
    assert (await site.answer(f"{{ collection{given} {{ id }} }}"))["errors"][0]["extensions"]["code"] == "INVALID"
