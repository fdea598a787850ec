"""Pictures that look alike, over HTTP: real ones that were made smaller, and hashes that are known."""

from io import BytesIO
from typing import Any

from PIL import Image

from domain import global_id
from tests import media
from tests.conftest import Site
from tests.graphql_api.asking import bulk, fault, tag, wrote
from tests.persistence.builders import add_media

SIMILAR = """query($id: ID!, $first: Int, $after: String, $maxDistance: Int) { mediaItem(id: $id) {
  similar(first: $first, after: $after, maxDistance: $maxDistance) { totalCount pageInfo { hasNextPage endCursor }
    edges { distance node { id } } nodes { id } } } }"""
GROUPS = """query($maxDistance: Int, $filter: MediaFilter) { duplicateGroups(kind: PERCEPTUAL, maxDistance: $maxDistance,
  filter: $filter) { totalCount reclaimableSize nodes { id kind maxDistance memberCount reclaimableSize
    members { distance isSuggestedKeeper reasons media { id } } } } }"""


def smaller(content: bytes, side: int) -> bytes:
    """The same picture with fewer pixels, as another file."""
    made = BytesIO()
    with Image.open(BytesIO(content)) as image:
        image.resize((side, side * image.height // image.width)).save(made, "PNG")
    return made.getvalue()


async def looking(site: Site, *hashes: int, **more: Any) -> list[str]:
    """The ids of pictures with these hashes, each of fewer pixels than the one before."""
    async with site.server.database.writing(site.server.operator) as work:
        found = [
            await add_media(work, at, phash=f"{bits:016x}", width=100 - at, height=10, **more) for at, bits in enumerate(hashes)
        ]
    return [global_id(b"Media", one.id) for one in found]


async def similar(site: Site, key: str, **more: Any) -> dict[str, Any]:
    return (await site.ask(SIMILAR, id=key, **more))["mediaItem"]["similar"]


async def groups(site: Site, **more: Any) -> dict[str, Any]:
    return (await site.ask(GROUPS, **more))["duplicateGroups"]


async def test_a_picture_that_was_made_smaller_looks_like_the_one_it_was_made_of(site: Site) -> None:
    photo = media.photo()
    original, other = await site.uploaded(photo, "photo.jpg"), await site.uploaded(media.png(), "other.png")
    copy = await site.uploaded(smaller(photo, 40), "small.png")
    found = await similar(site, copy["id"])
    assert [edge["node"]["id"] for edge in found["edges"]] == [original["id"]]
    assert found["totalCount"] == 1
    assert (await similar(site, other["id"]))["edges"] == []
    (group,) = (await groups(site))["nodes"]
    told = [(one["media"]["id"], one["isSuggestedKeeper"], one["reasons"]) for one in group["members"]]
    assert told == [(original["id"], True, ["MOST_PIXELS"]), (copy["id"], False, ["FEWER_PIXELS"])]
    await bulk(site, "trashMedia", [original["id"]])
    assert (await similar(site, copy["id"]))["edges"] == []
    await bulk(site, "purgeMedia", [original["id"]])
    assert (await groups(site))["nodes"] == []


async def test_what_looks_alike_comes_in_pages_the_nearest_first(site: Site) -> None:
    one, *others = await looking(site, 0, 0b111, 0b1, 0b11, 0x1FF)
    found = await similar(site, one, first=2)
    assert [(edge["distance"], edge["node"]["id"]) for edge in found["edges"]] == [(1, others[1]), (2, others[2])]
    rest = await similar(site, one, first=2, after=found["pageInfo"]["endCursor"])
    assert [(edge["distance"], edge["node"]["id"]) for edge in rest["edges"]] == [(3, others[0])]
    assert (found["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"], rest["totalCount"]) == (True, False, 3)
    assert (await similar(site, one, maxDistance=2))["totalCount"] == 2


async def test_a_distance_that_is_not_remembered_is_refused(site: Site) -> None:
    (one,) = await looking(site, 0)
    for apart in (-1, 9):
        for query, given in ((SIMILAR, {"id": one}), (GROUPS, {})):
            (error,) = (await site.answer(query, maxDistance=apart, **given))["errors"]
            assert error["extensions"]["code"] == "INVALID"


async def test_two_that_look_like_a_third_are_not_taken_for_alike(site: Site) -> None:
    left, middle, right = await looking(site, 0b1111, 0, 0b1111 << 8, size=10)
    (found,) = (await groups(site, maxDistance=4))["nodes"]
    assert [one["media"]["id"] for one in found["members"]] == [left, middle], "a chain is not a group"
    await wrote(site, "resolveDuplicates", "changed", {"keep": left, "discard": [middle], "discardAction": "DISMISS"})
    (found,) = (await groups(site, maxDistance=4))["nodes"]
    assert [one["media"]["id"] for one in found["members"]] == [middle, right]
    found = (await groups(site, maxDistance=8))["nodes"]
    assert {frozenset(one["media"]["id"] for one in group["members"]) for group in found} == {
        frozenset((left, right)), frozenset((middle, right)),
    }, "a picture may look like two that do not look alike"  # fmt: skip


async def test_groups_are_those_of_the_distance_that_is_asked_for_and_found_again_by_their_ids(site: Site) -> None:
    keeper, near, far = await looking(site, 0, 0b11, 0x3F, size=10)
    ask = "query($id: ID!) { node(id: $id) { id ... on DuplicateGroup { kind maxDistance members { media { id } } } } }"
    for apart, members in ((1, []), (2, [keeper, near]), (5, [keeper, near]), (6, [keeper, near, far]), (8, [keeper, near, far])):
        wanted = [members] if members else []
        found = await groups(site, maxDistance=apart)
        assert [[one["media"]["id"] for one in group["members"]] for group in found["nodes"]] == wanted
        assert int(found["reclaimableSize"]) == sum(10 * (len(group) - 1) for group in wanted)
        for group in found["nodes"]:
            shown = [{"media": one["media"]} for one in group["members"]]
            same = {"id": group["id"], "kind": "PERCEPTUAL", "maxDistance": apart, "members": shown}
            assert (await site.ask(ask, id=group["id"]))["node"] == same


async def test_a_filter_leaves_the_groups_of_which_a_picture_is_such(site: Site) -> None:
    first = await looking(site, 0, 1)
    second = await looking(site, 2**64 - 1, 2**64 - 2)
    worn = {"tags": {"any": [await tag(site, "word")]}}
    await bulk(site, "tagMedia", [first[1]], tagIds=worn["tags"]["any"])
    (found,) = (await groups(site, filter=worn))["nodes"]
    assert [one["media"]["id"] for one in found["members"]] == first
    await bulk(site, "tagMedia", [second[0]], tagIds=worn["tags"]["any"])
    assert (await groups(site, filter=worn))["totalCount"] == 2
    assert (await groups(site, filter={"not": worn}))["totalCount"] == 2
    assert (await groups(site, filter={"kind": {"eq": "VIDEO"}}))["totalCount"] == 0


async def test_pictures_that_look_alike_are_resolved_as_equal_ones_are(site: Site) -> None:
    keeper, other = await looking(site, 0, 1)
    payload = await wrote(
        site, "resolveDuplicates", "changed results { id: nodeId changed }", {"keep": keeper, "discard": [other]}
    )
    assert (payload["userErrors"], payload["changed"]) == ([], 1)
    assert (await groups(site))["nodes"] == []
    assert fault(await wrote(site, "resolveDuplicates", "changed", {"keep": other, "discard": [keeper]}))[1] == "INVALID"
