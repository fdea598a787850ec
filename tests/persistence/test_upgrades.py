"""A database with rows, at any revision, becomes what the application would have written at the newest one."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Connection, TableClause, Text, cast, column, inspect, select, table, text

from domain import NOBODY, MediaKind, Principal
from domain.media_types import MEDIA_TYPES
from persistence import migrate, tallies
from persistence.database import SqlDatabase, SqlWork
from persistence.tables import schema
from tests.persistence.builders import EPOCH, Filled, add_collection, add_media, add_tag, entry_of, fill
from tests.postgres import KINDS, postgres_database

REVISIONS = sorted(one.revision for one in ScriptDirectory.from_config(migrate.config()).walk_revisions())
TEXTS = (
    "Straße ﬁn", "İstanbul", "ΣΊΣΥΦΟΣ", "e\u0301te\u0301", "", "日本語 🎞", "it's 100% \\ plain", "ǅ ŉ ΐ", "Ünï", "\u13a0 \uab70",
    "ᾳ ᾼ", "ẞ", "\u212a \u212b", "x" * 200,
)  # fmt: skip
"""What databases fold otherwise than Python among them."""
HASHES = (0, 1, 0xFF, 0x1FF, 2**64 - 1, 2**64 - 2, 0x8000_0000_0000_0000, 0x00FF_00FF_00FF_00FF)
"""Looks of pictures, some of them alike."""
TREES, RULES = "0003", "0004"
"""From which revisions on there are trees of tags; covers and rules of collections."""
KEPT_BY_TRIGGERS = {"tag_closure", "media_tally"}
BEGUN = {"change": "0009", "answer": "0009", "media_usage": "0010", "leftover": "0013", "duplicate_dismissal": "0019"}
"""Tables that begin empty, and from which revision on they are there."""
COUNTERS = {"media_count"}
OF_CHANCE = {"media": {"shuffle"}, "media_search": {"seq"}}
Rows = dict[str, list[dict[str, Any]]]


async def put(work: SqlWork, revision: str) -> None:
    """A library of all that this revision can hold."""
    it = await fill(work) if revision >= TREES else None
    media = [await add_media(work, at, kind, **values_of(at, kind)) for at, kind in enumerate(list(MediaKind) * 6, start=10)]
    for at, one in enumerate(media):
        facts = {"artist": TEXTS[at % len(TEXTS)], "album": TEXTS[-at % 14], "genre": TEXTS[at % 5], "make": "Ünïcam"}
        known = {name: value for name, value in facts.items() if name in MEDIA_TYPES[one.kind].metadata_fields}
        await work.metadata.change(one.id, {**known, "extra": {}})
        await work.metadata.replace_entries(one.id, ["exif"], [entry_of(one)])
        await work.metadata.put_text(one.id, f"words of {TEXTS[at % len(TEXTS)]}")
    for at in range(4):
        await add_tag(work, f"{TEXTS[at]} tag {at}", *media[at::3])
    outer = await add_collection(work, "Öuter", *media[:5])
    inner = await add_collection(work, "Inner ΣΣ", *media[3:9], parent=outer)
    await add_collection(work, "Innermost", parent=inner)
    if it and revision >= RULES:
        await extras(work, it)


def values_of(at: int, kind: MediaKind) -> dict[str, Any]:
    """The values of one media, each sort of text and of number in turn."""
    own = {"width": at % 3, "height": 2, "duration_ms": at * 10, "phash": f"{HASHES[at % len(HASHES)]:016x}"}
    known = {name: value for name, value in own.items() if name in MEDIA_TYPES[kind].own_fields}
    return known | {
        "title": TEXTS[at % len(TEXTS)], "filename": f"{TEXTS[-at % 13]} {at}.bin", "folder": TEXTS[at % 3], "size": at,
        "rating": at % 6, "latitude": at / 7, "longitude": -at / 3, "trashed_at": EPOCH if at % 7 == 6 else None,
    }  # fmt: skip


async def extras(work: SqlWork, it: Filled) -> None:
    await work.collections.change(it.collection.id, {"cover_id": it.media.id})
    rule = await add_collection(work, "By a rule")
    await work.collections.change(rule.id, {"rule": '{"filter":{},"orderBy":[],"limit":null}'})


def rows(connection: Connection) -> Rows:
    """All that is kept, as the database has it; JSON as it is written."""
    found: Rows = {}
    for name in schema.tables:
        kinds = {one["name"]: one["type"] for one in inspect(connection).get_columns(name)}
        told: list[Any] = [column(key) if not isinstance(kind, JSON) else cast(column(key), Text).label(key)
                           for key, kind in kinds.items()]  # fmt: skip
        found[name] = [dict(row) for row in connection.execute(select(*told).select_from(table(name))).mappings()]
    return found


def plain(connection: Connection, name: str) -> TableClause:
    """A table as it is, with columns that convert nothing."""
    columns: list[Any] = [column(one["name"]) for one in inspect(connection).get_columns(name)]
    return table(name, *columns)


def put_back(connection: Connection, given: Rows) -> None:
    """The same rows into the tables of an older revision, as far as they have columns; triggers do what they did then."""
    there = set(inspect(connection).get_table_names()) - KEPT_BY_TRIGGERS
    for name in (one.name for one in schema.sorted_tables if one.name in there):
        target = plain(connection, name)
        for row in sorted(given[name], key=lambda row: len(row.get("path") or "")):  # what lies in another comes after it
            if name != "tag_key" or row["key"] != row["tag_id"]:
                kept = {one.name: 0 if one.name in COUNTERS else row[one.name] for one in target.c}
                connection.execute(target.insert(), kept)


def comparable(found: Rows) -> dict[str, list[str]]:
    """Without what chance or the order of writing decides."""
    return {
        name: sorted(
            str(sorted((key, value) for key, value in row.items() if key not in OF_CHANCE.get(name, ())))
            for row in many if name != "media_tally" or any(row[key] for key in ("count", "size", "duration_ms"))
        )
        for name, many in found.items()
    }  # fmt: skip


async def two_libraries(url: str, revision: str) -> Rows:
    await migrate.upgrade(url)
    database = SqlDatabase(url)
    for name in ("one", "two"):
        async with database.writing(Principal(library=await database.library(name))) as work:
            await put(work, revision)
    await database.close()
    return await migrate.with_connection(url, rows)


async def index_words(url: str) -> None:
    """What `mediagraph migrate` does at its end."""
    database, last = SqlDatabase(url), NOBODY
    while last is not None:
        last, _ = await database.indexed(last, only_missing=True)
    await database.close()


@pytest_asyncio.fixture(params=KINDS)
async def urls(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[str, str]]:
    """Two databases that no migration has seen."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}", f"sqlite:///{tmp_path / 'new.db'}"
    else:
        async with postgres_database() as old, postgres_database() as new:
            yield old, new


