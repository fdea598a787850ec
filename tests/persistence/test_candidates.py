"""However a list is read, by the few that a filter finds or by walking all, it is the same list."""

import sqlite3
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from domain.geo import Box, Circle
from domain.reading import Ask, Load, Order
from domain.search import All, AnyOf, Compare, Filter, Has, Inside, Not, Related, shape, values
from domain.summary import Shape
from persistence import reading
from persistence.database import give_functions
from persistence.lookups import FEW
from tests.persistence.test_indexes import LIBRARY, filled

__all__ = ["filled"]
IMAGE = Compare("kind", "eq", "IMAGE")
BOX = Inside(Box(south=-1, west=3, north=30, east=60))


def keys(filled: sqlite3.Connection, table: str) -> list[bytes]:
    return [key for (key,) in filled.execute(f"SELECT id FROM {table} ORDER BY folded_name LIMIT 3")]  # noqa: S608 - our own


def some(filled: sqlite3.Connection) -> dict[str, Filter]:
    """Filters that an index has rows of."""
    (one, other, _), (box, *_) = keys(filled, "tag"), keys(filled, "collection")
    artist = Compare("artist", "eq", "artist 7", folded=True)
    named = All((Compare("key", "eq", "k7"), Compare("namespace", "eq", "exif")))
    return {
        "a tag": Related("tags", "any", (one,)),
        "one of two tags": Related("tags", "any", (one, other)),
        "two tags": Related("tags", "all", (one, other)),
        "a tag and all below": Related("tags", "any", (one,), deep=True),
        "a collection and a kind": All((Related("collections", "any", (box,)), IMAGE)),
        "a tag in a collection": All((Related("tags", "any", (one,)), Related("collections", "any", (box,)))),
        "an artist": artist,
        "an artist as it is written": Compare("artist", "eq", "artist 7"),
        "an artist written otherwise": Compare("artist", "eq", "ARTIST 7"),
        "artists": Compare("artist", "in", ("artist 7", "artist 8"), folded=True),
        "a folder": Compare("folder", "eq", "folder 7", folded=True),
        "a folder as it is written": Compare("folder", "eq", "folder 7"),
        "folders that begin so": Compare("folder", "starts_with", "folder 7", folded=True),
        "a kind or a tag": AnyOf((IMAGE, Related("tags", "any", (one,)))),
        "sizes": All((Compare("size", "gte", 100), Compare("size", "lt", 300), IMAGE)),
        "a kind": IMAGE,
        "runs": Has("processing", All((Compare("state", "eq", "FAILED"),))),
        "an entry": Has("metadata", All((*named.parts, Compare("text", "eq", "x")))),
        "a box": BOX,
        "a circle": Inside(Circle(10, 20, 2_000_000).box, Circle(10, 20, 2_000_000)),
        "not a tag": All((Not(Related("tags", "any", (one,))), artist)),
        "no tag": All((Related("tags", "any", ()), artist)),
    }


FILTERS = (
    "a tag", "one of two tags", "two tags", "a tag and all below", "a collection and a kind", "a tag in a collection",
    "an artist",
    "an artist as it is written", "an artist written otherwise", "artists", "a folder", "a folder as it is written", "sizes",
    "folders that begin so", "a kind or a tag",
    "a kind", "runs", "an entry", "a box", "a circle", "not a tag", "no tag",
)  # fmt: skip
NOTHING = {"an artist written otherwise", "no tag"}
ORDERS: list[tuple[Order, ...]] = [
    (), (Order(field="taken_at", descending=True),), (Order(field="title"),),
    (Order(field="title", descending=True, nulls_first=True),), (Order(field="random"),),
    (Order(field="width"), Order(field="size", descending=True)),
]  # fmt: skip


@pytest.fixture(scope="module")
def placed(filled: sqlite3.Connection) -> sqlite3.Connection:
    """The library with places, collections that lie in another, and a writer's functions."""
    give_functions(filled)
    filled.execute("UPDATE media SET latitude = size % 50, longitude = size % 170 WHERE size % 3 = 0")
    for inside, depth in (("id", 0), ("parent_id", 1)):
        pairs = f"SELECT {inside}, id, library_id, {depth} FROM collection WHERE {inside} IS NOT NULL"  # noqa: S608 - our own
        filled.execute(f"INSERT INTO collection_closure (ancestor_id, descendant_id, library_id, depth) {pairs}")
    return filled


def told_of(placed: sqlite3.Connection, ask: Ask) -> str:
    """How SQLite would read it."""
    made = reading.statement(ask, 1, "sqlite")
    rows = placed.execute(f"EXPLAIN QUERY PLAN {made.sql}", dict.fromkeys((*made.types, "key_0")))
    return "\n".join(row[3] for row in rows)


def texts(ask: Ask) -> Iterator[tuple[str, reading.Statement]]:
    """The statement of one parent as it is, as one that finds all rows few or all many, and as those of many parents are."""
    own = reading.statement(ask, 1, "sqlite")
    yield own.sql, own
    yield own.sql.replace(f"<= {FEW}", "<= -1"), own
    plain = reading.statement(ask, 10, "sqlite")
    yield plain.sql, plain


