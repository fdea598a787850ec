"""Sites to test on: a library in a folder of its own, asked over HTTP as any client would."""

import os
import shutil
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest
import pytest_asyncio

from domain.processors.sandbox import ForkingSandbox
from graphql_api.app import create_app
from graphql_api.bootstrap import Server, opened
from graphql_api.settings import Settings
from persistence import migrate
from tests.postgres import KINDS, OnePostgres, postgres_database

for name in [name for name in os.environ if name.startswith("MEDIAGRAPH_") and not name.startswith("MEDIAGRAPH_TEST_")]:
    del os.environ[name]  # tests have settings of their own, and so have the commands they run
HEADERS = {"graphql-require-preflight": "1"}
TURN = ("BEGIN", "SELECT pg_advisory_xact_lock")
"""How a writer waits for its turn, on SQLite and on PostgreSQL."""
UPLOAD = """mutation($file: Upload!, $attributes: MediaAttributesInput) {
  uploadMedia(input: {file: $file, attributes: $attributes}) {
    media {
      __typename id kind status mimeType title size sha256 filename
      processing { processor { key } state attempts error { code } }
    }
    userErrors { __typename code message path }
  }
}"""


@dataclass
class Site:
    """A server, and a client of it."""

    server: Server
    client: httpx2.AsyncClient
    statements: list[str] = field(default_factory=list)

    async def answer(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer to an operation."""
        response = await self.client.post("/graphql", json={"query": query, "variables": variables})
        assert response.status_code == 200, response.text
        return response.json()

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an operation that has no errors."""
        answer = await self.answer(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def upload(self, content: bytes, name: str = "file.bin", **attributes: Any) -> dict[str, Any]:
        """The payload of an upload of these bytes."""
        operations = {"query": UPLOAD, "variables": {"file": None, "attributes": attributes or None}}
        form = {"operations": orjson.dumps(operations).decode(), "map": '{"0": ["variables.file"]}'}
        response = await self.client.post("/graphql", data=form, files={"0": (name, content)}, headers=HEADERS)
        assert response.status_code == 200, response.text
        answer = response.json()
        assert "errors" not in answer, answer
        return answer["data"]["uploadMedia"]

    async def uploaded(self, content: bytes, name: str = "file.bin", **attributes: Any) -> dict[str, Any]:
        """The media that an upload made."""
        payload = await self.upload(content, name, **attributes)
        assert payload["userErrors"] == []
        return payload["media"]

    @contextmanager
    def counted(self) -> Generator[list[str]]:
        """The SQL statements sent within, without what begins a transaction that writes."""
        start = len(self.statements)
        seen: list[str] = []
        yield seen
        seen += [sql for sql in self.statements[start:] if not sql.startswith(TURN)]


@pytest_asyncio.fixture(scope="session")
async def sandbox() -> AsyncIterator[ForkingSandbox]:
    """One for all tests: its processes are slow to start and keep nothing."""
    made = ForkingSandbox()
    yield made
    await made.close()


@pytest_asyncio.fixture(scope="session")
async def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "mediagraph.db"
    await migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest_asyncio.fixture(scope="session")
async def one_postgres() -> AsyncIterator[OnePostgres]:
    """One for each worker; it is made for the first test that asks for it."""
    made = OnePostgres()
    yield made
    await made.close()


@pytest_asyncio.fixture(params=KINDS)
async def settings(request: pytest.FixtureRequest, tmp_path: Path, empty_database: Path, one_postgres: OnePostgres) -> Settings:
    """A data directory and an empty library of its own for each test, which runs on both databases."""
    folder = tmp_path / "data"
    folder.mkdir()
    if request.param == "sqlite":
        shutil.copy(empty_database, folder / "mediagraph.db")
        return Settings(data_dir=folder, public_url="http://site", upload_rate="")
    return Settings(data_dir=folder, public_url="http://site", upload_rate="", database_url=await one_postgres.emptied())


@pytest_asyncio.fixture(params=KINDS, scope="module")
async def shared_settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, empty_database: Path
) -> AsyncIterator[Settings]:
    """The same for all tests of a module together."""
    folder = tmp_path_factory.mktemp("shared")
    plain = Settings(data_dir=folder, public_url="http://site", upload_rate="")
    if request.param == "sqlite":
        shutil.copy(empty_database, folder / "mediagraph.db")
        yield plain
    else:
        async with postgres_database() as url:
            yield plain.model_copy(update={"database_url": url})


@pytest_asyncio.fixture
async def site(settings: Settings, sandbox: ForkingSandbox) -> AsyncIterator[Site]:
    """A server over an empty library."""
    async with opened(settings, sandbox) as server, client_of(server) as client:
        made = Site(server, client)
        server.database.on_statement(made.statements.append)
        yield made


def client_of(server: Server) -> httpx2.AsyncClient:
    """A client over the whole application, as production builds it."""
    transport = httpx2.ASGITransport(create_app(server), raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://site")
