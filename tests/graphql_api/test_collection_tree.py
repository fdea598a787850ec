"""Collections inside each other over GraphQL: where they lie, what their paths are, and what of them is found."""

from typing import Any

import pytest

import domain
from domain.collection.entity import DEEPEST
from tests.conftest import Site
from tests.graphql_api.asking import NOWHERE, bulk, collection, fault, filled, wrote

FIELDS = "collection { id path version parent { id } cover { id } mediaCount }"
NO_COLLECTION = domain.global_id(b"Collection", domain.new_id())


async def patched(site: Site, key: str, **patch: Any) -> dict[str, Any]:
    return await wrote(site, "updateCollection", FIELDS, {"id": key, "patch": patch})


async def paths(site: Site, given: str = "") -> list[str]:
    return [one["path"] for one in (await site.ask(f"{{ collections{given} {{ nodes {{ path }} }} }}"))["collections"]["nodes"]]


async def found(site: Site, **given: Any) -> list[str]:
    """The names of the collections that a filter finds; the total is as many."""
    ask = "query($filter: CollectionFilter) { collections(filter: $filter, first: 100) { totalCount nodes { name } } }"
    page = (await site.ask(ask, filter=given))["collections"]
    assert page["totalCount"] == len(page["nodes"])
    return [one["name"] for one in page["nodes"]]


async def within(site: Site, key: str, **given: Any) -> dict[str, Any]:
    """The media of a collection and of those inside it."""
    ask = """query($id: ID!, $n: Int, $a: String) { collection(id: $id) { media(withChildren: true, first: $n, after: $a) {
      totalCount edges { position addedAt node { id } } pageInfo { hasNextPage endCursor } } } }"""
    return (await site.ask(ask, id=key, **given))["collection"]["media"]


async def tree(site: Site) -> dict[str, str]:
    """Trips, in it Italy, in that Rome; and Work."""
    ids: dict[str, str] = {}
    for name, parent in (("Trips", None), ("Italy", "Trips"), ("Rome", "Italy"), ("Work", None)):
        ids[name] = await collection(site, name, **({"parent": ids[parent]} if parent else {}))
    return ids


async def test_a_path_joins_the_slugs_down_to_a_collection_and_finds_it(site: Site) -> None:
    ids = await tree(site)
    assert sorted(await paths(site)) == ["trips", "trips/italy", "trips/italy/rome", "work"]
    ask = "query($p: String) { collection(path: $p) { id } }"
    assert (await site.ask(ask, p="trips/italy/rome"))["collection"] == {"id": ids["Rome"]}
    for wrong in ("rome", "trips/rome", "trips/italy/rome/", "/trips", ""):
        assert (await site.ask(ask, p=wrong))["collection"] is None


async def test_a_collection_moves_with_all_inside_it_and_their_paths_follow(site: Site) -> None:
    ids = await tree(site)
    done = await patched(site, ids["Italy"], parent=ids["Work"])
    assert done["userErrors"] == []
    assert (done["collection"]["path"], done["collection"]["parent"], done["collection"]["version"]) == (
        "work/italy", {"id": ids["Work"]}, 2,
    )  # fmt: skip
    assert sorted(await paths(site)) == ["trips", "work", "work/italy", "work/italy/rome"]
    assert (await patched(site, ids["Italy"], parent=None))["collection"]["parent"] is None
    assert sorted(await paths(site)) == ["italy", "italy/rome", "trips", "work"]
    assert (await patched(site, ids["Rome"], parent=ids["Work"]))["userErrors"] == []
    assert (await patched(site, ids["Work"], name="Office & co"))["collection"]["path"] == "office-co"
    assert sorted(await paths(site)) == ["italy", "office-co", "office-co/rome", "trips"]


async def test_a_move_to_where_it_is_changes_nothing(site: Site) -> None:
    ids = await tree(site)
    assert (await patched(site, ids["Italy"], parent=ids["Trips"]))["collection"]["version"] == 1


