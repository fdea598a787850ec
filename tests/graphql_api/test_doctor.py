"""`mediagraph doctor`, run as an operator would: what is broken here is told, with what to do about it."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from graphql_api.doctor.library import consistent
from graphql_api.doctor.samples import SAMPLES
from graphql_api.floors import Floor, floors
from graphql_api.settings import Settings
from persistence.soundness import has_wal_reset_bug, missing_features
from tests.graphql_api.proxying import Answer, Heard, between
from tests.graphql_api.served import HERE, free_port, run, serving

COUNT = {"query": "{ media(trash: INCLUDE) { totalCount } }"}
KEY = "k" * 16


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a file in it."""
    folder = tmp_path_factory.mktemp("imported")
    (folder / "a.txt").write_bytes(b"words")
    assert run(folder / "data", "import", str(folder / "a.txt")).returncode == 0
    return folder / "data"


@pytest.fixture
def library(data: Path, imported: Path) -> Path:
    """A copy of it to spoil."""
    return Path(shutil.copytree(imported, data))


def examined(data: Path, *words: str, **more: str) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    """The exit status, and the findings by check."""
    done = run(data, "doctor", "--json", *words, **more)
    assert "Traceback" not in done.stderr
    told = json.loads(done.stdout)
    assert told["ok"] is (done.returncode == 0)
    found: dict[str, list[dict[str, Any]]] = {}
    for one in told["checks"]:
        found.setdefault(one["check"], []).append(one)
    return done.returncode, found


def verdicts(found: dict[str, list[dict[str, Any]]], *names: str) -> set[str]:
    return {one["verdict"] for name in names for one in found[name]}


