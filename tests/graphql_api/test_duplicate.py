"""Groups of media that have the same bytes: what is in them, in which order, and what leaves them."""

from typing import Any

from domain import from_global_id, global_id
from tests import media
from tests.conftest import Site
from tests.graphql_api.asking import NOWHERE, bulk, tag
from tests.graphql_api.sending import send

GROUPS = """query($first: Int, $after: String, $filter: MediaFilter) {
  duplicateGroups(kind: EXACT, first: $first, after: $after, filter: $filter) {
    totalCount reclaimableSize pageInfo { hasNextPage endCursor }
    nodes { id kind memberCount reclaimableSize maxDistance members { distance isSuggestedKeeper reasons media { id } } } } }"""


def content(number: int) -> bytes:
    """Bytes of their own for each number, of a greater one more."""
    return media.binary(number) * number


async def copies(site: Site, number: int, count: int = 2, **more: Any) -> list[str]:
    """The ids of so many media of the same bytes, oldest first."""
    return [(await send(site, content(number), duplicatePolicy="KEEP_BOTH", **more))["media"]["id"] for _ in range(count)]


async def groups(site: Site, **more: Any) -> dict[str, Any]:
    return (await site.ask(GROUPS, **more))["duplicateGroups"]


async def members(site: Site, **more: Any) -> list[list[str]]:
    """The ids of the members of each group."""
    return [[one["media"]["id"] for one in group["members"]] for group in (await groups(site, **more))["nodes"]]


async def dismiss(site: Site, *pairs: tuple[str, str]) -> None:
    async with site.server.database.writing(site.server.operator) as work:
        await work.duplicates.dismiss([(from_global_id(one)[1], from_global_id(other)[1]) for one, other in pairs])


async def test_media_of_the_same_bytes_are_a_group_round_the_oldest(site: Site) -> None:
    await copies(site, 1, 1)
    pair, three = await copies(site, 2), await copies(site, 3, 3)
    found = await groups(site)
    assert (found["totalCount"], found["pageInfo"]["hasNextPage"]) == (2, False)
    sizes = [2 * len(content(3)), len(content(2))]
    assert [int(one["reclaimableSize"]) for one in found["nodes"]] == sizes
    assert int(found["reclaimableSize"]) == sum(sizes)
    assert [one["memberCount"] for one in found["nodes"]] == [3, 2]
    assert await members(site) == [three, pair]
    told = [(one["isSuggestedKeeper"], one["reasons"], one["distance"]) for one in found["nodes"][0]["members"]]
    assert told == [(True, ["OLDEST"], 0), (False, ["NEWER"], 0), (False, ["NEWER"], 0)]


async def test_what_lies_in_the_trash_is_in_no_group(site: Site) -> None:
    pair, three = await copies(site, 1), await copies(site, 2, 3)
    await bulk(site, "trashMedia", [pair[0], three[0]])
    assert await members(site) == [three[1:]]
    await bulk(site, "restoreMedia", [three[0]])
    assert await members(site) == [three]


async def test_groups_are_read_in_pages_that_join(site: Site) -> None:
    made = [await copies(site, number) for number in range(5, 0, -1)]
    found, after, more = list[str](), None, True
    while more:
        page = await groups(site, first=2, after=after)
        found += [one["id"] for one in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        assert page["totalCount"] == 5
    assert found == [one["id"] for one in (await groups(site))["nodes"]]
    assert await members(site) == made


async def test_a_filter_leaves_the_groups_of_which_a_media_is_such(site: Site) -> None:
    word = await tag(site, "word")
    first, second = await copies(site, 1), await copies(site, 2)
    await copies(site, 3)
    await bulk(site, "tagMedia", [first[1], second[0]], tagIds=[word])
    worn = {"tags": {"any": [word]}}
    assert await members(site, filter=worn) == [second, first], "the group is shown whole"
    found = await groups(site, filter=worn)
    assert (found["totalCount"], int(found["reclaimableSize"])) == (2, len(content(1)) + len(content(2)))
    await bulk(site, "trashMedia", [first[1]])
    assert await members(site, filter=worn) == [second]
    assert len(await members(site, filter={})) == 2


async def test_a_pair_that_is_dismissed_is_not_grouped_again_and_others_are(site: Site) -> None:
    pair, three = await copies(site, 1), await copies(site, 2, 3)
    await dismiss(site, (pair[1], pair[0]), (three[0], three[1]))
    assert await members(site) == [[three[0], three[2]]]
    (found,) = (await groups(site))["nodes"]
    assert (found["memberCount"], int(found["reclaimableSize"])) == (2, len(content(2)))
    await bulk(site, "trashMedia", [three[0]])
    assert await members(site) == [three[1:]], "with another keeper others are compared"


async def test_a_group_is_found_again_by_its_id_as_long_as_it_is_one(site: Site) -> None:
    three = await copies(site, 1, 3)
    ask = "query($id: ID!) { node(id: $id) { id ... on DuplicateGroup { memberCount members { media { id } } } } }"
    (group,) = (await groups(site))["nodes"]
    wanted = {"id": group["id"], "memberCount": 3, "members": [{"media": {"id": one}} for one in three]}
    assert (await site.ask(ask, id=group["id"]))["node"] == wanted
    for other in (three[1], three[2], NOWHERE):
        assert (await site.ask(ask, id=global_id(b"DuplicateGroup", from_global_id(other)[1])))["node"] is None
    await dismiss(site, (three[1], three[2]))
    assert (await site.ask(ask, id=group["id"]))["node"] == wanted, "only what is dismissed from the keeper counts"
    await dismiss(site, (three[0], three[2]))
    assert (await site.ask(ask, id=group["id"]))["node"]["memberCount"] == 2
    await bulk(site, "trashMedia", [three[1]])
    assert (await site.ask(ask, id=group["id"]))["node"] is None


async def test_media_are_filtered_by_whether_they_have_duplicates(site: Site) -> None:
    pair, (alone,), three = await copies(site, 1), await copies(site, 2, 1), await copies(site, 3, 3)
    url = "https://example.org/a.png"
    registered = "mutation($url: URL!) { registerMedia(input: {url: $url}) { media { id } } }"
    elsewhere = (await site.ask(registered, url=url))["registerMedia"]["media"]["id"]

    async def such(has: bool) -> set[str]:
        found = await site.ask("query($f: MediaFilter) { media(filter: $f) { nodes { id } } }", f={"hasDuplicates": has})
        return {one["id"] for one in found["media"]["nodes"]}

    assert (await such(has=True), await such(has=False)) == ({*pair, *three}, {alone, elsewhere})
    await bulk(site, "trashMedia", [pair[0]])
    await dismiss(site, (three[0], three[1]), (three[0], three[2]))
    assert (await such(has=True), await such(has=False)) == ({*three[1:]}, {alone, elsewhere, pair[1], three[0]})


async def test_a_page_of_groups_takes_as_many_statements_whatever_their_number(site: Site) -> None:
    counts = list[int]()
    for number in range(1, 6, 4):
        for one in range(number, number + 4):
            await copies(site, one)
        with site.counted() as statements:
            await groups(site)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 6
