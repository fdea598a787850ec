"""Media moved about in a collection stay what they were, in one order: the short form of `benchmarks.moves`."""

import asyncio
from collections.abc import AsyncIterator
from random import Random

import pytest_asyncio

from benchmarks.moves import Mover, moved_by_hand, mover, written
from domain.processors.sandbox import ForkingSandbox
from graphql_api.bootstrap import opened
from graphql_api.settings import Settings
from tests.persistence.builders import add_media

CLIENTS, MOVES, MEMBERS = 8, 6, 40


@pytest_asyncio.fixture
async def made(settings: Settings, sandbox: ForkingSandbox) -> AsyncIterator[Mover]:
    """A collection of forty media, of which the database notes each row that is written."""
    async with opened(settings, sandbox) as server:
        async with server.database.writing(server.principal) as work:
            for number in range(MEMBERS):
                await add_media(work, number)
        yield await mover(server, MEMBERS)


async def test_clients_that_move_at_once_leave_one_order_of_exactly_the_members(made: Mover) -> None:
    before = await made.order()
    await asyncio.gather(*(made.moves(seed, MOVES) for seed in range(CLIENTS)))
    assert await made.wrong() == []
    assert await made.order() != before


async def test_clients_that_move_at_once_write_only_what_they_move(made: Mover) -> None:
    await asyncio.gather(*(made.moves(seed, MOVES) for seed in range(CLIENTS)))
    assert 0 < await written(made.shelf.server) <= made.moved


async def test_each_move_gives_the_order_a_list_would_have_and_leaves_all_other_positions(made: Mover) -> None:
    chance = Random(3)
    before = await made.order()
    for _ in range(30):
        ids, to = made.drawn(chance)
        await made.move(ids, to)
        after = await made.order()
        assert [key for _, key in after] == moved_by_hand([key for _, key in before], ids, to), to
        assert {one for one in after if one[1] not in ids} == {one for one in before if one[1] not in ids}
        before = after
    assert made.faults == []