def change(data: Path, *statements: str) -> None:
    connection = sqlite3.connect(data / "mediagraph.db", isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_a_new_installation_is_looked_at_and_nothing_is_made(data: Path) -> None:
    code, found = examined(data)
    assert code == 0, found
    assert verdicts(found, "Python", "Packages", "Sandbox", "Codecs", "HEIC", "GraphiQL", "Settings", "Disk", "Database") == {
        "OK"
    }
    assert not data.exists()


def test_a_library_in_order_is_sound_and_a_table_says_so(library: Path) -> None:
    code, found = examined(library)
    assert code == 0, found
    assert verdicts(found, "Database", "Migrations", "Storage", "Clock") == {"OK"}
    assert "integrity_check" in found["Database"][0]["found"]
    shown = run(library, "doctor")
    assert shown.returncode == 0
    assert all(word in shown.stdout for word in ("Check", "What to do", "Sandbox", "OK"))


def test_pages_that_are_overwritten_are_a_problem(library: Path) -> None:
    path = library / "mediagraph.db"
    change(library, "PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    content[8192:] = bytes(b ^ 0x5A for b in content[8192:])
    path.write_bytes(content)
    code, found = examined(library)
    assert (code, verdicts(found, "Database")) == (1, {"PROBLEM"})


def test_a_row_that_points_nowhere_is_a_problem(library: Path) -> None:
    change(library, "PRAGMA foreign_keys = OFF", "DELETE FROM blob")
    code, found = examined(library)
    assert (code, verdicts(found, "Database")) == (1, {"PROBLEM"})
    assert "points to a row of blob" in found["Database"][0]["found"]


def test_another_journal_mode_is_told_as_it_is(library: Path) -> None:
    change(library, "PRAGMA journal_mode = DELETE")
    code, found = examined(library)
    assert (code, found["Database"][0]["verdict"]) == (0, "WARNING")
    assert "delete" in found["Database"][0]["found"]


def test_another_revision_is_a_problem_and_stays(library: Path) -> None:
    change(library, "UPDATE alembic_version SET version_num = 'ffff'")
    code, found = examined(library)
    assert (code, verdicts(found, "Migrations")) == (1, {"PROBLEM"})
    assert "mediagraph migrate" in found["Migrations"][0]["advice"]
    assert "Storage" not in found


def test_a_storage_without_its_files_is_a_problem(library: Path) -> None:
    (library / "files").rename(library / "elsewhere")
    for there in (False, True):
        if there:
            (library / "files").mkdir()
        code, found = examined(library)
        assert (code, verdicts(found, "Storage")) == (1, {"PROBLEM"})


def test_a_clock_before_the_newest_row_is_a_problem(library: Path) -> None:
    change(library, "UPDATE media SET created_at = replace(created_at, '20', '29')")
    code, found = examined(library)
    assert (code, verdicts(found, "Clock")) == (1, {"PROBLEM"})


@pytest.mark.parametrize(("given", "told", "verdict"), [
    ({}, "development", "OK"),
    ({"host": "0.0.0.0"}, "there is no login", "WARNING"),
    ({"host": "::1"}, "[::1]", "OK"),
    ({"env": "production", "operator_key": KEY}, "addresses begin with", "WARNING"),
        ({"env": "production", "public_url": "https://a.example"}, "operator's key", "WARNING"),
    ({"env": "production", "operator_key": KEY, "public_url": "https://a.example", "database_url": "memory:"},
        "kept in memory", "PROBLEM"),
    ({"public_url": "https://a.example", "hosts": ["b.example"]}, "a.example", "WARNING"),
    ({"public_url": "https://a.example", "hosts": ["a.example", "b.example"]}, "https://a.example", "OK"),
    ({"public_url": "a.example"}, "a.example", "PROBLEM"),
    ({"hosts": ["*"]}, "any name", "WARNING"),
    ({"origins": ["*"]}, "any site", "WARNING"),
])  # fmt: skip
async def test_settings_that_do_not_go_together_are_told(given: dict[str, Any], told: str, verdict: str) -> None:
    (found,) = await consistent(Settings(**given))
    assert (found.verdict, told in found.found) == (verdict, True), found


@pytest.mark.parametrize(("name", "value"), [
    ("PORTS", "1"), ("DATABASE_URL", "mysql://user:secret@host/db"), ("HOSTS", "secret"),
])  # fmt: skip
def test_settings_that_cannot_be_read_are_a_problem_told_without_their_values(data: Path, name: str, value: str) -> None:
    code, found = examined(data, **{f"MEDIAGRAPH_{name}": value})
    assert (code, verdicts(found, "Settings")) == (1, {"PROBLEM"})
    assert f"MEDIAGRAPH_{name}" in found["Settings"][0]["found"]
    assert "secret" not in json.dumps(found)


def test_a_database_out_of_reach_is_a_problem_told_without_its_password(data: Path) -> None:
    url = f"postgresql://somebody:secret@127.0.0.1:{free_port()}/none"
    code, found = examined(data, MEDIAGRAPH_DATABASE_URL=url)
    assert (code, verdicts(found, "Database")) == (1, {"PROBLEM"})
    assert "secret" not in json.dumps(found)


@pytest.fixture
def old_pillow(tmp_path: Path) -> str:
    """A path on which the metadata of an older Pillow comes first."""
    info = tmp_path / "old" / "pillow-12.2.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pillow\nVersion: 12.2.0\n", "utf-8")
    return f"{tmp_path / 'old'}:{HERE}"


@pytest.mark.parametrize(("command", "more"), [
    ("serve", {}), ("serve", {"MEDIAGRAPH_DATABASE_URL": "memory:"}), ("process", {}),
])  # fmt: skip
def test_a_package_below_a_safety_floor_keeps_the_server_from_starting(
    data: Path, old_pillow: str, command: str, more: dict[str, str]
) -> None:
    done = run(data, command, PYTHONPATH=old_pillow, MEDIAGRAPH_PORT=str(free_port()), **more)
    (line,) = done.stderr.strip().splitlines()
    assert done.returncode == 1
    assert "pillow 12.2.0 (needs >=12.3)" in line


def test_a_package_below_its_floor_is_a_problem(data: Path, old_pillow: str) -> None:
    code, found = examined(data, PYTHONPATH=old_pillow)
    assert (code, verdicts(found, "Packages")) == (1, {"PROBLEM"})
    assert "pillow 12.2.0" in found["Packages"][0]["found"]


def test_floors_are_those_of_the_packages_own_metadata() -> None:
    known = {one.name: one for one in floors()}
    assert {"strawberry-graphql", "graphql-core", "starlette", "python-multipart", "pillow", "sqlalchemy"} <= known.keys()
    assert all(one.holds for one in known.values() if not one.is_optional)
    assert known["asyncpg"].is_optional
    assert not Floor("a", ">=2", None, is_optional=False).holds
    assert not Floor("a", ">=1.10", "1.9", is_optional=False).holds
    assert Floor("a", ">=1.10", "1.10.1rc1", is_optional=False).holds


@pytest.mark.parametrize(("version", "has"), [
    ("3.6.23", False), ("3.7.0", True), ("3.40.1", True), ("3.44.5", True), ("3.44.6", False), ("3.45.0", True), ("3.50.6", True),
    ("3.50.7", False), ("3.51.2", True), ("3.51.3", False), ("3.53.0", False), ("4.0.0", False),
])  # fmt: skip
def test_the_versions_with_the_wal_reset_bug_are_known(version: str, has: bool) -> None:
    assert has_wal_reset_bug(version) is has


def test_a_start_tells_the_wal_reset_bug_in_one_line(data: Path) -> None:
    with serving(data) as (process, client):
        assert client.get("/health/live").status_code == 200
        process.terminate()
        process.wait()
    told = [line for line in (data.parent / "server.log").read_text("utf-8").splitlines() if "WAL-reset" in line]
    assert len(told) == has_wal_reset_bug()
    assert missing_features() == []


@pytest.fixture(scope="module")
def server(imported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, httpx2.Client, Path]]:
    """One for all: the doctor leaves it as it was, and each test looks whether it did."""
    library = Path(shutil.copytree(imported, tmp_path_factory.mktemp("served") / "data"))
    with serving(library) as (_, client):
        yield str(client.base_url).rstrip("/"), client, library