def read(placed: sqlite3.Connection, ask: Ask, load: Load, parent: bytes = LIBRARY) -> list[list[Any]]:
    found = list[list[Any]]()
    for sql, made in texts(ask):
        binds: dict[str, Any] = {"library": LIBRARY, "limit": load.first, "start": 77, **made.constants}
        binds |= {f"value_{number}": value for number, value in enumerate(load.values)}
        binds |= dict.fromkeys(reading.KEYS) | {"key_0": parent}
        if load.position:
            *sorts, binds["own"] = load.position
            binds |= {f"sort_{number}": value for number, value in enumerate(sorts)}
        found.append(placed.execute(sql, binds).fetchall())
    return found


@pytest.mark.parametrize("name", FILTERS)
def test_a_page_is_the_same_whichever_way_it_is_read(placed: sqlite3.Connection, name: str) -> None:
    where = some(placed)[name]
    for order, backward in product(ORDERS, (False, True)):
        position: tuple[Any, ...] = ()
        for _ in range(3):
            after = tuple(value is None for value in position[:-1]) if position else None
            ask = Ask(relation="library.media", fields=("id",), where=shape(where), order=order, after=after, backward=backward)
            few, many, plain = read(placed, ask, Load(ask=ask, first=9, values=tuple(values(where)), position=position))
            assert few == many == plain, (order, backward)
            if not few:
                assert position or name in NOTHING
                break
            position = few[-1][2:]


@pytest.mark.parametrize("name", ["a tag", "an artist", "not a tag"])
def test_what_lies_within_a_collection_is_the_same_whichever_way_it_is_read(placed: sqlite3.Connection, name: str) -> None:
    where = some(placed)[name]
    for order, parent in product(ORDERS, keys(placed, "collection")[:2]):
        position: tuple[Any, ...] = ()
        for _ in range(3):
            after = tuple(value is None for value in position[:-1]) if position else None
            ask = Ask(relation="collection.media_within", fields=("id",), where=shape(where), order=order, after=after)
            load = Load(ask=ask, first=9, values=tuple(values(where)), position=position)
            few, many, plain = read(placed, ask, load, parent)
            assert few == many == plain, order
            if not few:
                assert position or parent != keys(placed, "collection")[0]
                break
            position = few[-1][2:]


def test_much_within_a_collection_is_walked_past_in_order(placed: sqlite3.Connection) -> None:
    told = told_of(placed, Ask(relation="collection.media_within"))
    few, _, walk = told.partition("UNION ALL")
    assert few.count("ix_collection_item_position (collection_id=?") >= 2, told
    assert "SEARCH media USING INDEX ix_media_created (library_id=?)" in walk, told
    assert "collection_item USING PRIMARY KEY (media_id=?" in walk, told
    assert "TEMP B-TREE" not in walk, told


def test_what_no_index_knows_is_summed_up_from_the_newest_on(placed: sqlite3.Connection) -> None:
    for part, index in (
        (Compare("description", "contains", "x"), "SEARCH media USING INDEX ix_media_created (library_id=?)"),
        (Compare("title", "contains", "x", folded=True), "ix_media_folded_title (library_id=? AND folded_title>?)"),
    ):
        told = told_of(placed, Ask(relation="library.media", where=shape(part), counted=True))
        assert index in told, told


@pytest.mark.parametrize("name", FILTERS)
def test_a_summary_is_the_same_whichever_way_it_is_read(placed: sqlite3.Connection, name: str) -> None:
    where = some(placed)[name]
    for summary in (Shape("count"), Shape("aggregate"), Shape("facets", ("KIND", "TAG", "ARTIST"))):
        ask = Ask(relation="library.media", where=shape(where), summary=summary)
        few, many, plain = (
            sorted(rows, key=repr) for rows in read(placed, ask, Load(ask=ask, first=0, values=tuple(values(where))))
        )
        assert few == many == plain


USED = {
    "a tag": "ix_media_tag_tag (tag_id=?",
    "a collection and a kind": "ix_collection_item_position (collection_id=?",
    "an artist": "ix_media_metadata_artist (library_id=? AND folded_artist=?",
    "an artist as it is written": "ix_media_metadata_artist (library_id=? AND folded_artist=?",
    "a folder": "ix_media_folded_folder (library_id=? AND folded_folder=?",
    "folders that begin so": "ix_media_folded_folder (library_id=? AND folded_folder>? AND folded_folder<?",
    "sizes": "ix_media_size (library_id=? AND size>? AND size<?",
    "runs": "ix_processing_run_state (library_id=? AND state=?",
    "an entry": "ix_metadata_entry_key (library_id=? AND namespace=? AND key=?",
    "a box": "ix_media_place (library_id=? AND latitude>? AND latitude<?",
}


@pytest.mark.parametrize("name", USED)
def test_few_are_looked_up_and_many_walked_past_in_order(placed: sqlite3.Connection, name: str) -> None:
    where = some(placed)[name]
    ask = Ask(relation="library.media", where=shape(where), order=(Order(field="taken_at", descending=True),))
    told = told_of(placed, ask)
    few, _, walk = told.partition("UNION ALL")
    assert few.count(USED[name]) >= 2, told  # it is counted in the index, and read from it
    assert "SEARCH media USING INDEX ix_media_library (library_id=? AND id=?)" in few, told
    assert "SEARCH media USING INDEX ix_media_taken (library_id=?)" in walk, told
    assert "TEMP B-TREE" not in walk.rpartition("UNION ALL")[2], told
