"""Writers beside walks: they add media, trash and restore others, move them, and edit what lists are sorted and filtered by."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from benchmarks.viewing import Shelf
from domain import MediaKind
from tests.persistence.builders import add_media

BULK = "mutation($ids: [ID!]!) { %sMedia(input: { selection: { ids: $ids } }) { changed } }"
EDIT = "mutation($id: ID!, $patch: MediaPatch!) { updateMedia(input: { id: $id, patch: $patch }) { userErrors { message } } }"
TAG = "mutation($ids: [ID!]!, $tag: ID!) { %sMedia(input: { selection: { ids: $ids }, tagIds: [$tag] }) { changed } }"
PUT = "mutation($id: ID!, $ids: [ID!]!) { %sCollection(input: { collection: $id, selection: { ids: $ids } }) { changed } }"
MOVE = """mutation($id: ID!, $ids: [ID!]!) { moveInCollection(input: { collection: $id, mediaIds: $ids, to: { %s: true } }) {
  changed } }"""
TITLES = ["", "river", "Stone", "zzz", "Ähre", "1", None]
MOST = 8
"""Media one write touches."""


@dataclass
class Writers:
    """Changes these media, and adds new ones, as long as somebody walks.

    Attributes:
        media: those that may be changed.
        tags: put on media and taken off.
        collections: media are added to, removed from and moved in.
    """

    shelf: Shelf
    media: list[str]
    tags: list[str]
    collections: list[str]
    done: Counter[str] = field(default_factory=Counter[str])
    next: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def writes(self) -> int:
        return self.done.total()

    def told(self) -> str:
        return ", ".join(f"{count} {name}" for name, count in sorted(self.done.items()))

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[None]:
        """Writers at work, until the block ends."""
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(self.write_on(seed)) for seed in range(2)]
            yield
            for task in running:
                task.cancel()

    async def write_on(self, seed: int) -> None:
        chance = Random(seed)
        kinds = [self.add, self.trash, self.edit, self.edit, self.tag, self.put, self.move]
        while True:
            write = chance.choice(kinds)
            await write(chance)
            self.done[write.__name__] += 1
            self.next.set()
            self.next = asyncio.Event()

    async def one(self) -> None:
        """Waits until one more write is done."""
        await self.next.wait()

    def some(self, chance: Random) -> list[str]:
        return chance.sample(self.media, chance.randrange(1, MOST))

    async def add(self, chance: Random) -> None:
        """A few new media, anywhere in time."""
        server = self.shelf.server
        async with server.database.writing(server.principal) as work:
            for _ in range(chance.randrange(1, 10)):
                number, taken = (
                    chance.randrange(10**9),
                    datetime(2016, 1, 1, tzinfo=UTC) + timedelta(days=chance.random() * 3_000),
                )
                kind, title = chance.choice(list(MediaKind)), chance.choice(TITLES)
                await add_media(work, number, kind, created_at=taken, taken_at=taken, title=title)

    async def trash(self, chance: Random) -> None:
        await self.shelf.asked(BULK % chance.choice(("trash", "restore", "restore")), {"ids": self.some(chance)})

    async def edit(self, chance: Random) -> None:
        """What lists are sorted and filtered by."""
        taken = datetime(2014, 1, 1, tzinfo=UTC) + timedelta(days=chance.random() * 4_000)
        patch = {
            "title": chance.choice(TITLES), "takenAt": taken.isoformat(), "rating": chance.choice((None, 0, 3, 5)),
            "isFavorite": chance.random() < 0.5, "filename": f"{chance.choice('abcxyz')}{chance.random()}.jpg",
        }  # fmt: skip
        await self.shelf.asked(EDIT, {"id": chance.choice(self.media), "patch": patch})

    async def tag(self, chance: Random) -> None:
        name = chance.choice(("tag", "untag"))
        await self.shelf.asked(TAG % name, {"ids": self.some(chance), "tag": chance.choice(self.tags)})

    async def put(self, chance: Random) -> None:
        name = chance.choice(("addTo", "removeFrom"))
        await self.shelf.asked(PUT % name, {"id": chance.choice(self.collections), "ids": self.some(chance)})

    async def move(self, chance: Random) -> None:
        where = chance.choice(("first", "last"))
        await self.shelf.asked(MOVE % where, {"id": chance.choice(self.collections), "ids": self.some(chance)})
