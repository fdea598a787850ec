"""Answer rows: what came of changes, by the keys of their callers."""

from datetime import datetime

from sqlalchemy import delete, insert, select

from domain.idempotency import Answer
from persistence.rows import Kept
from persistence.tables import answer_table
from persistence.writing import Rows

ANSWER = Kept(answer_table, (Answer,))


class SqlAnswerRepository(Rows):
    """The answers of one library."""

    async def find(self, key: str) -> Answer | None:
        rows = await self.run(select(answer_table).where(answer_table.c.key == key, *self.within(answer_table)))
        return ANSWER.entity(rows[0]) if rows else None

    async def keep(self, answer: Answer) -> None:
        mine = self.within(answer_table)
        await self.run(delete(answer_table).where(answer_table.c.key == answer.key, *mine))
        values = {"library_id": self.library, "key": answer.key, "digest": answer.digest}
        await self.run(insert(answer_table).values(**values, result=answer.result, answered_at=answer.answered_at))

    async def forget(self, before: datetime) -> None:
        await self.run(delete(answer_table).where(answer_table.c.answered_at < before, *self.within(answer_table)))
