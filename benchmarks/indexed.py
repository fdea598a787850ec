"""The words of made-up media as indexing makes them, without reading the rows again: `tests/test_views.py` compares both."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from domain import Id
from domain.matching import SearchField
from persistence.indexing import METADATA, OF_A_LIBRARY, PLAIN, on_postgresql, on_sqlite
from persistence.tables import media_search_table

Row = dict[str, Any]
Texts = dict[SearchField, list[str]]
REBUILT = {
    "sqlite": "INSERT INTO media_search_fts(media_search_fts) VALUES ('rebuild')",
    "postgresql": "SELECT setval('media_search_seq', (SELECT coalesce(max(seq), 1) FROM media_search))",
}
"""What is done when all rows are there."""
COLUMNS = ("seq", "media_id", "library_id", "stale", "lexemes")


def texts(media: Row, facts: Row, prose: Row | None, tags: list[str], entries: Iterable[Row]) -> Texts:
    """What is indexed of a media, by field."""
    found: Texts = {name: [media[column.name]] if media[column.name] else [] for name, column in PLAIN.items()}
    told = [facts[column.name] for column in METADATA if facts.get(column.name)]
    told += [entry["text"] for entry in sorted(entries, key=lambda one: (one["namespace"], one["key"]))]
    return found | {
        SearchField.TAGS: tags,
        SearchField.METADATA: told,
        SearchField.EXTRACTED_TEXT: [prose["text"]] if prose else [],
    }


def first_number(library: int, dialect: str, before: int) -> int:
    """The number of the first media of a library, the first library being 1, when so many media came before it."""
    return before + 1 if dialect == "postgresql" else library << OF_A_LIBRARY


async def copy_words(connection: AsyncConnection, library: Id, first: int, found: list[tuple[Id, Texts]]) -> None:
    """Adds media with their words, numbered from `first`."""
    dialect = connection.dialect.name
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if dialect == "sqlite":
        names = ("seq", "media_id", "library_id", "stale", *(name.lower() for name in SearchField))
        sql = f"INSERT INTO media_search ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
        rows = ((seq, key, library, 0, *on_sqlite(text).values()) for seq, (key, text) in enumerate(found, first))
        await driver.executemany(sql, list(rows))
    else:
        lines = (
            f"{seq}\t{UUID(bytes=key)}\t{UUID(bytes=library)}\tf\t{on_postgresql(text)['lexemes']}\n"
            for seq, (key, text) in enumerate(found, first)
        )
        source = BytesIO("".join(lines).encode())
        await driver.copy_to_table(media_search_table.name, source=source, columns=COLUMNS, format="text")