async def test_a_collection_never_lies_in_itself(site: Site) -> None:
    ids = await tree(site)
    for into in ("Trips", "Italy", "Rome"):
        assert fault(await patched(site, ids["Trips"], parent=ids[into])) == (
            "CycleError", "INVALID", ["input", "patch", "parent"],
        )  # fmt: skip
    assert sorted(await paths(site)) == ["trips", "trips/italy", "trips/italy/rome", "work"]


async def test_a_move_to_an_unknown_parent_or_beside_its_namesake_is_refused(site: Site) -> None:
    ids = await tree(site)
    for unknown in (NO_COLLECTION, NOWHERE, "x"):
        assert fault(await patched(site, ids["Rome"], parent=unknown))[:2] == ("NotFoundError", "NOT_FOUND")
    await collection(site, "ROME", parent=ids["Work"])
    taken = ("InputError", "CONFLICT", ["input", "patch", "parent"])
    assert fault(await patched(site, ids["Rome"], parent=ids["Work"])) == taken
    assert (await patched(site, ids["Rome"], parent=ids["Work"], name="Roma"))["collection"]["path"] == "work/roma"


async def test_collections_lie_in_each_other_so_deep_and_no_deeper(site: Site) -> None:
    chain = [await collection(site, "0")]
    for level in range(1, DEEPEST):
        chain.append(await collection(site, str(level), parent=chain[-1]))
    done = await wrote(site, "createCollection", FIELDS, {"name": "deeper", "parent": chain[-1]})
    assert fault(done) == ("LimitError", "LIMIT_EXCEEDED", ["input", "parent"])
    assert (done["userErrors"][0]["limit"], done["userErrors"][0]["actual"]) == (DEEPEST, DEEPEST + 1)
    top = await collection(site, "top")
    assert fault(await patched(site, chain[0], parent=top))[1:] == ("LIMIT_EXCEEDED", ["input", "patch", "parent"])
    assert (await patched(site, chain[1], parent=top))["userErrors"] == []


async def test_a_chain_is_deleted_at_once_however_the_ids_are_ordered(site: Site) -> None:
    ids = await tree(site)
    given = [ids["Trips"], ids["Rome"], ids["Italy"]]
    ask = "mutation($ids: [ID!]!) { deleteCollections(ids: $ids) { deletedIds userErrors { code } } }"
    assert set((await site.ask(ask, ids=given))["deleteCollections"]["deletedIds"]) == set(given)
    assert await paths(site) == ["work"]


async def test_every_field_of_a_filter_narrows_the_list(site: Site) -> None:
    ids = await tree(site)
    await wrote(site, "addToCollection", "changed", {"collection": ids["Rome"], "selection": {"ids": await filled(site, 1)}})
    await patched(site, ids["Work"], description="What PAYS 100 % of the trips")
    assert await found(site) == ["Italy", "Rome", "Trips", "Work"]
    assert await found(site, rootsOnly=True) == ["Trips", "Work"]
    assert await found(site, rootsOnly=False) == ["Italy", "Rome"]
    assert await found(site, parent=ids["Trips"]) == ["Italy"]
    assert await found(site, parent=NO_COLLECTION) == await found(site, parent="x") == []
    assert await found(site, search="TRIP") == ["Trips", "Work"]
    assert await found(site, search="0 %") == ["Work"]
    assert await found(site, search="%") == ["Work"]
    assert await found(site, empty=False) == ["Rome"]
    assert await found(site, empty=True, rootsOnly=True) == ["Trips", "Work"]
    assert await found(site, kind="MANUAL") == ["Italy", "Rome", "Trips", "Work"]
    assert await found(site, kind="SMART") == []
    assert await found(site, kind=None, parent=None, rootsOnly=None, search=None, empty=None) == await found(site)


