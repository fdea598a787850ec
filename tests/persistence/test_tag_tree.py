"""The tree of tags and the counts of their media after anything that can be done to them, against the truth."""

import random
from typing import Any

import pytest
from sqlalchemy import Table, select

from domain import Id, Media, Principal
from domain.errors import Cycle, LimitExceeded, NotEmpty
from domain.tag import TagDeletePolicy, create_tag, delete_tags, merge_tags, tag_media, untag_media, update_tag
from persistence.database import SqlDatabase, SqlWork
from persistence.tables import media_table, media_tag_table, tag_closure_table, tag_key_table, tag_table
from tests.persistence.builders import EPOCH, LINK, add_media

STEPS = 50


class Walk:
    """Random changes of one library, each followed by a look at all of it."""

    def __init__(self, database: SqlDatabase, principal: Principal, seed: int) -> None:
        self.database, self.principal, self.chance = database, principal, random.Random(seed)
        self.media: dict[Id, Media] = {}
        self.names = 0
        self.merged: dict[Id, Id] = {}

    async def rows(self, work: SqlWork, table: Table) -> list[Any]:
        own = select(table).where(table.c.library_id == self.principal.library_id)
        return list((await work.tags.connection.execute(own)).mappings())  # type: ignore[attr-defined]

    async def begin(self) -> None:
        async with self.database.writing(self.principal) as work:
            made = [await add_media(work, number) for number in range(8)]
            self.media = {one.id: one for one in made}

    async def step(self) -> None:
        try:
            async with self.database.writing(self.principal) as work:
                known = [row["id"] for row in await self.rows(work, tag_table)]
                names = ["create"] if len(known) < 3 else ["create", "create", "move", "move", "rename", *OTHERS]
                await getattr(self, self.chance.choice(names))(work, known)
        except (Cycle, LimitExceeded, NotEmpty):
            pass
        async with self.database.writing(self.principal) as work:
            await self.look(work)

    async def create(self, work: SqlWork, known: list[Id]) -> None:
        self.names += 1
        parent = self.chance.choice([*known, None])
        made = await create_tag(work.tags, {"name": f"Name {self.names}", "parent_id": parent})
        assert made.parent_id == parent

    async def move(self, work: SqlWork, known: list[Id]) -> None:
        one, parent = self.chance.choice(known), self.chance.choice([*known, None])
        below = await work.tags.below([one])
        try:
            await update_tag(work.tags, one, {"parent_id": parent})
        except Cycle:
            assert parent in below
            raise
        assert parent not in below
        assert (await work.tags.find([one]))[one].parent_id == parent

    async def rename(self, work: SqlWork, known: list[Id]) -> None:
        self.names += 1
        await update_tag(work.tags, self.chance.choice(known), {"name": f"{'Long ' * self.chance.randrange(4)}{self.names}"})

    async def tag(self, work: SqlWork, known: list[Id]) -> None:
        await tag_media(work.tags, work.media, self.some(list(self.media)), self.some(known), [], LINK)

    async def untag(self, work: SqlWork, known: list[Id]) -> None:
        await untag_media(work.tags, work.media, self.some(list(self.media)), self.some(known), [])

    async def imply(self, work: SqlWork, known: list[Id]) -> None:
        one = self.chance.choice(known)
        await work.tags.imply(one, [other for other in self.some(known) if other != one])

    async def trash(self, work: SqlWork, known: list[Id]) -> None:
        for one in self.some(list(self.media)):
            await work.media.change(one, {"trashed_at": self.chance.choice([EPOCH, None])})

    async def purge(self, work: SqlWork, known: list[Id]) -> None:
        if len(self.media) > 3:
            gone = self.chance.choice(list(self.media))
            await work.media.purge([gone])
            del self.media[gone]

    async def merge(self, work: SqlWork, known: list[Id]) -> None:
        into, *sources = self.chance.sample(known, min(3, len(known)))
        done = await merge_tags(work.tags, sources, into)
        assert done.into == into
        assert set(done.deleted) == set(sources)
        self.merged = {old: into if new in sources else new for old, new in self.merged.items()} | dict.fromkeys(sources, into)

    async def delete(self, work: SqlWork, known: list[Id]) -> None:
        gone = await delete_tags(work.tags, [self.chance.choice(known)], policy=self.chance.choice(list(TagDeletePolicy)))
        self.merged = {old: new for old, new in self.merged.items() if new not in gone}

    def some(self, of: list[Id]) -> list[Id]:
        return self.chance.sample(of, min(len(of), self.chance.randrange(1, 4)))

    async def look(self, work: SqlWork) -> None:
        """Everything that is kept beside the parents and the links is what these say."""
        tags = {row["id"]: row for row in await self.rows(work, tag_table)}
        above = {key: chain(tags, key) for key in tags}
        pairs = {(one, key, depth) for key, ones in above.items() for depth, one in enumerate(ones)}
        kept = {(row["ancestor_id"], row["descendant_id"], row["depth"]) for row in await self.rows(work, tag_closure_table)}
        assert kept == pairs
        live = {row["id"] for row in await self.rows(work, media_table) if row["trashed_at"] is None}
        links = await self.rows(work, media_tag_table)
        for key, row in tags.items():
            assert row["path"] == "/".join(tags[one]["slug"] for one in reversed(above[key]))
            assert row["depth"] == len(above[key]) - 1
            assert row["media_count"] == sum(link["tag_id"] == key and link["media_id"] in live for link in links)
        keys = {row["key"]: row["tag_id"] for row in await self.rows(work, tag_key_table)}
        merged = {old: new for old, new in self.merged.items() if new in tags}
        assert keys == {key: key for key in tags} | merged


OTHERS = ["tag", "tag", "untag", "imply", "trash", "purge", "merge", "delete"]


def chain(tags: dict[Id, Any], key: Id | None) -> list[Id]:
    """A tag and what is above it."""
    found: list[Id] = []
    while key is not None:
        assert key not in found
        found.append(key)
        key = tags[key]["parent_id"]
    return found


@pytest.mark.parametrize("seed", range(4))
async def test_paths_pairs_counts_and_keys_are_right_after_every_change(
    database: SqlDatabase, principal: Principal, seed: int
) -> None:
    walk = Walk(database, principal, seed)
    await walk.begin()
    for _ in range(STEPS):
        await walk.step()
