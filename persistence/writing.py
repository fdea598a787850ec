"""What every repository has: its rows within one library, and plain ways to read, add, change and delete them."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import ColumnElement, Executable, FromClause, Select, Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import Id, Principal
from domain.changelog import ChangeAction, ChangeLog
from domain.changes import Changes
from domain.text import fold
from persistence.indexing import Touched
from persistence.rows import Kept, Mapped, in_pieces, to_row

Entity = TypeVar("Entity")


class Rows:
    """Statements of one principal on the connection of one transaction."""

    def __init__(
        self, connection: AsyncConnection, principal: Principal, touched: Touched | None = None, log: ChangeLog | None = None
    ) -> None:  # fmt: skip
        self.connection = connection
        self.library = principal.library_id
        self.touched = touched or Touched()
        self.log = log or ChangeLog()

    def within(self, table: FromClause) -> tuple[ColumnElement[bool]]:
        """The condition that no statement on a table may lack."""
        return (table.c["library_id"] == self.library,)

    async def run(self, statement: Executable, many: list[dict[str, Any]] | None = None) -> Sequence[Mapped]:
        result = await self.connection.execute(statement, many)
        return result.mappings().all() if result.returns_rows else ()


class Repository(Rows, Generic[Entity]):
    """Entities of one table with a key of their own; of those that are a `node` every change is logged."""

    table: ClassVar[Table]
    kept: ClassVar[Kept]
    node: ClassVar[str] = ""
    gone: ClassVar[ChangeAction] = ChangeAction.DELETED

    def note(self, action: ChangeAction, key: Id, fields: Iterable[str] = ()) -> None:
        if self.node:
            self.log.note(action, self.node, key, fields)

    def mine(self) -> Select[Any]:
        return select(self.table).where(*self.within(self.table))

    async def first(self, found: Select[Any]) -> Entity | None:
        rows = await self.run(found)
        return self.kept.entity(rows[0]) if rows else None

    async def entities(self, found: Select[Any]) -> list[Entity]:
        return [self.kept.entity(row) for row in await self.run(found)]

    async def find(self, ids: Iterable[Id]) -> dict[Id, Entity]:
        found: dict[Id, Entity] = {}
        for some in in_pieces(ids):
            rows = await self.run(self.mine().where(self.table.c.id.in_(some)))
            found |= {row["id"]: self.kept.entity(row) for row in rows}
        return found

    async def insert(self, entity: Entity, **more: Any) -> None:
        row = to_row(entity, self.table, library_id=self.library, **more)
        await self.run(insert(self.table).values(row))
        self.note(ChangeAction.CREATED, row.get("id", b""))

    async def change(self, key: Id, changes: Changes) -> None:
        if changes:
            self.note(ChangeAction.UPDATED, key, changes)
            await self.run(update(self.table).where(self.table.c.id == key, *self.within(self.table)).values(dict(changes)))

    async def delete(self, ids: Sequence[Id]) -> None:
        for some in in_pieces(ids):
            await self.run(delete(self.table).where(self.table.c.id.in_(some), *self.within(self.table)))
        for key in ids:
            self.note(self.gone, key)


class NamedRepository(Repository[Entity]):
    """Entities with a name to be compared whatever its case, and a slug made of it."""

    async def add(self, entity: Entity) -> None:
        name: str = getattr(entity, "name")  # noqa: B009 - a type variable has no attributes
        await self.insert(entity, folded_name=fold(name))

    async def change(self, key: Id, changes: Changes) -> None:
        more = {"folded_name": fold(changes["name"])} if "name" in changes else {}
        await super().change(key, {**changes, **more})

    async def slugs(self, of: str) -> set[str]:
        """Those slugs that are this one, or this one numbered."""
        slug = self.table.c.slug
        taken = (slug == of) | slug.startswith(f"{of}-", autoescape=True)
        return {row["slug"] for row in await self.run(select(slug).where(taken, *self.within(self.table)))}
