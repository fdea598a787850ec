"""Groups of duplicates, and what people have said are none."""

from collections.abc import Iterable

from sqlalchemy import insert, select

from domain import DuplicateGroup, DuplicateMember, Id
from domain.changelog import ChangeAction
from domain.changes import now
from persistence.reading import answers
from persistence.rows import Kept, in_pieces
from persistence.stars import duplicate_group_table, duplicate_member_table, exact_group_table
from persistence.tables import duplicate_dismissal_table
from persistence.writing import Rows

EXACT, GROUP = Kept(exact_group_table, (DuplicateGroup,)), Kept(duplicate_group_table, (DuplicateGroup,))
MEMBER = Kept(duplicate_member_table, (DuplicateMember,))
answers(
    "library.exact_groups", EXACT, parent=exact_group_table.c.library_id, key=exact_group_table.c.id,
    order=(exact_group_table.c.reclaimable_size,), descending=True,
)  # fmt: skip
answers("duplicate_group.itself", GROUP, parent=duplicate_group_table.c.id, key=duplicate_group_table.c.id)
answers(
    "duplicate_group.members", MEMBER, parent=duplicate_member_table.c.group_id, key=duplicate_member_table.c.media_id,
    order=(duplicate_member_table.c.other, duplicate_member_table.c.distance),
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