async def test_with_children_every_media_below_is_there_once_newest_first(site: Site) -> None:
    ids, media = await tree(site), await filled(site, 5)
    for name, some in (("Trips", media[:2]), ("Italy", media[1:3]), ("Rome", media[0:4:3]), ("Work", media[4:])):
        await wrote(site, "addToCollection", "changed", {"collection": ids[name], "selection": {"ids": some}})
    whole = await within(site, ids["Trips"])
    assert [edge["node"]["id"] for edge in whole["edges"]] == [media[3], media[2], media[1], media[0]]
    assert {(edge["position"], edge["addedAt"]) for edge in whole["edges"]} == {(None, None)}
    first = await within(site, ids["Trips"], n=3)
    rest = await within(site, ids["Trips"], n=3, a=first["pageInfo"]["endCursor"])
    assert [edge["node"]["id"] for edge in first["edges"] + rest["edges"]] == [edge["node"]["id"] for edge in whole["edges"]]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (4, True, False)
    assert (await within(site, ids["Rome"]))["totalCount"] == 2
    await bulk(site, "trashMedia", media[3:4])
    assert (await within(site, ids["Trips"]))["totalCount"] == 3


async def test_a_cursor_of_the_items_does_not_lead_on_among_those_of_the_children(site: Site) -> None:
    ids = await tree(site)
    await wrote(site, "addToCollection", "changed", {"collection": ids["Rome"], "selection": {"ids": await filled(site, 2)}})
    ask = """query($id: ID!, $a: String, $all: Boolean) { collection(id: $id) {
      media(first: 1, after: $a, withChildren: $all) { pageInfo { endCursor } } } }"""
    for one, other in ((False, True), (True, False)):
        cursor = (await site.ask(ask, id=ids["Rome"], all=one))["collection"]["media"]["pageInfo"]["endCursor"]
        answer = await site.answer(ask, id=ids["Rome"], a=cursor, all=other)
        assert answer["errors"][0]["extensions"]["code"] == "INVALID"


@pytest.mark.parametrize("name", ["createCollection", "updateCollection"])
async def test_a_cover_is_a_media_of_the_library(site: Site, name: str) -> None:
    (one,), key = await filled(site, 1), await collection(site, "Album")

    async def covered(cover: str | None) -> dict[str, Any]:
        given = {"name": "Other", "cover": cover} if name == "createCollection" else {"id": key, "patch": {"cover": cover}}
        return await wrote(site, name, FIELDS, given)

    path = ["input", "cover"] if name == "createCollection" else ["input", "patch", "cover"]
    for unknown in (NOWHERE, key, "x"):
        assert fault(await covered(unknown)) == ("NotFoundError", "NOT_FOUND", path)
    assert (await covered(one))["collection"]["cover"] == {"id": one}


async def test_a_cover_hides_in_the_trash_and_goes_with_its_media(site: Site) -> None:
    one, other = await filled(site, 2)
    key = await collection(site, "Album", [one], cover=one)
    ask = "query($id: ID!) { collection(id: $id) { cover { id } } }"
    await bulk(site, "trashMedia", [one])
    assert (await site.ask(ask, id=key))["collection"]["cover"] is None
    await bulk(site, "restoreMedia", [one])
    assert (await site.ask(ask, id=key))["collection"]["cover"] == {"id": one}
    await bulk(site, "purgeMedia", [one])
    assert (await site.ask(ask, id=key))["collection"]["cover"] is None
    assert (await patched(site, key, cover=other))["collection"]["cover"] == {"id": other}
    assert (await patched(site, key, cover=None))["collection"]["cover"] is None


async def test_a_count_is_exact_after_every_way_in_and_out(site: Site) -> None:
    media = await filled(site, 6)
    key = await collection(site, "Album", media[:5])
    ask = "query($id: ID!) { collection(id: $id) { mediaCount media { totalCount } } }"

    async def counted() -> int:
        found = (await site.ask(ask, id=key))["collection"]
        assert found["mediaCount"] == found["media"]["totalCount"]
        return found["mediaCount"]

    assert await counted() == 5
    await bulk(site, "trashMedia", media[:2])
    assert await counted() == 3
    await wrote(site, "removeFromCollection", "changed", {"collection": key, "selection": {"ids": media[1:3]}})
    assert await counted() == 2
    await bulk(site, "purgeMedia", [media[0], media[3]])
    assert await counted() == 1
    await bulk(site, "restoreMedia", media[1:2])
    await wrote(site, "addToCollection", "changed", {"collection": key, "selection": {"ids": media}})
    assert await counted() == 4
