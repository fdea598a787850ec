"""What is written about tags, and what rules about them read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, delete, func, insert, literal, or_, select, tuple_, update

from domain import Id, Media, MediaTag, Tag
from domain.changelog import ChangeAction
from domain.changes import Changes
from domain.text import fold
from persistence.indexing import mark_wearers
from persistence.rows import field_names, in_pieces
from persistence.tables import (
    media_tag_table,
    tag_alias_table,
    tag_closure_table,
    tag_implication_table,
    tag_key_table,
    tag_table,
)  # fmt: skip
from persistence.tag.reading import TAG
from persistence.tag.tree import TreeRepository


class SqlTagRepository(TreeRepository):
    """The tags of one library, and what wears them."""

    async def find(self, ids: Iterable[Id]) -> dict[Id, Tag]:
        found: dict[Id, Tag] = {}
        for some in in_pieces(ids):
            known = select(tag_key_table.c.key, tag_table).join_from(tag_key_table, tag_table)
            rows = await self.run(
                known.where(tag_key_table.c.key.in_(some), *self.within(tag_key_table), *self.within(tag_table))
            )
            found |= {row["key"]: TAG.entity(row) for row in rows}
        return found

    async def named(self, names: Iterable[str]) -> dict[str, Tag]:
        found: dict[str, Tag] = {}
        for some in in_pieces(map(fold, names)):
            rows = await self.run(self.mine().where(tag_table.c.folded_name.in_(some)))
            found |= {row["folded_name"]: TAG.entity(row) for row in rows}
            if left := [name for name in some if name not in found]:
                found |= await self.called(left)
        return found

    async def called(self, names: Sequence[str]) -> dict[str, Tag]:
        """By alias."""
        alias = tag_alias_table
        called = alias.c.folded_name.label("called")
        known = select(called, tag_table).join_from(alias, tag_table, alias.c.tag_id == tag_table.c.id)
        rows = await self.run(known.where(alias.c.folded_name.in_(names), *self.within(alias), *self.within(tag_table)))
        return {row["called"]: TAG.entity(row) for row in rows}

    async def add(self, entity: Tag) -> None:
        await super().add(entity)
        await self.call(entity.id, entity.aliases)

    async def change(self, key: Id, changes: Changes) -> None:
        if "aliases" in changes:
            alias = tag_alias_table
            await self.run(delete(alias).where(alias.c.tag_id == key, *self.within(alias)))
            await self.call(key, changes["aliases"])
        await super().change(key, changes)
        if "name" in changes:
            await mark_wearers(self.connection, self.library, [key], self.touched)

    async def call(self, key: Id, aliases: Sequence[str]) -> None:
        """Keeps aliases as they are compared."""
        rows = [{"library_id": self.library, "folded_name": fold(alias), "tag_id": key} for alias in aliases]
        if rows:
            await self.run(insert(tag_alias_table), rows)

    async def unused(self) -> list[Id]:
        pairs, link = tag_closure_table, media_tag_table
        worn = select(link.c.tag_id).join_from(pairs, link, link.c.tag_id == pairs.c.descendant_id)
        worn = worn.where(pairs.c.ancestor_id == tag_table.c.id, *self.within(pairs), *self.within(link)).correlate(tag_table)
        rows = await self.run(select(tag_table.c.id).where(~worn.exists(), *self.within(tag_table)))
        return [row["id"] for row in rows]

    async def implications(self, key: Id) -> list[Id]:
        pairs = tag_implication_table
        found = select(pairs.c.implied_id).where(pairs.c.tag_id == key, *self.within(pairs))
        return [row["implied_id"] for row in await self.run(found.order_by(pairs.c.implied_id))]

    async def imply(self, key: Id, ids: Sequence[Id]) -> None:
        pairs = tag_implication_table
        await self.run(delete(pairs).where(pairs.c.tag_id == key, *self.within(pairs)))
        rows = [{"tag_id": key, "implied_id": one, "library_id": self.library} for one in ids]
        if rows:
            await self.run(insert(pairs), rows)
        self.note(ChangeAction.UPDATED, key, ["implies"])

    async def implied(self, ids: Sequence[Id]) -> set[Id]:
        pairs = tag_implication_table
        first = select(pairs.c.implied_id).where(pairs.c.tag_id.in_(ids), *self.within(pairs)).cte("implied", recursive=True)
        onward = select(pairs.c.implied_id).join_from(first, pairs, pairs.c.tag_id == first.c.implied_id)
        found = first.union(onward.where(*self.within(pairs)))  # a union takes each once, so it ends where it goes round
        return {row["implied_id"] for row in await self.run(select(found.c.implied_id))} - set(ids)

    async def absorb(self, sources: Sequence[Id], into: Id) -> int:
        found = await self.count_wearers(sources)
        await mark_wearers(self.connection, self.library, sources, self.touched)
        link, better = media_tag_table, media_tag_table.alias("better")
        for some in in_pieces(sources):
            ahead = or_(better.c.tag_id == into, and_(better.c.tag_id.in_(some), better.c.tag_id < link.c.tag_id))
            same = (better.c.media_id == link.c.media_id, *self.within(better))
            twice = select(better.c.tag_id).where(*same, ahead).correlate(link)
            mine = (link.c.tag_id.in_(some), *self.within(link))
            await self.run(delete(link).where(*mine, twice.exists()))
            await self.run(update(link).where(*mine).values(tag_id=into))
            await self.carry(some, into)
            keys = tag_key_table
            await self.run(update(keys).where(keys.c.tag_id.in_(some), *self.within(keys)).values(tag_id=into))
        self.note(ChangeAction.UPDATED, into, ["media"])
        return found

    async def count_wearers(self, ids: Sequence[Id]) -> int:
        link = media_tag_table
        wearers = select(link.c.media_id).where(link.c.tag_id.in_(ids), *self.within(link)).distinct().subquery()
        (row,) = await self.run(select(func.count().label("many")).select_from(wearers))
        return row["many"]

    async def carry(self, sources: Sequence[Id], into: Id) -> None:
        """Lets a tag imply what others imply, and be implied by what implies those."""
        pairs, there = tag_implication_table, tag_implication_table.alias("there")
        new, own = literal(into, pairs.c.tag_id.type), literal(self.library, pairs.c.library_id.type)
        for here, other in (("tag_id", "implied_id"), ("implied_id", "tag_id")):
            known = select(there.c.tag_id).where(there.c[here] == into, there.c[other] == pairs.c[other], *self.within(there))
            found = select(new, pairs.c[other], own).distinct()
            found = found.where(pairs.c[here].in_(sources), pairs.c[other] != into, *self.within(pairs))
            found = found.where(pairs.c[other].not_in(sources), ~known.correlate(pairs).exists())
            await self.run(insert(pairs).from_select([here, other, "library_id"], found))

    async def worn(self, media_ids: Sequence[Id]) -> set[tuple[Id, Id]]:
        link, found = media_tag_table, set[tuple[Id, Id]]()
        for some in in_pieces(media_ids):
            rows = await self.run(select(link.c.media_id, link.c.tag_id).where(link.c.media_id.in_(some), *self.within(link)))
            found |= {(row["media_id"], row["tag_id"]) for row in rows}
        return found

    async def attach(self, links: Mapping[tuple[Id, Id], MediaTag], media: Mapping[Id, Media]) -> None:
        names = field_names(MediaTag)
        rows: list[dict[str, Any]] = [
            {"media_id": one, "tag_id": tag, "library_id": self.library, "media_created_at": media[one].created_at}
            | {name: getattr(link, name) for name in names}
            for (one, tag), link in links.items()
        ]
        if rows:
            await self.run(insert(media_tag_table), rows)
        self.touched.media |= {one for one, _ in links}
        for one, _ in links:
            self.log.note(ChangeAction.TAGGED, "Media", one, ["tags"])

    async def detach(self, pairs: Iterable[tuple[Id, Id]]) -> None:
        link = media_tag_table
        for some in in_pieces(pairs, 200):
            those = tuple_(link.c.media_id, link.c.tag_id).in_(some)
            await self.run(delete(link).where(those, *self.within(link)))
            self.touched.media |= {media for media, _ in some}
            for media, _ in some:
                self.log.note(ChangeAction.UNTAGGED, "Media", media, ["tags"])
