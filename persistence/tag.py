"""Tag rows, and which media wear them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert, select, tuple_

from domain import Id, Media, MediaTag, Tag
from domain.text import fold
from persistence.reading import answers
from persistence.rows import Kept, field_names, in_pieces
from persistence.tables import media_tag_table, tag_table
from persistence.writing import NamedRepository

TAG = Kept(tag_table, (Tag,))
answers("tag.itself", TAG, parent=tag_table.c.id, key=tag_table.c.id)
answers("library.tags", TAG, parent=tag_table.c.library_id, key=tag_table.c.id, order=(tag_table.c.folded_name,))
answers(
    "media.tags", TAG, parent=media_tag_table.c.media_id, key=media_tag_table.c.tag_id, order=(tag_table.c.folded_name,),
    few=True, link=MediaTag,
)  # fmt: skip


class SqlTagRepository(NamedRepository[Tag]):
    """The tags of one library, and what wears them."""

    table, kept = tag_table, TAG

    async def named(self, names: Iterable[str]) -> dict[str, Tag]:
        found: dict[str, Tag] = {}
        for some in in_pieces(map(fold, names)):
            rows = await self.run(self.mine().where(tag_table.c.folded_name.in_(some)))
            found |= {row["folded_name"]: TAG.entity(row) for row in rows}
        return found

    async def unused(self) -> list[Id]:
        worn = select(media_tag_table.c.tag_id).where(media_tag_table.c.tag_id == tag_table.c.id, *self.within(media_tag_table))
        rows = await self.run(select(tag_table.c.id).where(~worn.exists(), *self.within(tag_table)))
        return [row["id"] for row in rows]

    async def worn(self, media_ids: Sequence[Id]) -> set[tuple[Id, Id]]:
        link, found = media_tag_table, set[tuple[Id, Id]]()
        for some in in_pieces(media_ids):
            rows = await self.run(select(link.c.media_id, link.c.tag_id).where(link.c.media_id.in_(some), *self.within(link)))
            found |= {(row["media_id"], row["tag_id"]) for row in rows}
        return found

    async def attach(self, pairs: Iterable[tuple[Media, Id]], link: MediaTag) -> None:
        told = {name: getattr(link, name) for name in field_names(MediaTag)}
        rows = [
            {"media_id": media.id, "tag_id": tag, "library_id": self.library, "media_created_at": media.created_at, **told}
            for media, tag in pairs
        ]
        if rows:
            await self.run(insert(media_tag_table), rows)

    async def detach(self, pairs: Iterable[tuple[Id, Id]]) -> None:
        link = media_tag_table
        for some in in_pieces(pairs, 200):
            those = tuple_(link.c.media_id, link.c.tag_id).in_(some)
            await self.run(delete(link).where(those, *self.within(link)))
