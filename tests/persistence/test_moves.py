"""Moves in a collection: what they write, how long ranks become, and what many clients at once leave."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from domain import Collection, Id, Media, Principal
from domain.collection import Placement, add_to_collection, move_in_collection
from domain.collection.items import WINDOW
from domain.rank import LONGEST
from domain.reading import Ask, Load
from persistence.database import SqlDatabase
from tests.persistence.builders import EPOCH, add_collection, add_media

CLIENTS, MOVES = 16, 12


async def made(database: SqlDatabase, principal: Principal, count: int) -> tuple[Collection, list[Id]]:
    async with database.writing(principal) as work:
        media: list[Media] = [await add_media(work, number) for number in range(count)]
        album = await add_collection(work, "Album")
        await add_to_collection(work.collections, work.media, album.id, [one.id for one in media])
    return album, [one.id for one in media]


async def places(database: SqlDatabase, principal: Principal, album: Collection) -> dict[Id, Any]:
    """What is in a collection in its order, with what the link says."""
    async with database.reading(principal) as reader:
        found = await reader.find(Load(ask=Ask(relation="collection.media"), first=100, keys=(album.id,)))
    return {one.entity.id: one.link for one in found}


async def move(database: SqlDatabase, principal: Principal, album: Collection, ids: list[Id], to: Placement) -> None:
    async with database.writing(principal) as work:
        await move_in_collection(work.collections, album.id, ids, to)


@contextmanager
def written(database: SqlDatabase) -> Iterator[list[str]]:
    """A word for each row of an item that is written meanwhile."""
    seen: list[str] = []

    def heard(_connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, executemany: bool) -> None:
        word, _, rest = sql.partition(" ")
        if word in ("UPDATE", "INSERT", "DELETE") and "collection_item" in rest:
            seen.extend([word] * (len(parameters) if executemany else 1))

    engine = database.writer.sync_engine
    event.listen(engine, "before_cursor_execute", heard)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", heard)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["first", "last", "before", "after"])
async def test_a_move_writes_the_rows_that_move_and_no_other(
    database: SqlDatabase, principal: Principal, name: str, count: int
) -> None:
    album, ids = await made(database, principal, 8)
    before = await places(database, principal, album)
    moved, rest = ids[2 : 2 + count], [*ids[:2], *ids[2 + count :]]
    to = {
        "first": Placement(first=True), "last": Placement(), "before": Placement(before=ids[6]), "after": Placement(after=ids[0]),
    }[name]  # fmt: skip
    at = {"first": 0, "last": len(rest), "before": rest.index(ids[6]), "after": 1}[name]
    with written(database) as seen:
        await move(database, principal, album, moved, to)
    after = await places(database, principal, album)
    assert seen == ["UPDATE"] * count
    assert list(after) == [*rest[:at], *moved, *rest[at:]]
    assert {one for one in ids if before[one] != after[one]} == set(moved)
    assert all(before[one].added_at == after[one].added_at for one in moved)


async def test_media_change_places_with_each_other(database: SqlDatabase, principal: Principal) -> None:
    album, ids = await made(database, principal, 6)
    for seed in range(20):
        order = Random(seed).sample(ids, 6)
        await move(database, principal, album, order[1:5], Placement(after=order[0]))
        found = list(await places(database, principal, album))
        at = found.index(order[0])
        assert found[at + 1 : at + 5] == order[1:5]


async def test_ranks_stay_short_wherever_things_are_put_and_little_is_written_for_it(
    database: SqlDatabase, principal: Principal
) -> None:
    album, ids = await made(database, principal, 60)
    moves, order = 400, list(ids)
    with written(database) as seen:
        for _ in range(moves):
            one = order.pop()
            order.insert(31, one)  # always right behind the same one, the worst for ranks
            await move(database, principal, album, [one], Placement(after=order[30]))
    held = await places(database, principal, album)
    assert list(held) == order
    assert max(len(link.position) for link in held.values()) <= LONGEST
    assert len(seen) > moves
    assert len(seen) - moves <= moves // 80 * 2 * (WINDOW + 1)
    assert {link.added_at for link in held.values()} != {EPOCH}


async def test_things_put_in_where_ranks_are_long_keep_the_order(database: SqlDatabase, principal: Principal) -> None:
    album, ids = await made(database, principal, 3)
    order = list(ids)
    async with database.writing(principal) as work:
        for number in range(300):
            one = await add_media(work, 100 + number)
            await add_to_collection(work.collections, work.media, album.id, [one.id], Placement(after=ids[0]))
            order.insert(1, one.id)
    held = await places(database, principal, album)
    assert list(held)[:100] == order[:100]
    assert max(len(link.position) for link in held.values()) <= LONGEST


async def test_many_clients_that_move_at_once_leave_a_total_order_with_the_exact_members(
    database: SqlDatabase, principal: Principal
) -> None:
    album, ids = await made(database, principal, 40)

    async def client(number: int) -> None:
        chance = Random(number)
        for _ in range(MOVES):
            beside, *moved = chance.sample(ids, 1 + chance.choice([1, 1, 3]))
            ways = (Placement(before=beside), Placement(after=beside), Placement(first=True), Placement())
            await move(database, principal, album, moved, chance.choice(ways))

    await asyncio.gather(*map(client, range(CLIENTS)))
    held = await places(database, principal, album)
    assert sorted(held) == sorted(ids)
    positions = [link.position for link in held.values()]
    assert positions == sorted(set(positions))
