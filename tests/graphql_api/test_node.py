"""Nodes over GraphQL: anything is fetched again by its id, and lists nest as deep as one asks."""

import domain
from tests.conftest import Site
from tests.graphql_api.asking import NOWHERE, bulk, collection, filled, tag

ANY = "{ __typename id ... on Media { filename } ... on Tag { name } ... on Collection { name } }"


async def test_nodes_come_in_the_order_of_their_ids_with_null_for_the_unknown(site: Site) -> None:
    (media,) = await filled(site, 1)
    word, album = await tag(site, "word"), await collection(site, "Album")
    ids = [album, "x", word, NOWHERE, media, domain.global_id(b"Library", site.server.principal.library_id), album]
    found = (await site.ask(f"query($ids: [ID!]!) {{ nodes(ids: $ids) {ANY} }}", ids=ids))["nodes"]
    assert [one and one["__typename"] for one in found] == ["Collection", None, "Tag", None, "OtherMedia", None, "Collection"]
    assert [one and one["id"] for one in found] == [album, None, word, None, media, None, album]
    one = (await site.ask(f"query($id: ID!) {{ node(id: $id) {ANY} }}", id=word))["node"]
    assert one == {"__typename": "Tag", "id": word, "name": "word"}


async def test_more_than_a_hundred_nodes_at_once_are_refused(site: Site) -> None:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert (await site.ask(query, ids=["x"] * 100))["nodes"] == [None] * 100
    answer = await site.answer(query, ids=["x"] * 101)
    assert (answer["data"], answer["errors"][0]["extensions"]["code"]) == (None, "LIMIT_EXCEEDED")


async def test_an_id_names_one_sort_of_thing(site: Site) -> None:
    (media,) = await filled(site, 1)
    key = domain.key_of("Media", media)
    for name in (b"Tag", b"Collection", b"Image", b"media", b""):
        assert (await site.ask("query($id: ID!) { node(id: $id) { id } }", id=domain.global_id(name, key)))["node"] is None


async def test_a_media_in_the_trash_is_still_a_node(site: Site) -> None:
    (media,) = await filled(site, 1)
    await bulk(site, "trashMedia", [media])
    assert (await site.ask("query($id: ID!) { node(id: $id) { id } }", id=media))["node"] == {"id": media}


async def test_lists_nest_from_tags_to_media_to_collections_and_each_has_pages_of_its_own(site: Site) -> None:
    ids = await filled(site, 3)
    word, album = await tag(site, "word"), await collection(site, "Album", list(reversed(ids)))
    await bulk(site, "tagMedia", ids, tagIds=[word])
    found = await site.ask("""{ tags(first: 3) { nodes { name mediaCount
      media(first: 2) { totalCount pageInfo { hasNextPage endCursor }
      nodes { filename collections { nodes { name media(first: 1) { edges { cursor node { filename tags { nodes { name } } }
      } } } } } } } } }""")
    (one,) = found["tags"]["nodes"]
    inner = {"name": "Album", "media": {"edges": [{"node": {"filename": "002.bin", "tags": {"nodes": [{"name": "word"}]}}}]}}
    for node in one["media"]["nodes"]:
        for edge in node["collections"]["nodes"][0]["media"]["edges"]:
            assert edge.pop("cursor")
        assert node["collections"]["nodes"] == [inner]
    assert [node["filename"] for node in one["media"]["nodes"]] == ["002.bin", "001.bin"]
    assert (one["mediaCount"], one["media"]["totalCount"], one["media"]["pageInfo"]["hasNextPage"]) == (3, 3, True)
    query = (
        "query($id: ID!, $a: String) { tag(id: $id) { media(first: 2, after: $a) { nodes { id } pageInfo { hasNextPage } } } }"
    )
    rest = (await site.ask(query, id=word, a=one["media"]["pageInfo"]["endCursor"]))["tag"]["media"]
    assert rest == {"nodes": [{"id": ids[0]}], "pageInfo": {"hasNextPage": False}}
    assert album
