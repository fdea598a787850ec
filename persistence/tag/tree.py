"""The tree of tags: which lies below which is kept in pairs, and its path with each tag."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, delete, func, insert, literal, select, true, update

from domain import Id, Tag
from domain.changelog import ChangeAction
from domain.changes import now
from persistence.indexing import mark_wearers
from persistence.rows import in_pieces
from persistence.tables import tag_closure_table, tag_table
from persistence.tag.reading import TAG
from persistence.writing import NamedRepository


class TreeRepository(NamedRepository[Tag]):
    """Tags of one library as a tree. A trigger makes the pairs of a new one."""

    table, kept, node = tag_table, TAG, "Tag"

    async def children(self, ids: Sequence[Id]) -> dict[Id, Id]:
        found: dict[Id, Id] = {}
        for some in in_pieces(ids):
            of_some = (tag_table.c.parent_id.in_(some), *self.within(tag_table))
            rows = await self.run(select(tag_table.c.id, tag_table.c.parent_id).where(*of_some).order_by(tag_table.c.id))
            found |= {row["id"]: row["parent_id"] for row in rows}
        return found

    async def below(self, ids: Sequence[Id]) -> dict[Id, int]:
        pairs, found = tag_closure_table, dict[Id, int]()
        for some in in_pieces(ids):
            below = select(pairs.c.descendant_id).where(pairs.c.ancestor_id.in_(some), *self.within(pairs))
            those = select(tag_table.c.id, tag_table.c.depth).where(tag_table.c.id.in_(below), *self.within(tag_table))
            found |= {row["id"]: row["depth"] for row in await self.run(those.order_by(tag_table.c.id))}
        return found

    async def delete(self, ids: Sequence[Id]) -> None:
        depths: dict[Id, int] = {}
        for some in in_pieces(ids):
            those = select(tag_table.c.id, tag_table.c.depth).where(tag_table.c.id.in_(some), *self.within(tag_table))
            depths |= {row["id"]: row["depth"] for row in await self.run(those)}
        await mark_wearers(self.connection, self.library, list(depths), self.touched)
        await super().delete(sorted(depths, key=lambda key: -depths[key]))

    async def move(self, ids: Sequence[Id], old: Tag | None, new: Tag | None) -> None:
        for some in in_pieces(ids):
            await self.loosen(some, old)
            if new:
                await self.hang(some, new)
            prefix, cut = f"{new.path}/" if new else "", len(old.path) + 1 if old else 0
            deeper = (new.depth + 1 if new else 0) - (old.depth + 1 if old else 0)
            await self.rewrite(some, prefix, cut, deeper)
            changes = {"parent_id": new.id if new else None, "updated_at": now(), "version": tag_table.c.version + 1}
            await self.run(update(tag_table).where(tag_table.c.id.in_(some), *self.within(tag_table)).values(changes))
        for key in ids:
            self.note(ChangeAction.UPDATED, key, ["parent", "path", "depth"])

    async def loosen(self, ids: Sequence[Id], old: Tag | None) -> None:
        """Removes the pairs of these and all below them with what is above them."""
        if old:
            pairs, above = tag_closure_table, tag_closure_table.alias("above")
            outer = select(above.c.ancestor_id).where(above.c.descendant_id == old.id, *self.within(above))
            below = pairs.c.descendant_id.in_(self.keys_below(ids))
            await self.run(delete(pairs).where(below, pairs.c.ancestor_id.in_(outer), *self.within(pairs)))

    async def hang(self, ids: Sequence[Id], new: Tag) -> None:
        """Adds the pairs of these and all below them with another tag and all above it."""
        up, down = tag_closure_table.alias("up"), tag_closure_table.alias("down")
        own = literal(self.library, tag_closure_table.c.library_id.type)
        found = select(up.c.ancestor_id, down.c.descendant_id, own, up.c.depth + down.c.depth + 1).join_from(up, down, true())
        found = found.where(up.c.descendant_id == new.id, down.c.ancestor_id.in_(ids), *self.within(up), *self.within(down))
        names = ["ancestor_id", "descendant_id", "library_id", "depth"]
        await self.run(insert(tag_closure_table).from_select(names, found))

    async def respell(self, key: Id, old: str, new: str) -> None:
        await self.rewrite([key], new, len(old), 0)

    async def rewrite(self, ids: Iterable[Id], prefix: str, cut: int, deeper: int) -> None:
        """Puts a prefix in place of the first characters of the paths of these and all below them."""
        table = tag_table
        path = literal(prefix, table.c.path.type) + func.substr(table.c.path, cut + 1)
        those = update(table).where(table.c.id.in_(self.keys_below(list(ids))), *self.within(table))
        await self.run(those.values(path=path, depth=table.c.depth + deeper))

    def keys_below(self, ids: Sequence[Id]) -> Select[Any]:
        within = tag_closure_table.alias("within")
        return select(within.c.descendant_id).where(within.c.ancestor_id.in_(ids), *self.within(within))
