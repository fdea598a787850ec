"""Media by the tree of their tags: each once, in order, in pages that leave none out, on both databases."""

import random
from typing import Any

import pytest

from domain import Id, Media, Principal, Tag
from domain.reading import Ask, Load, Order, TrashScope
from domain.search import Related, shape, values
from persistence.database import SqlDatabase
from tests.persistence.builders import EPOCH, add_media, add_tag


async def filled(database: SqlDatabase, principal: Principal) -> tuple[list[Tag], dict[Id, set[Id]], list[Media]]:
    """A tree of tags, what media wear of it or above, newest first; some came at the same moment, some lie in the trash."""
    chance = random.Random(7)
    async with database.writing(principal) as work:
        media = [await add_media(work, number // 3, trashed_at=EPOCH if number % 9 == 4 else None) for number in range(90)]
        tags: list[Tag] = []
        worn: dict[Id, set[Id]] = {one.id: set() for one in media}
        for number in range(40):
            parent = chance.choice(tags) if tags and number % 5 else None
            wearers = chance.sample(media, chance.choice([0, 1, 3, 20]))
            tags.append(await add_tag(work, f"tag {number}", *wearers, parent=parent))
            above = [tags[-1], *([parent] if parent else [])]
            while above[-1].parent_id:
                above.append(next(one for one in tags if one.id == above[-1].parent_id))
            for one in wearers:
                worn[one.id] |= {tag.id for tag in above}
    return tags, worn, sorted(media, key=lambda one: (one.created_at, one.id), reverse=True)


async def walked(reader: Any, key: Id, size: int, **ask: Any) -> list[Id]:
    """The keys of all pages, one after the other."""
    found, position = list[Id](), ()
    while True:
        after = (False,) if position else None
        page = await reader.find(
            Load(ask=Ask(relation="tag.media_below", after=after, **ask), first=size, position=position, keys=(key,))
        )
        found += [one.entity.id for one in page[:size]]
        if len(page) <= size:
            return found
        position = page[size - 1].place


@pytest.mark.parametrize("trash", TrashScope)
async def test_the_pages_of_a_tree_have_each_media_once_in_order(
    database: SqlDatabase, principal: Principal, trash: TrashScope
) -> None:
    tags, worn, media = await filled(database, principal)
    seen = {TrashScope.EXCLUDE: (None,), TrashScope.ONLY: (EPOCH,), TrashScope.INCLUDE: (None, EPOCH)}[trash]
    async with database.reading(principal) as reader:
        for tag in tags:
            wanted = [one.id for one in media if tag.id in worn[one.id] and one.trashed_at in seen]
            for size in (1, 7):
                assert await walked(reader, tag.id, size, trash=trash) == wanted
            assert await walked(reader, tag.id, 4, trash=trash, backward=True) == wanted[::-1]
            counted = Load(ask=Ask(relation="tag.media_below", counted=True, trash=trash), keys=(tag.id,))
            assert (await reader.count(counted)).get(tag.id, 0) == len(wanted)


async def test_a_tree_can_be_filtered_and_ordered_otherwise(database: SqlDatabase, principal: Principal) -> None:
    tags, worn, media = await filled(database, principal)
    async with database.reading(principal) as reader:
        for tag, other in zip(tags[:15], tags[5:20], strict=True):
            given = Related("tags", "any", (other.id,), deep=True)
            wanted = [one.id for one in media if {tag.id, other.id} <= worn[one.id] and one.trashed_at is None]
            ask = {"relation": "tag.media_below", "where": shape(given)}
            for order in ((), (Order(field="filename", descending=True),)):
                load = Load(ask=Ask(**ask, order=order), values=tuple(values(given)), first=100, keys=(tag.id,))
                assert [one.entity.id for one in await reader.find(load)] == wanted
            load = Load(ask=Ask(**ask, counted=True), values=tuple(values(given)), keys=(tag.id,))
            assert (await reader.count(load)).get(tag.id, 0) == len(wanted)


@pytest.mark.parametrize("quantifier", ["any", "all", "none"])
async def test_a_filter_by_tags_means_all_below_them(database: SqlDatabase, principal: Principal, quantifier: Any) -> None:
    tags, worn, media = await filled(database, principal)
    said = {"any": lambda both, own: both & own, "all": lambda both, own: both <= own, "none": lambda both, own: not both & own}
    async with database.reading(principal) as reader:
        for one, other in zip(tags[:10], tags[3:13], strict=True):
            given = Related("tags", quantifier, (one.id, other.id), deep=True)
            ask = Ask(relation="library.media", where=shape(given))
            load = Load(ask=ask, values=tuple(values(given)), first=100, keys=(principal.library_id,))
            wanted = [m.id for m in media if said[quantifier]({one.id, other.id}, worn[m.id]) and m.trashed_at is None]
            assert [found.entity.id for found in await reader.find(load)] == wanted


async def test_pages_of_many_trees_are_one_statement(database: SqlDatabase, principal: Principal) -> None:
    tags, _, _ = await filled(database, principal)
    heard: list[str] = []
    database.on_statement(heard.append)
    async with database.reading(principal) as reader:
        heard.clear()
        keys = tuple(tag.id for tag in tags)
        found = await reader.find(Load(ask=Ask(relation="tag.media_below"), first=5, keys=keys))
        assert len([sql for sql in heard if sql.startswith("SELECT")]) == 1
        for tag in tags:
            alone = await reader.find(Load(ask=Ask(relation="tag.media_below"), first=5, keys=(tag.id,)))
            assert [one.entity.id for one in found if one.parent == tag.id] == [one.entity.id for one in alone]
