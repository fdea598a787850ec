"""Change rows: the log of a library, read behind a place."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import Principal, new_id
from domain.changelog import POINTERS, Change, ChangeLog
from persistence.reading import answers
from persistence.rows import Kept
from persistence.tables import change_table

CHANGE = Kept(change_table, (Change,))
answers("library.changes", CHANGE, parent=change_table.c.library_id, key=change_table.c.id, order=(change_table.c.seq,))


async def write(connection: AsyncConnection, principal: Principal, log: ChangeLog) -> None:
    """Keeps what a transaction did, at its end. Who writes in a library has it alone, so rows have the order of commits."""
    at = datetime.now(UTC)
    own: dict[str, Any] = {"library_id": principal.library_id, "at": at, "actor": principal.actor}
    own |= dict.fromkeys(POINTERS.values())
    rows = [
        own | {"id": new_id(), "action": action, "node_type": node, "fields": names, POINTERS[node]: key}
        for action, node, key, names in log.rows()
    ]
    if rows:
        await connection.execute(insert(change_table), rows)
    log.noted.clear()
