"""Tallies are what counting anew comes to, whatever was written: media, metadata, links, trash and purge."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import Id, MediaKind, MediaStatus, Principal
from persistence import tallies
from persistence.database import SqlDatabase, SqlWork
from persistence.tables import media_tally_table
from tests.persistence.builders import EPOCH, LINK, add_collection, add_media, add_storage, add_tag

STEPS = 60
Tallies = set[tuple[Any, ...]]


class Undone(Exception):
    """Ends a transaction that nothing is to be kept of."""


async def kept(connection: AsyncConnection, library: Id) -> Tallies:
    tally = media_tally_table.c
    numbers = (tally.count, tally.size, tally.duration_ms)
    found = await connection.execute(select(tally.facet, tally.value, *numbers).where(tally.library_id == library))
    return {tuple(row) for row in found if any(row[2:])}


async def kept_and_counted(database: SqlDatabase, library: Id) -> tuple[Tallies, Tallies]:
    """What triggers have kept, and what counting anew comes to, which is not kept."""
    found: list[Tallies] = []
    with pytest.raises(Undone):
        async with database.transaction() as connection:
            found.append(await kept(connection, library))
            for sql in tallies.recount(connection.dialect.name):
                await connection.execute(text(sql))
            found.append(await kept(connection, library))
            raise Undone
    return found[0], found[1]


class Writer:
    """Writes anything there is to write, at random."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.media: list[Any] = []
        self.storage: Id | None = None
        self.tags: list[Any] = []
        self.collections: list[Any] = []

    async def begin(self, work: SqlWork) -> None:
        self.storage = (await add_storage(work)).id
        self.tags = [await add_tag(work, f"tag {number}") for number in range(3)]
        self.collections = [await add_collection(work, f"collection {number}") for number in range(2)]

    def values(self) -> dict[str, Any]:
        chance = self.chance
        return {
            "rating": chance.choice([None, 0, 5]), "size": chance.choice([None, 0, 7, 2**40]),
            "status": chance.choice(list(MediaStatus)), "mime_type": chance.choice(["image/png", "image/jpeg"]),
            "taken_at": EPOCH + timedelta(minutes=chance.randrange(300)), "storage_id": chance.choice([None, self.storage]),
        }  # fmt: skip

    async def step(self, work: SqlWork) -> None:
        steps = [self.add, self.add, self.change, self.facts, self.trash, self.purge, self.tag, self.untag, self.put, self.take]
        step = self.chance.choice(steps if self.media else [self.add])
        await step(work)

    async def add(self, work: SqlWork) -> None:
        kind = self.chance.choice(list(MediaKind))
        own = {"width": self.chance.choice([None, 0, 3]), "height": 3} if kind in (MediaKind.IMAGE, MediaKind.VIDEO) else {}
        own |= {"duration_ms": self.chance.choice([None, 90])} if kind in (MediaKind.VIDEO, MediaKind.AUDIO) else {}
        number = len(self.media)
        self.media.append(await add_media(work, number, kind, **self.values(), **own))

    def one(self) -> Any:
        return self.chance.choice(self.media)

    async def change(self, work: SqlWork) -> None:
        await work.media.change(self.one().id, self.values())

    async def facts(self, work: SqlWork) -> None:
        make, model = self.chance.choice([(None, None), ("Canon", "EOS"), ("Canon", "Canon EOS"), (None, "X"), ("Leica", None)])
        more = {"genre": self.chance.choice([None, "Jazz"]), "video_codec": self.chance.choice([None, "av1"])}
        await work.metadata.change(self.one().id, {"make": make, "model": model, **more})

    async def trash(self, work: SqlWork) -> None:
        await work.media.change(self.one().id, {"trashed_at": self.chance.choice([None, EPOCH])})

    async def purge(self, work: SqlWork) -> None:
        gone = self.media.pop(self.chance.randrange(len(self.media)))
        await work.media.purge([gone.id])

    async def tag(self, work: SqlWork) -> None:
        some = self.chance.sample(self.media, min(2, len(self.media)))
        tag = self.chance.choice(self.tags).id
        worn = await work.tags.worn([one.id for one in some])
        fresh = {(one.id, tag): LINK for one in some if (one.id, tag) not in worn}
        await work.tags.attach(fresh, {one.id: one for one in some})

    async def untag(self, work: SqlWork) -> None:
        await work.tags.detach([(self.one().id, self.chance.choice(self.tags).id)])

    async def put(self, work: SqlWork) -> None:
        collection, media = self.chance.choice(self.collections).id, self.one().id
        if not await work.collections.positions(collection, [media]):
            await work.collections.put(collection, {media: f"{self.chance.random()}"}, EPOCH)

    async def take(self, work: SqlWork) -> None:
        await work.collections.take(self.chance.choice(self.collections).id, [self.one().id])


@pytest.mark.parametrize("seed", range(4))
async def test_tallies_are_what_counting_anew_comes_to(database: SqlDatabase, principal: Principal, seed: int) -> None:
    writer = Writer(seed)
    async with database.writing(principal) as work:
        await writer.begin(work)  # type: ignore[arg-type]
    found = set[tuple[Any, ...]]()
    for step in range(STEPS):
        async with database.writing(principal) as work:
            for _ in range(1 + step % 3):
                await writer.step(work)  # type: ignore[arg-type]
        found, counted = await kept_and_counted(database, principal.library_id)
        assert found == counted, step
    assert found


async def test_what_is_not_kept_is_not_tallied(database: SqlDatabase, principal: Principal) -> None:
    with pytest.raises(Undone):
        async with database.writing(principal) as work:
            await add_media(work)  # type: ignore[arg-type]
            raise Undone
    assert await kept_and_counted(database, principal.library_id) == (set(), set())
