"""Rows of processing runs: the latest of each processor on each media."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import delete, insert, select

from domain import Id, ProcessingRun
from persistence.reading import answers
from persistence.rows import Kept, in_pieces, to_row
from persistence.tables import processing_run_table
from persistence.writing import Rows

RUN = Kept(processing_run_table, (ProcessingRun,))
answers(
    "media.processing", RUN, parent=processing_run_table.c.media_id, key=processing_run_table.c.processor,
    order=(processing_run_table.c.processor,), few=True,
)  # fmt: skip


class SqlRunRepository(Rows):
    """The runs of processors."""

    async def of(self, ids: Sequence[Id]) -> dict[Id, list[ProcessingRun]]:
        found: defaultdict[Id, list[ProcessingRun]] = defaultdict(list)
        table = processing_run_table
        for some in in_pieces(ids):
            for row in await self.run(select(table).where(table.c.media_id.in_(some), *self.within(table))):
                found[row["media_id"]].append(RUN.entity(row))
        return found

    async def clear(self, media_id: Id) -> None:
        table = processing_run_table
        await self.run(delete(table).where(table.c.media_id == media_id, *self.within(table)))

    async def put(self, runs: Sequence[ProcessingRun]) -> None:
        table = processing_run_table
        for media, those in groupby(runs, key=lambda run: run.media_id):
            rows = [to_row(run, table, library_id=self.library) for run in those]
            names = [row["processor"] for row in rows]
            await self.run(delete(table).where(table.c.media_id == media, table.c.processor.in_(names), *self.within(table)))
            await self.run(insert(table), rows)