def left_alone(client: httpx2.Client, library: Path) -> bool:
    """Whether the library has what it had: one media, and its one file."""
    kept = [path for path in (library / "files").rglob("*") if path.is_file()]
    return client.post("/graphql", json=COUNT).json()["data"]["media"]["totalCount"] == 1 and len(kept) == 1


def test_a_running_server_is_tried_with_each_kind_and_left_as_it_was(server: tuple[str, httpx2.Client, Path]) -> None:
    url, client, library = server
    code, found = examined(library, "--url", url)
    assert code == 0, found
    for kind in ("Image", "Video", "Audio", "Document", "Other"):
        assert verdicts(found, f"{kind}: upload", f"{kind}: facts", f"{kind}: bytes", f"{kind}: range") == {"OK"}
    assert verdicts(found, "Image: thumbnail", "Video: thumbnail", "Document: thumbnail", "Trash", "Purge", "Gone") == {"OK"}
    assert all(one["ms"] is not None for name, rows in found.items() for one in rows if name != "Result")
    assert left_alone(client, library)


def is_upload(path: str, asked: bytes) -> bool:
    return path == "/graphql" and b"uploadMedia" in asked


def spoil_bytes(method: str, path: str, asked: bytes, answer: Answer) -> None:
    if path.startswith("/files/") and answer.status == 200 and "thumbnail" not in path:
        answer.body = answer.body[:-1] + bytes([answer.body[-1] ^ 1])


def spoil_ranges(method: str, path: str, asked: bytes, answer: Answer) -> None:
    if answer.status == 206:
        answer.status = 200


def lose_answers(method: str, path: str, asked: bytes, answer: Answer) -> None:
    if is_upload(path, asked):
        answer.status, answer.body = 502, b"<html>Bad gateway</html>"


def spoil_facts(method: str, path: str, asked: bytes, answer: Answer) -> None:
    answer.body = answer.body.replace(b'"width":16', b'"width":17')


def spoil_shapes(method: str, path: str, asked: bytes, answer: Answer) -> None:
    if b"mediaItem" in asked:
        answer.body = answer.body.replace(b'"status"', b'"state"')


