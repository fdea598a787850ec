"""Groups of duplicates, and what people have said are none."""

from collections.abc import Iterable

from sqlalchemy import insert, select

from domain import DuplicateGroup, DuplicateMember, Id
from domain.changelog import ChangeAction
from domain.changes import now
from domain.likeness import Likeness
from domain.reading import Ask
from persistence.media import MEDIA
from persistence.reading import answers
from persistence.rows import Kept, Selected, in_pieces
from persistence.stars import duplicate_group_table, duplicate_member_table, exact_group_table, similar_group_table
from persistence.tables import duplicate_dismissal_table, media_likeness_table, media_table
from persistence.writing import Rows

EXACT, SIMILAR = Kept(exact_group_table, (DuplicateGroup,)), Kept(similar_group_table, (DuplicateGroup,))
GROUP, MEMBER = Kept(duplicate_group_table, (DuplicateGroup,)), Kept(duplicate_member_table, (DuplicateMember,))
answers(
    "library.exact_groups", EXACT, parent=exact_group_table.c.library_id, key=exact_group_table.c.id,
    order=(exact_group_table.c.reclaimable_size,), descending=True,
)  # fmt: skip
answers(
    "library.similar_groups", SIMILAR, parent=similar_group_table.c.library_id, key=similar_group_table.c.id,
    order=(similar_group_table.c.reclaimable_size,), descending=True,
)  # fmt: skip
answers(
    "duplicate_group.itself", GROUP, parent=duplicate_group_table.c.id, key=duplicate_group_table.c.id,
    order=(duplicate_group_table.c.member_count,), by_key=True,
)  # fmt: skip
answers(
    "duplicate_group.members", MEMBER, parent=duplicate_member_table.c.group_id, key=duplicate_member_table.c.media_id,
    order=(duplicate_member_table.c.other, duplicate_member_table.c.distance), by_key=True,
)  # fmt: skip


def similar(ask: Ask) -> Selected:
    """Media that look like another."""
    near = media_likeness_table
    return select(*MEDIA.columns(ask)).join_from(near, media_table, media_table.c.id == near.c.other_id)


answers(
    "media.similar", MEDIA, parent=media_likeness_table.c.media_id, key=media_likeness_table.c.other_id,
    order=(media_likeness_table.c.distance,), link=Likeness, select=similar,
)  # fmt: skip


class SqlDuplicateRepository(Rows):
    """What has been said of duplicates in one library."""

    async def dismiss(self, pairs: Iterable[tuple[Id, Id]]) -> set[Id]:
        table = duplicate_dismissal_table
        both = {pair for one, other in pairs if one != other for pair in ((one, other), (other, one))}
        for some in in_pieces({one for one, _ in both}):
            known = select(table.c.media_id, table.c.other_id).where(table.c.media_id.in_(some), *self.within(table))
            both -= {(row["media_id"], row["other_id"]) for row in await self.run(known)}
        time = now()
        rows = [{"media_id": a, "other_id": b, "library_id": self.library, "dismissed_at": time} for a, b in sorted(both)]
        if rows:
            await self.run(insert(table), rows)
        touched = {one for one, _ in both}
        for key in sorted(touched):
            self.log.note(ChangeAction.UPDATED, "Media", key, ["duplicates"])
        return touched
