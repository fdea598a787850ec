"""The reading port as a contract on both databases: parents, pages, order, counts, trash, fields, and whose rows."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any

import pytest
import pytest_asyncio

from domain import Id, Media, MediaKind, Principal, new_id
from domain.reading import Ask, Found, Load, Order, TrashScope, from_cursor, to_cursor
from domain.search import All, AnyOf, Not, Related
from domain.summary import Aggregating
from persistence.database import SqlDatabase
from persistence.reading import DIALECTS, SIZES, SOURCES, statement
from persistence.tables import media_table, schema
from tests.persistence.builders import CORE, EPOCH, OF_TEXT, Filled, add_collection, add_media, add_tag, fill

LINKED = All((
    Related("tags", "any", 2), Not(Related("tags", "all", 2)), Related("collections", "none", 1),
    AnyOf((Related("collections", "is_empty", True), Related("tags", "is_empty", False))),
))  # fmt: skip
TITLES = ["b", None, "a", "B", "", "é", None, "b", "z", "a%", None]
RATINGS = [3, None, 5, 3, None, 0, 3]
ORDERS: dict[str, tuple[Order, ...]] = {
    "its own": (),
    "title": (Order(field="title"),),
    "title, nulls first": (Order(field="title", nulls_first=True),),
    "title downwards": (Order(field="title", descending=True),),
    "title downwards, nulls first": (Order(field="title", descending=True, nulls_first=True),),
    "filename": (Order(field="filename"),),
    "filename downwards": (Order(field="filename", descending=True),),
    "date": (Order(field="taken_at"),),
    "rating downwards, then title": (Order(field="rating", descending=True), Order(field="title")),
    "rating, nulls first, then title downwards": (Order(field="rating", nulls_first=True), Order(field="title", descending=True)),
    "kind, then rating downwards, then date": (
        Order(field="kind"),
        Order(field="rating", descending=True),
        Order(field="taken_at"),
    ),
    "kind, then filename": (Order(field="kind"), Order(field="filename")),
    "favourites first": (Order(field="is_favorite", descending=True), Order(field="size", nulls_first=True)),
}


@pytest_asyncio.fixture
async def media(database: SqlDatabase, principal: Principal) -> AsyncIterator[list[Media]]:
    """Eleven media with equal, missing and odd values to sort by."""
    async with database.writing(principal) as work:
        made = [
            await add_media(
                work, number // 2, list(MediaKind)[number % 3], title=title, rating=RATINGS[number % len(RATINGS)],
                is_favorite=number % 4 == 0, size=None if number % 5 == 0 else number // 3,
            )
            for number, title in enumerate(TITLES)
        ]  # fmt: skip
    yield made


async def find(
    database: SqlDatabase, principal: Principal, relation: str, *keys: Id, first: int = 100, **ask: Any
) -> list[Found]:
    async with database.reading(principal) as reader:
        return await reader.find(Load(ask=Ask(relation=relation, **ask), first=first, keys=keys))


async def walk(database: SqlDatabase, principal: Principal, ask: Ask, parent: Id, size: int = 3) -> list[Found]:
    """All rows, a page at a time, each page from the cursor of the row before it."""
    seen: list[Found] = []
    position: tuple[Any, ...] = ()
    async with database.reading(principal) as reader:
        while len(seen) < 200:
            after = tuple(value is None for value in position[:-1]) if position else None
            found = await reader.find(Load(ask=replace(ask, after=after), first=size, position=position, keys=(parent,)))
            seen += found[:size]
            if len(found) <= size:
                return seen
            names = ",".join("x" for _ in found[0].place[1:])
            position = from_cursor(names, to_cursor(names, found[size - 1].place))
    raise AssertionError("The pages do not end.")


def in_order(rows: list[Any], order: tuple[Order, ...]) -> list[Any]:
    """What the database should do, said in Python."""
    keys = order or (Order(field="created_at", descending=True),)
    rows = sorted(rows, key=lambda row: row.id, reverse=keys[-1].descending)
    for key in reversed(keys):
        value = attrgetter(key.field)
        nulls = [row for row in rows if value(row) is None]
        known = sorted((row for row in rows if value(row) is not None), key=value, reverse=key.descending)
        rows = nulls + known if key.nulls_first else known + nulls
    return rows


RELATIONS = sorted(CORE.keys() - OF_TEXT)
"""All that need no filter."""


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("counted", [False, True])
def test_every_table_of_every_statement_is_held_to_the_library(relation: str, dialect: str, counted: bool) -> None:
    where = LINKED if SOURCES[relation].kept.table is media_table else All()
    for size in (1, SIZES[-1]):
        sql = statement(Ask(relation=relation, where=where, counted=counted), size, dialect).sql
        found = re.findall(rf"(?:FROM|JOIN|,) ({'|'.join(schema.tables)})\b(?!\.)(?: AS (\w+))?", sql)
        named = Counter(alias or table for table, alias in found)
        held = Counter(name for name in re.findall(r"\b(\w+)\.library_id = (?:\(?:library)", sql) if name in named)
        made = set(re.findall(r"\b(?:WITH|\),) (\w+) AS", sql))  # what a statement makes for itself, of tables it names there
        assert sum(named.values()) >= sum(name not in made for name in re.findall(r"\b(?:FROM|JOIN) ([a-z_]\w*)", sql))
        assert held == named
        assert not where.parts or named["media_tag"] >= 3


@pytest.mark.parametrize("relation", RELATIONS)
async def test_an_unknown_parent_has_nothing(database: SqlDatabase, principal: Principal, relation: str) -> None:
    async with database.writing(principal) as work:
        await fill(work)
    assert await find(database, principal, relation, new_id()) == []
    async with database.reading(principal) as reader:
        assert await reader.count(Load(ask=Ask(relation=relation, counted=True), keys=(new_id(),))) == {}


@pytest.mark.parametrize("relation", RELATIONS)
async def test_many_parents_get_what_each_would_get_alone(database: SqlDatabase, principal: Principal, relation: str) -> None:
    async with database.writing(principal) as work:
        it: Filled = await fill(work)
        extra = [await add_media(work, 10 + number) for number in range(101)]
        await add_tag(work, "many", *extra, it.media)
        await add_collection(work, "many", *extra[::2], parent=it.collection)
    real = (*it.keys.values(), principal.library_id)
    alone = {key: await find(database, principal, relation, key, first=4) for key in (*real, *(one.id for one in extra))}
    assert any(alone.values())
    for count in (1, 2, 30, 101):
        keys = (*real, *(one.id for one in extra))[:count] if count > 2 else real[:count]
        found = await find(database, principal, relation, *keys, first=4)
        for key in keys:
            assert [row for row in found if row.parent == key] == alone[key]
        assert {row.parent for row in found} <= set(keys)
        async with database.reading(principal) as reader:
            counts = await reader.count(Load(ask=Ask(relation=relation, counted=True), keys=keys))
        assert set(counts) == {key for key in keys if alone[key]}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
async def test_pages_show_every_row_once_and_in_order(
    database: SqlDatabase, principal: Principal, media: list[Media], order: tuple[Order, ...]
) -> None:
    rows = await find(database, principal, "library.media", principal.library_id)
    wanted = [one.id for one in in_order([row.entity for row in rows], order)]
    assert len(wanted) == len(TITLES)
    for size in (1, 3, 11):
        seen = await walk(database, principal, Ask(relation="library.media", order=order), principal.library_id, size)
        assert [row.entity.id for row in seen] == wanted


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
async def test_pages_of_a_tag_and_of_a_collection_keep_the_order_too(
    database: SqlDatabase, principal: Principal, media: list[Media], order: tuple[Order, ...]
) -> None:
    async with database.writing(principal) as work:
        tag = await add_tag(work, "all", *media)
        collection = await add_collection(work, "all", *media[::-1])
    for relation, parent in (("tag.media", tag.id), ("collection.media", collection.id)):
        seen = await walk(database, principal, Ask(relation=relation, order=order), parent)
        wanted = in_order(media, order)
        if relation == "collection.media" and not order:
            wanted = media[::-1]
        assert [row.entity.id for row in seen] == [one.id for one in wanted], relation


@pytest.mark.parametrize("relation", [name for name, source in CORE.items() if name in RELATIONS and source.order])
async def test_every_list_has_pages_in_its_own_order(database: SqlDatabase, principal: Principal, relation: str) -> None:
    async with database.writing(principal) as work:
        it = await fill(work)
        for name in ("x", "a", "é", "B"):
            await add_tag(work, name, it.media)
            await add_collection(work, name, it.media, parent=it.collection)
    for parent in (*it.keys.values(), principal.library_id):
        whole = [row.entity for row in await find(database, principal, relation, parent)]
        if relation != "library.kinds":  # figures over all have no pages
            assert [row.entity for row in await walk(database, principal, Ask(relation=relation), parent, 2)] == whole


async def test_each_parent_has_a_page_of_its_own_and_one_row_more(database: SqlDatabase, principal: Principal) -> None:
    async with database.writing(principal) as work:
        media = [await add_media(work, number) for number in range(6)]
        tags = [await add_tag(work, f"t{number}", *media[:number]) for number in range(7)]
    found = await find(database, principal, "tag.media", *(tag.id for tag in tags), first=2)
    for number, tag in enumerate(tags):
        mine = [row.entity.id for row in found if row.parent == tag.id]
        assert mine == [one.id for one in media[:number][::-1][:3]]
    async with database.reading(principal) as reader:
        asked = Load(ask=Ask(relation="tag.media", counted=True), keys=tuple(tag.id for tag in tags))
        assert await reader.count(asked) == {tag.id: number for number, tag in enumerate(tags) if number}


async def test_what_lies_in_the_trash_is_seen_in_its_scope_only(database: SqlDatabase, principal: Principal) -> None:
    async with database.writing(principal) as work:
        kept, gone = await add_media(work, 1), await add_media(work, 2, trashed_at=EPOCH)
        tag, collection = await add_tag(work, "both", kept, gone), await add_collection(work, "both", kept, gone)
    scopes = {TrashScope.EXCLUDE: {kept.id}, TrashScope.ONLY: {gone.id}, TrashScope.INCLUDE: {kept.id, gone.id}}
    lists = {"library.media": principal.library_id, "tag.media": tag.id, "collection.media": collection.id}
    for scope, wanted in scopes.items():
        for relation, parent in lists.items():
            assert {row.entity.id for row in await find(database, principal, relation, parent, trash=scope)} == wanted
            async with database.reading(principal) as reader:
                asked = Load(ask=Ask(relation=relation, counted=True, trash=scope), keys=(parent,))
                assert await reader.count(asked) == {parent: len(wanted)}
        found = await find(database, principal, "media.itself", kept.id, gone.id, trash=scope)
        assert {row.entity.id for row in found} == wanted
        async with database.reading(principal) as reader:
            shape = Aggregating().shape
            asked = Load(ask=Ask(relation="library.media", summary=shape, trash=scope), keys=(principal.library_id,))
            assert sum(row[1] for row in (await reader.summaries(asked))[principal.library_id]) == len(wanted)


@pytest.mark.parametrize("relation", RELATIONS)
async def test_only_the_fields_asked_for_are_selected(database: SqlDatabase, principal: Principal, relation: str) -> None:
    source = SOURCES[relation]
    names = tuple(field.name for field in fields(source.kept.entities[0]))[:2]
    made = statement(Ask(relation=relation, fields=names), 1, "sqlite" if database.is_sqlite else "postgresql")
    own = {column.name for column in made.columns if not re.match(r"parent_key$|own_key$|sort_\d|link_", column.name)}
    assert own == set(names) or relation == "media.text"
    async with database.writing(principal) as work:
        it = await fill(work)
    async with database.reading(principal) as reader:
        for parent in (*it.keys.values(), principal.library_id):
            whole = await reader.find(Load(ask=Ask(relation=relation), first=9, keys=(parent,)))
            load = Load(ask=Ask(relation=relation, fields=names), first=9, keys=(parent,))
            rows = await reader.rows(load)
            assert [[row[name] for name in names] for row in rows] == [
                [getattr(one.entity, name) for name in names] for one in whole
            ]


async def test_a_row_says_what_its_link_says(database: SqlDatabase, principal: Principal) -> None:
    async with database.writing(principal) as work:
        it = await fill(work)
    (worn,) = await find(database, principal, "media.tags", it.media.id)
    (item,) = await find(database, principal, "collection.media", it.collection.id)
    assert (worn.link.source, worn.link.tagged_at) == ("MANUAL", EPOCH)
    assert (item.link.position, item.link.added_at) == ("0000", EPOCH)
    assert item.entity == it.media
