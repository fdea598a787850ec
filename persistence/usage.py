"""Which things use which media: what the library keeps of them itself, and what providers tell."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Subquery, func, insert, select

from domain import Id, MediaUsage
from domain.changelog import ChangeAction
from domain.usage import MOST_TOLD, Consumer, Held
from persistence.expressions import also_of_library
from persistence.providers import OWN_ALONE, Providers, told_by, usage_table
from persistence.reading import answers
from persistence.rows import Kept, Selected, in_pieces, to_row
from persistence.tables import media_usage_table
from persistence.writing import Repository

OWN, USAGE = Kept(media_usage_table, (MediaUsage,)), Kept(usage_table, (MediaUsage,))
answers("usage.itself", OWN, parent=media_usage_table.c.id, key=media_usage_table.c.id)
answers("media.usages", USAGE, parent=usage_table.c.media_id, key=usage_table.c.id, order=(usage_table.c.app,))
answers("library.usages", USAGE, parent=usage_table.c.library_id, key=usage_table.c.id, order=(usage_table.c.field,))


class SqlUsageRepository(Repository[MediaUsage]):
    """The usages of one library."""

    table, kept = media_usage_table, OWN
    providers: Providers = OWN_ALONE

    def told_by(self, providers: Providers) -> "SqlUsageRepository":
        """The same, of which also these tell."""
        self.providers = providers
        return self

    async def of_consumer(self, consumer: Consumer) -> list[MediaUsage]:
        names = ("app", "entity_type", "entity_id")
        return await self.entities(self.mine().where(*(self.table.c[name] == getattr(consumer, name) for name in names)))

    async def of_media(self, media_ids: Sequence[Id]) -> list[MediaUsage]:
        own, found = self.table.c, list[MediaUsage]()
        order = (own.app, own.entity_type, own.entity_id, own.field, own.media_id)
        for some in in_pieces(media_ids):
            found += await self.entities(self.mine().where(own.media_id.in_(some)).order_by(*order))
        return found

    async def put(self, usages: Sequence[MediaUsage]) -> None:
        rows = [to_row(one, self.table, library_id=self.library) for one in usages]
        if rows:
            await self.run(insert(self.table), rows)
        self.told(ChangeAction.ATTACHED, [one.media_id for one in usages])

    async def delete(self, ids: Sequence[Id]) -> None:
        for some in in_pieces(ids):
            used = select(self.table.c.media_id).where(self.table.c.id.in_(some), *self.within(self.table))
            self.told(ChangeAction.DETACHED, [row["media_id"] for row in await self.run(used)])
        await super().delete(ids)

    def told(self, action: ChangeAction, media_ids: Iterable[Id]) -> None:
        """Logs what became of the media that are used."""
        for key in media_ids:
            self.log.note(action, "Media", key, ["usages"])

    async def holding(self, media_ids: Sequence[Id], *, lasting: bool) -> dict[Id, Held]:
        asked = [one for one in self.providers if not lasting or one.detach is None]
        found = dict[Id, Held]()
        for some in in_pieces(media_ids if asked else ()):
            rows = told_by(asked).subquery("usage")
            found_in = numbered(rows, rows.c.media_id.in_(some), also_of_library(rows)).params(library=self.library)
            for row in await self.run(found_in):
                before = found.get(row["media_id"], Held(0, ())).usages
                found[row["media_id"]] = Held(row["held"], (*before, self.kept.entity(row)))
        return found

    async def detach(self, media_ids: Sequence[Id]) -> None:
        held = await self.holding(media_ids, lasting=False)
        for some in in_pieces(held):
            for one in self.providers:
                if one.detach:
                    await one.detach(self.connection, self.library, some)
        self.told(ChangeAction.DETACHED, held)


def numbered(rows: Subquery, *conditions: ColumnElement[bool]) -> Selected:
    """The first usages of each media, by consumer, and beside each how many the media has."""
    media, order = rows.c.media_id, (rows.c.app, rows.c.entity_type, rows.c.entity_id, rows.c.id)
    held = func.count().over(partition_by=media).label("held")
    nth = func.row_number().over(partition_by=media, order_by=order).label("nth")
    each = select(*rows.c, held, nth).where(*conditions).subquery("each")
    return select(*each.c).where(each.c.nth <= MOST_TOLD).order_by(each.c.media_id, each.c.nth)