@pytest.mark.parametrize(("spoil", "check"), [
    (spoil_bytes, "Audio: bytes"), (spoil_ranges, "Other: range"), (lose_answers, "Image: upload"), (spoil_facts, "Video: facts"),
    (spoil_shapes, "Image: facts"),
])  # fmt: skip
def test_a_step_that_fails_is_a_problem_and_what_was_uploaded_is_purged(
    server: tuple[str, httpx2.Client, Path], spoil: Any, check: str
) -> None:
    url, client, library = server
    with between(url, Heard(spoil)) as spoiled:
        code, found = examined(library, "--url", spoiled)
    assert (code, verdicts(found, check)) == (1, {"PROBLEM"}), found
    assert verdicts(found, "Purge", "Gone") == {"OK"}
    assert left_alone(client, library)


def send_away(status: int, path: str) -> Any:
    """An answer of a server that wants a key, or to be asked later."""

    def spoil(method: str, asked_path: str, asked: bytes, answer: Answer) -> None:
        if asked_path == path and (path != "/graphql" or is_upload(asked_path, asked)):
            answer.status, answer.headers = status, {"Retry-After": "58"}
            answer.body = b'{"errors": [{"message": "No."}]}'

    return spoil


@pytest.mark.parametrize(("status", "path", "check", "told"), [
    (401, "/schema.graphql", "Schema", "--key KEY"), (429, "/graphql", "Image: upload", "in 58 seconds"),
])  # fmt: skip
def test_a_key_or_a_wait_that_is_wanted_is_what_the_doctor_advises(
    server: tuple[str, httpx2.Client, Path], status: int, path: str, check: str, told: str
) -> None:
    url, _, library = server
    with between(url, Heard(send_away(status, path))) as spoiled:
        code, found = examined(library, "--url", spoiled)
    assert (code, verdicts(found, check), told in found[check][0]["advice"]) == (1, {"PROBLEM"}, True), found[check]


def test_what_is_not_purged_is_told(server: tuple[str, httpx2.Client, Path]) -> None:
    url, client, library = server
    with between(url, Heard(swallow=b"purgeMedia")) as spoiled:
        code, found = examined(library, "--url", spoiled)
    assert (code, verdicts(found, "Purge", "Gone")) == (1, {"PROBLEM"})
    assert all(f".{sample.extension}" in found["Gone"][0]["found"] for sample in SAMPLES)
    doctors = "mutation($ids: [ID!]!) { purgeMedia(input: {selection: {ids: $ids}}) { failed } }"
    trash = client.post("/graphql", json={"query": "{ media(trash: ONLY) { nodes { id } } }"}).json()["data"]["media"]["nodes"]
    client.post("/graphql", json={"query": doctors, "variables": {"ids": [one["id"] for one in trash]}})
    assert left_alone(client, library)


def test_a_key_is_sent_and_never_shown_and_follows_no_redirect(server: tuple[str, httpx2.Client, Path]) -> None:
    url, _, library = server
    heard, elsewhere = Heard(), Heard()
    with between(url, heard) as first, between(url, elsewhere) as other:
        done = run(library, "doctor", "--url", first, "--key", "mg_secret", "--json")
        assert (done.returncode, heard.keys, "mg_secret" in done.stdout + done.stderr) == (0, {"Bearer mg_secret"}, False)

        def lead_away(method: str, path: str, asked: bytes, answer: Answer) -> None:
            answer.status, answer.headers = 302, {"Location": f"{other}{path}"}

        heard.spoil = lead_away
        code, _ = examined(library, "--url", first, "--key", "mg_secret")
        assert (code, elsewhere.keys) == (1, set())


def test_a_key_that_cannot_be_sent_is_not_echoed(data: Path) -> None:
    done = run(data, "doctor", "--url", "http://127.0.0.1:1", "--key", "mg_sec\nret", "--json")
    assert done.returncode == 1
    assert "mg_sec" not in done.stdout + done.stderr


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}", "ftp://host", "nonsense"])
def test_no_server_is_a_problem_told_in_a_line(data: Path, url: str) -> None:
    code, found = examined(data, "--url", url.format(port=free_port()))
    assert (code, max(found)) == (1, "Alive" if "port" in url else "Address")


def test_no_two_samples_are_ever_the_same() -> None:
    assert len({sample.make() for sample in SAMPLES for _ in range(3)}) == 3 * len(SAMPLES)
