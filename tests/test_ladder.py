"""The ladder's limit is honest: what is written by hand answers as the server does, byte for byte."""

import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import orjson
import pytest
import pytest_asyncio

from benchmarks.bare import OPERATIONS
from benchmarks.by_hand import BY_HAND, STATEMENTS, connect, library_of
from benchmarks.filling import fill, libraries
from benchmarks.inside import counted
from benchmarks.peers import packages
from benchmarks.rungs import PEERS, Rung, chosen, running
from domain import global_id
from domain.processors.sandbox import ForkingSandbox
from graphql_api.bootstrap import opened
from graphql_api.settings import Settings
from tests.conftest import client_of
from tests.needs import needs, needs_packages

SIZE = 1_000
TABLES = (
    "library", "storage", "media", "media_metadata", "media_text", "metadata_entry", "rendition", "tag", "media_tag",
    "collection", "collection_item",
)  # fmt: skip


@pytest_asyncio.fixture(scope="module")
async def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the ladder's library, in small."""
    made = tmp_path_factory.mktemp("ladder")
    await fill(f"sqlite:///{made / 'mediagraph.db'}", SIZE)
    return made


@pytest_asyncio.fixture(scope="module")
async def client(folder: Path, sandbox: ForkingSandbox) -> AsyncIterator[httpx2.AsyncClient]:
    settings = Settings(data_dir=folder, env="production", public_url="http://site")
    async with opened(settings, sandbox) as server, client_of(server) as made:
        yield made


@pytest.fixture(scope="module")
def db(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(str(folder / "mediagraph.db"))) as made:
        yield made


def ids(db: sqlite3.Connection) -> list[str]:
    """Of every media in the database: images and others, in the trash or not, and of another library."""
    return [global_id(b"Media", row[0]) for row in db.execute("SELECT id FROM media")]


def known(db: sqlite3.Connection) -> bytes:
    """The key of one media of the server's library."""
    return db.execute("SELECT id FROM media WHERE library_id = ?", (library_of(db),)).fetchone()[0]


async def answer(client: httpx2.AsyncClient, operation: str, identifier: str = "") -> bytes:
    response = await client.post("/graphql", json={"query": OPERATIONS[operation], "variables": {"id": identifier}})
    assert response.status_code == 200, response.text
    return response.content


@pytest.mark.parametrize("operation", ["Q1", "Q2"])
async def test_lists_by_hand_are_the_servers(client: httpx2.AsyncClient, db: sqlite3.Connection, operation: str) -> None:
    assert BY_HAND[operation](db, library_of(db), "") == await answer(client, operation)


async def test_any_media_by_hand_is_the_servers(client: httpx2.AsyncClient, db: sqlite3.Connection) -> None:
    library, every = library_of(db), ids(db)
    assert len(every) == sum(library.size for library in libraries(SIZE))
    for identifier in [*every[::7], global_id(b"Tag", bytes(16))]:
        assert BY_HAND["Q3"](db, library, identifier) == await answer(client, "Q3", identifier)


def test_the_library_has_what_the_conditions_keep_out(db: sqlite3.Connection) -> None:
    """Else the answers by hand would be equal without them."""
    library = library_of(db)
    page = orjson.loads(BY_HAND["Q1"](db, library, ""))["data"]["media"]["nodes"]
    assert len(page) == 50
    assert None in {one["metadata"]["exif"] and 1 for one in page}
    assert None in {one["metadata"]["location"] and 1 for one in page}
    trashed = "SELECT count(*) FROM media WHERE trashed_at IS NOT NULL AND kind = 'IMAGE' AND created_at >= ? AND library_id = ?"
    assert db.execute(trashed, (page[-1]["createdAt"], library)).fetchone()[0]
    assert db.execute("SELECT count(*) FROM collection_item WHERE library_id <> ?", (library,)).fetchone()[0]


def test_what_triggers_would_have_kept_is_there_and_so_are_the_figures_that_plans_are_made_by(db: sqlite3.Connection) -> None:
    counted = (
        """SELECT count(*) FROM media_tag l JOIN media m ON m.id = l.media_id WHERE l.tag_id = t.id AND m.trashed_at IS NULL"""
    )
    rows = db.execute(f"SELECT t.media_count, ({counted}), t.depth, t.path FROM tag t").fetchall()  # noqa: S608
    assert all(kept == true and path.count("/") == depth for kept, true, depth, path in rows)
    assert {0, 1, 2} == {depth for _, _, depth, _ in rows}
    assert db.execute("SELECT count(*) FROM tag_closure").fetchone()[0] == sum(depth + 1 for _, _, depth, _ in rows)
    assert db.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()[0]
    assert db.execute("SELECT count(*) FROM sqlite_stat1").fetchone()[0] > 20


@pytest.mark.parametrize("operation", BY_HAND)
def test_statements_by_hand_are_as_many_as_told(db: sqlite3.Connection, operation: str) -> None:
    seen: list[str] = []
    library, identifier = library_of(db), global_id(b"Media", known(db))
    db.set_trace_callback(seen.append)
    BY_HAND[operation](db, library, identifier)
    db.set_trace_callback(None)
    assert len(seen) == STATEMENTS[operation], seen


async def test_a_library_is_the_same_each_time(db: sqlite3.Connection, tmp_path: Path) -> None:
    again = tmp_path / "again.db"
    await fill(f"sqlite:///{again}", SIZE)
    with closing(connect(str(again))) as other:
        for table in TABLES:
            sql = f"SELECT * FROM {table}"  # noqa: S608
            assert set(db.execute(sql)) == set(other.execute(sql))


def test_a_call_to_a_thread_is_one_hop_and_closing_the_server_is_none(folder: Path, db: sqlite3.Connection) -> None:
    identifier = global_id(b"Media", known(db))
    told = {operation: counted(folder, operation, identifier, planning=True) for operation in BY_HAND}
    assert all(statements for statements, _ in told.values())
    assert told["Q1"][1] == 1, told


def test_peers_are_measured_only_where_they_are_named() -> None:
    assert not [rung.name for rung in chosen([]) if rung.peer]
    assert [rung.name for rung in chosen(["F3", "yoga"])] == ["F3", "yoga"]


@pytest.mark.parametrize("rung", PEERS, ids=lambda rung: rung.name)
def test_peers_answer_as_by_hand(rung: Rung, folder: Path, db: sqlite3.Connection, tmp_path: Path) -> None:
    needs("taskset", bool(shutil.which("taskset")))
    with needs_packages():
        packages(rung.name)
    library, some = library_of(db), [*ids(db)[::7], global_id(b"Tag", bytes(16))]
    with running(rung, folder, min(os.sched_getaffinity(0)), tmp_path / "server.log") as server:
        for operation in ("Q1", "Q2"):
            for _ in range(2):  # the first is answered before anything is compiled
                by_hand = BY_HAND[operation](db, library, "")
                assert orjson.loads(server.ask(rung.body(operation))) == orjson.loads(by_hand)
        for identifier in some:
            by_hand = BY_HAND["Q3"](db, library, identifier)
            assert orjson.loads(server.ask(rung.body("Q3", identifier))) == orjson.loads(by_hand)
