"""The command line, run as an operator would: in a process of its own, on a folder of its own."""

import os
import signal
import sqlite3
import time
from pathlib import Path

import pytest

from tests import media
from tests.graphql_api import served
from tests.graphql_api.served import run, serving

LIST = "{ media(first: 100, orderBy: [{field: FILENAME}]) { totalCount nodes { filename path folder sha256 status version } } }"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder with two files of the same bytes, another, a hidden one, and links that lead out."""
    folder = tmp_path / "pictures"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.png").write_bytes(media.png())
    (folder / "sub" / "b.png").write_bytes(media.png())
    (folder / "c.txt").write_bytes(b"words\n")
    (folder / ".hidden").write_bytes(b"x")
    (tmp_path / "outside.txt").write_bytes(b"secret")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "loop").symlink_to(folder)
    return folder


def rows(data: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(data / "mediagraph.db") as connection:
        return connection.execute(sql).fetchall()


def test_files_are_imported_once_and_twins_share_their_bytes(data: Path, pictures: Path) -> None:
    first = run(data, "import", str(pictures))
    assert (first.returncode, first.stdout.strip()) == (0, "3 added"), first.stderr
    assert run(data, "import", str(pictures)).stdout.strip() == "3 known"
    assert rows(data, "SELECT path FROM media ORDER BY path") == [
        ("pictures/a.png",),
        ("pictures/c.txt",),
        ("pictures/sub/b.png",),
    ]
    assert rows(data, "SELECT count(*) FROM blob") == [(2,)]
    assert len([path for path in (data / "files" / "blobs").rglob("*") if path.is_file()]) == 2
    assert "media" in run(data, "inspect").stdout
    assert rows(data, "SELECT DISTINCT actor FROM change") == [("command line",)]


def test_a_file_edited_in_place_is_one_updated_row(data: Path, pictures: Path) -> None:
    assert run(data, "import", "--in-place", str(pictures)).stdout.strip() == "3 added"
    before = rows(data, "SELECT id FROM media ORDER BY id")
    (pictures / "a.png").write_bytes(media.png("blue"))
    assert run(data, "import", "--in-place", str(pictures)).stdout.strip() == "1 updated, 2 known"
    assert rows(data, "SELECT id FROM media ORDER BY id") == before
    assert not (data / "files" / "blobs").exists()


def test_a_broken_file_is_kept_and_process_failed_tries_it_again(data: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(media.truncated_photo())
    done = run(data, "import", str(tmp_path / "broken.jpg"))
    assert (done.returncode, done.stdout.strip()) == (0, "1 added")
    assert "could not be processed" in done.stderr
    assert run(data, "process").stdout.strip() == "0 processed, 0 of them failed."
    again = run(data, "process", "--failed")
    assert (again.returncode, again.stdout.strip()) == (1, "1 processed, 1 of them failed.")


def test_what_cannot_be_imported_makes_the_exit_status_one(data: Path, tmp_path: Path) -> None:
    missing = run(data, "import", str(tmp_path / "nope"))
    assert missing.returncode == 1
    assert "There is no" in missing.stderr
    (tmp_path / "empty.png").touch()
    refused = run(data, "import", str(tmp_path / "empty.png"))
    assert (refused.returncode, refused.stdout.strip()) == (1, "1 refused")
    assert "The file is empty" in refused.stderr


def test_the_schema_is_the_one_in_the_repository(data: Path, tmp_path: Path) -> None:
    kept = (served.HERE / "schema.graphql").read_text("utf-8")
    assert run(data, "export-schema").stdout == kept
    run(data, "export-schema", str(tmp_path / "s.graphql"))
    assert (tmp_path / "s.graphql").read_text("utf-8") == kept


@pytest.mark.parametrize(("name", "value"), [
    ("PORT", "x"), ("DATABASE_URL", "mysql://x"), ("HOSTS", "a.example"), ("ORIGINS", "http://localhost:5173"),
])  # fmt: skip
def test_a_bad_setting_is_told_by_its_name_without_a_traceback(data: Path, name: str, value: str) -> None:
    done = run(data, "migrate", **{f"MEDIAGRAPH_{name}": value})
    assert done.returncode != 0
    assert f"MEDIAGRAPH_{name}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_of_another_revision_is_refused_until_it_is_migrated(data: Path) -> None:
    assert "none -> 0" in run(data, "migrate").stdout
    with sqlite3.connect(data / "mediagraph.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'ffff'")
    refused = run(data, "serve", "--port", str(served.free_port()))
    assert refused.returncode != 0
    assert "mediagraph migrate" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_migrating_down_and_up_again_works_and_keeps_a_copy(data: Path) -> None:
    run(data, "migrate")
    down = run(data, "migrate", "--down", "base")
    assert (down.returncode, "Copied to" in down.stdout) == (0, True), down.stderr
    assert run(data, "migrate").returncode == 0
    assert list(data.glob("*.backup"))


def test_the_index_of_words_is_made_anew_or_only_where_it_is_missing(data: Path, pictures: Path) -> None:
    run(data, "import", str(pictures))
    found = "SELECT count(*) FROM media_search_fts WHERE media_search_fts MATCH 'a OR b OR c'"
    whole = rows(data, "SELECT media_id, filename, stale FROM media_search ORDER BY media_id")
    assert (len(whole), rows(data, found)) == (3, [(3,)])
    with sqlite3.connect(data / "mediagraph.db") as connection:
        connection.execute("DELETE FROM media_search WHERE filename LIKE 'a%'")
        connection.execute("UPDATE media_search SET filename = 'zebra' WHERE filename LIKE 'b%'")
    assert rows(data, found) == [(1,)]
    missing = run(data, "reindex", "--missing")
    assert (missing.returncode, missing.stdout.strip()) == (0, "1 indexed."), missing.stderr
    assert rows(data, found) == [(2,)]
    assert run(data, "reindex").stdout.strip() == "3 indexed."
    assert rows(data, "SELECT media_id, filename, stale FROM media_search ORDER BY media_id") == whole
    assert rows(data, found) == [(3,)]


def test_the_demo_is_made_once(data: Path) -> None:
    first = run(data, "demo", "--only-make")
    assert first.returncode == 0, first.stderr
    before = rows(data, "SELECT id FROM media ORDER BY id")
    started = time.monotonic()
    assert run(data, "demo", "--only-make").returncode == 0
    assert time.monotonic() - started < 5
    assert rows(data, "SELECT id FROM media ORDER BY id") == before
    assert len(before) == 23


def test_a_server_answers_over_http_and_stops_when_it_is_told_to(data: Path, pictures: Path) -> None:
    run(data, "import", str(pictures))
    with serving(data) as (process, client):
        found = client.post("/graphql", json={"query": LIST}).json()["data"]["media"]
        assert [one["filename"] for one in found["nodes"]] == ["a.png", "b.png", "c.txt"]
        ask = '{ mediaByPath(storage: "local", path: "pictures/a.png") { url } }'
        url = client.post("/graphql", json={"query": ask}).json()["data"]["mediaByPath"]["url"]
        assert client.get(url).content == media.png()
        assert client.get("/health/ready").status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) in (0, -signal.SIGTERM)
        assert not Path(f"/proc/{process.pid}").exists() or os.name != "posix"
