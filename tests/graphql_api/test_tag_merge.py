"""Tags over GraphQL as a tree: moving, merging, deleting, aliases and implications; the ids of merged tags go on to work."""

from typing import Any

from tests.conftest import Site
from tests.graphql_api.asking import bulk, fault, filled, tag, wrote
from tests.graphql_api.planning.ways import Ways

TREE = """{ tags(orderBy: {field: CREATED_AT}) { nodes { name path depth aliases mediaCount
  deep: mediaCount(withDescendants: true) parent { name } ancestors { name } children { nodes { name } } implies { name } } } }"""


async def merge(site: Site, sources: list[str], into: str, **more: Any) -> dict[str, Any]:
    return await wrote(
        site, "mergeTags", "tag { id aliases mediaCount } retagged deleted", {"sources": sources, "into": into, **more}
    )


async def move(site: Site, key: str, parent: str | None) -> dict[str, Any]:
    return await wrote(site, "updateTag", "tag { path depth }", {"id": key, "patch": {"parent": parent}})


async def test_a_tag_moves_with_all_below_it_and_never_below_itself(site: Site) -> None:
    one = await tag(site, "One")
    two = await tag(site, "Two", parent=one)
    three = await tag(site, "Three", parent=two)
    assert fault(await move(site, one, three)) == ("CycleError", "INVALID", ["input", "patch", "parent"])
    assert fault(await move(site, one, one)) == ("CycleError", "INVALID", ["input", "patch", "parent"])
    assert (await move(site, two, None))["tag"] == {"path": "two", "depth": 0}
    found = await site.ask('{ tag(path: "two/three") { depth ancestors { name } } none: tag(path: "one/two/three") { id } }')
    assert found == {"tag": {"depth": 1, "ancestors": [{"name": "Two"}]}, "none": None}


async def test_tags_lie_in_a_bounded_number_of_levels(site: Site) -> None:
    parent: str | None = None
    for level in range(20):
        parent = await tag(site, f"Level {level}", parent=parent)
    assert fault(await wrote(site, "createTag", "tag { id }", {"name": "More", "parent": parent}))[:2] == (
        "LimitError", "LIMIT_EXCEEDED",
    )  # fmt: skip


async def test_a_merge_keeps_media_children_names_and_ids(site: Site) -> None:
    ids = await filled(site, 3)
    cat, kitty, child = await tag(site, "Cat"), await tag(site, "Kitty", aliases=["Kit"]), ""
    child = await tag(site, "Kitten", parent=kitty)
    await bulk(site, "tagMedia", ids[:2], tagIds=[cat])
    await bulk(site, "tagMedia", ids[1:], tagIds=[kitty])
    before = await site.ask(TREE)
    dry = await merge(site, [kitty], cat, dryRun=True)
    assert (dry["retagged"], dry["deleted"], await site.ask(TREE)) == (2, [kitty], before)
    done = await merge(site, [kitty], cat)
    assert (done["retagged"], done["deleted"]) == (dry["retagged"], dry["deleted"])
    assert done["tag"] == {"id": cat, "aliases": ["Kitty", "Kit"], "mediaCount": 3}
    assert (await site.ask("query($id: ID!) { tag(id: $id) { path } }", id=child)) == {"tag": {"path": "cat/kitten"}}
    again = await bulk(site, "tagMedia", ids, tagNames=["KIT"])
    assert again["changed"] == 0
    assert fault(await wrote(site, "createTag", "tag { id }", {"name": "kitty"})) == ("InputError", "CONFLICT", ["input", "name"])
    assert [one["name"] for one in (await site.ask('{ tags(filter: {prefix: "kit"}) { nodes { name } } }'))["tags"]["nodes"]] == [
        "Cat", "Kitten",
    ]  # fmt: skip


async def test_the_id_of_a_merged_tag_means_the_other_wherever_it_is_given(site: Site) -> None:
    ids = await filled(site, 2)
    last, middle, old = await tag(site, "Last"), await tag(site, "Middle"), await tag(site, "Old")
    await bulk(site, "tagMedia", ids[:1], tagIds=[old])
    await merge(site, [old], middle)
    await merge(site, [middle], last)
    ways = Ways(site.server)
    below = await tag(site, "Below", parent=old)
    query = """query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } tag(id: $id) { id }
      tags(filter: {parent: $id}) { nodes { id } }
      any: media(filter: {tags: {any: [$id]}}) { totalCount } all: media(filter: {tags: {all: [$id]}}) { totalCount }
      none: media(filter: {tags: {none: [$id], withDescendants: true}}) { totalCount } }"""
    for key in (old, middle, last):
        await ways.both(query, {"id": key})
        found = await site.ask(query, id=key)
        assert [found["node"], *found["nodes"], found["tag"]] == [{"id": last}] * 3
        assert found["tags"]["nodes"] == [{"id": below}]
        assert [found[name]["totalCount"] for name in ("any", "all", "none")] == [1, 1, 1]
    assert (await bulk(site, "tagMedia", ids[1:], tagIds=[middle]))["changed"] == 1
    assert (await bulk(site, "untagMedia", ids, tagIds=[old]))["changed"] == 2
    named = await wrote(site, "updateTag", "tag { id name }", {"id": old, "patch": {"name": "Renamed"}})
    assert named["tag"] == {"id": last, "name": "Renamed"}
    gone = await wrote(site, "deleteTags", "deletedIds", {"ids": [old], "policy": "REPARENT_CHILDREN"})
    assert gone["deletedIds"] == [last]
    assert (await site.ask(query, id=old))["tag"] is None


async def test_implied_tags_come_along_to_the_end_of_a_circle(site: Site) -> None:
    (key,) = await filled(site, 1)
    one = await tag(site, "One")
    two = await tag(site, "Two", implies=[one])
    three = await tag(site, "Three", implies=[two])
    await wrote(site, "updateTag", "tag { id }", {"id": one, "patch": {"implies": {"set": [three]}}})
    await bulk(site, "tagMedia", [key], tagIds=[two])
    found = await site.ask("query($id: ID!) { mediaItem(id: $id) { tags { edges { source node { name } } } } }", id=key)
    sources = {edge["node"]["name"]: edge["source"] for edge in found["mediaItem"]["tags"]["edges"]}
    assert sources == {"One": "IMPLIED", "Two": "MANUAL", "Three": "IMPLIED"}


async def test_what_lies_below_a_deleted_tag_is_as_the_policy_says(site: Site) -> None:
    top = await tag(site, "Top")
    middle = await tag(site, "Middle", parent=top)
    low = await tag(site, "Low", parent=middle)
    assert fault(await wrote(site, "deleteTags", "deletedIds", {"ids": [middle]})) == (
        "InputError",
        "IN_USE",
        ["input", "policy"],
    )
    dry = await wrote(site, "deleteTags", "deletedIds", {"ids": [top], "policy": "DELETE_SUBTREE", "dryRun": True})
    assert set(dry["deletedIds"]) == {top, middle, low}
    await wrote(site, "deleteTags", "deletedIds", {"ids": [middle], "policy": "REPARENT_CHILDREN"})
    assert (await site.ask("query($id: ID!) { tag(id: $id) { path } }", id=low)) == {"tag": {"path": "top/low"}}
    done = await wrote(site, "deleteTags", "deletedIds", {"ids": [top], "policy": "DELETE_SUBTREE"})
    assert set(done["deletedIds"]) == {top, low}
