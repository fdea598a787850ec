"""The command line on PostgreSQL: what an operator does, on a database that was empty."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.engine import make_url

from persistence import migrate
from tests import media
from tests.graphql_api.served import free_port, run, serving
from tests.postgres import postgres_database

LIST = "{ media(first: 100, orderBy: [{field: FILENAME}]) { nodes { filename status } } }"
URL = '{ mediaByPath(storage: "local", path: "pictures/a.png") { url } }'


@pytest_asyncio.fixture
async def url() -> AsyncIterator[str]:
    async with postgres_database() as made:
        yield made


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "a.png").write_bytes(media.png())
    (folder / "broken.jpg").write_bytes(media.truncated_photo())
    return folder


def test_a_library_is_migrated_imported_inspected_processed_and_served(url: str, tmp_path: Path, pictures: Path) -> None:
    data, on = tmp_path / "data", {"MEDIAGRAPH_DATABASE_URL": url}
    migrated = run(data, "migrate", **on)
    assert (migrated.returncode, migrated.stdout.strip()) == (0, f"Revision none -> {migrate.newest()}"), migrated.stderr
    assert run(data, "import", str(pictures), **on).stdout.strip() == "2 added"
    assert run(data, "import", str(pictures), **on).stdout.strip() == "2 known"
    again = run(data, "process", "--failed", **on)
    assert (again.returncode, again.stdout.strip()) == (1, "1 processed, 1 of them failed.")
    assert make_url(url).database in run(data, "inspect", **on).stdout
    with serving(data, **on) as (_, client):
        found = client.post("/graphql", json={"query": LIST}).json()["data"]["media"]["nodes"]
        assert found == [{"filename": "a.png", "status": "READY"}, {"filename": "broken.jpg", "status": "FAILED"}]
        address = client.post("/graphql", json={"query": URL}).json()["data"]["mediaByPath"]["url"]
        assert client.get(address).content == media.png()
        assert client.get("/health/ready").status_code == 200
    assert not list(data.glob("*.db*"))


def test_going_down_and_up_again_works_and_copies_nothing(url: str, tmp_path: Path) -> None:
    data, on = tmp_path / "data", {"MEDIAGRAPH_DATABASE_URL": url}
    for words in (["migrate"], ["migrate", "--down", "base"], ["migrate"]):
        done = run(data, *words, **on)
        assert (done.returncode, "Copied" in done.stdout) == (0, False), done.stderr


def test_the_password_of_the_database_is_not_shown(url: str, tmp_path: Path) -> None:
    password = make_url(url).password or "unspoken"
    on = {"MEDIAGRAPH_DATABASE_URL": make_url(url).set(password=password).render_as_string(hide_password=False)}
    shown = run(tmp_path / "data", "inspect", **on)
    assert shown.returncode == 0, shown.stderr
    assert password not in shown.stdout
    assert make_url(url).database in shown.stdout


def test_a_server_that_does_not_answer_is_told_in_a_line(tmp_path: Path) -> None:
    nowhere = f"postgresql://somebody:unspoken@127.0.0.1:{free_port()}/library"
    done = run(tmp_path / "data", "serve", MEDIAGRAPH_DATABASE_URL=nowhere)
    assert (done.returncode, done.stdout) == (1, "")
    assert "The database does not answer." in done.stderr
    assert "Traceback" not in done.stderr
    assert "unspoken" not in done.stderr