@pytest.mark.parametrize("revision", REVISIONS)
async def test_rows_of_any_revision_become_what_the_newest_would_have_written(urls: tuple[str, str], revision: str) -> None:
    old, new = urls
    wanted = await two_libraries(new, revision)
    await migrate.upgrade(old, revision)
    await migrate.with_connection(old, lambda connection: put_back(connection, wanted))
    await migrate.upgrade(old)
    await index_words(old)
    found = await migrate.with_connection(old, rows)
    assert await migrate.differences(old) == []
    for name, many in comparable(wanted).items():
        assert comparable(found)[name] == (many if revision >= BEGUN.get(name, "") else []), name
    places = {row["shuffle"] for row in found["media"]}
    assert len(places) == len(found["media"])
    await migrate.with_connection(old, check_tallies)
    await migrate.with_connection(old, check_words)


def check_tallies(connection: Connection) -> None:
    """Counting anew says the same."""
    kept = comparable(rows(connection))["media_tally"]
    for sql in tallies.recount(connection.dialect.name):
        connection.execute(text(sql))
    assert comparable(rows(connection))["media_tally"] == kept != []


def check_words(connection: Connection) -> None:
    """The index of SQLite holds the words of the rows beside it, or it says that it does not."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO media_search_fts (media_search_fts, rank) VALUES ('integrity-check', 1)"))
