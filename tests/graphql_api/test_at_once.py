"""A plan that waits for nobody answers as soon as its request is read, in the same words as any other way."""

import asyncio
import sqlite3
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from domain import new_id
from domain.reading import Ask, Load, Row, Steps
from graphql_api.app import create_app
from graphql_api.execution.operation import Path as Way
from graphql_api.lane import BEGUN
from persistence.database import connect_to_read
from persistence.threads import ReaderThreads
from tests.conftest import Site
from tests.graphql_api.served import serving

TAG = "query($id: ID!) { node(id: $id) { id ... on Tag { name slug } } }"
MADE = 'mutation { createTag(input: {name: "%s"}) { tag { id } } }'
RENAMED = "mutation($id: ID!, $name: String!) { updateTag(input: {id: $id, patch: {name: $name}}) { tag { name } } }"
Served = tuple[httpx2.Client, Path]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("at_once") / "data"
    with serving(folder) as (_, client):
        yield client, folder


def asked(client: httpx2.Client, query: str, variables: dict[str, Any] | None = None, **headers: str) -> httpx2.Response:
    return client.post("/graphql", json={"query": query, "variables": variables or {}}, headers=headers)


def tag(client: httpx2.Client, name: str) -> str:
    return asked(client, MADE % name).json()["data"]["createTag"]["tag"]["id"]


def told(answer: httpx2.Response) -> tuple[Any, ...]:
    """All that does not change from one request to the next."""
    changing = ("date", "x-request-id", "connection")
    return answer.status_code, answer.content, sorted(pair for pair in answer.headers.items() if pair[0] not in changing)


def test_the_first_answer_and_those_at_once_do_not_differ(served: Served) -> None:
    client, _ = served
    one = {"id": tag(client, "Sea")}
    first, *others = (asked(client, TAG, one) for _ in range(3))
    by_a_task = asked(client, TAG, one, connection="close")
    assert {told(answer)[:2] for answer in others} == {told(first)[:2]} == {told(by_a_task)[:2]}
    assert [told(answer)[2] for answer in (*others, by_a_task)] == [told(first)[2]] * 3
    assert first.headers["x-mediagraph-execution"] == "plan"
    assert len({answer.headers["x-request-id"] for answer in (first, *others)}) == 3


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"host": "elsewhere.example"}, 421), ({"accept": "image/png"}, 406), ({"content-type": "text/plain"}, 415)],
)
def test_what_is_refused_is_refused_also_where_it_would_be_answered_at_once(
    served: Served, headers: dict[str, str], status: int
) -> None:
    client, _ = served
    one = {"id": tag(client, f"Refused {status}")}
    assert [asked(client, TAG, one).status_code for _ in range(2)] == [200, 200]
    assert asked(client, TAG, one, **headers).status_code == status


def test_limits_hold_for_what_is_answered_at_once(served: Served) -> None:
    client, _ = served
    one = {"id": tag(client, "Limits")}
    asked(client, TAG, one)
    many = asked(client, TAG, one | {"others": [0] * 5_001}).json()
    assert many["errors"][0]["extensions"]["budget"] == "variables"


def test_what_was_changed_before_is_read(served: Served) -> None:
    client, _ = served
    one = tag(client, "Before")
    for number in range(20):
        asked(client, RENAMED, {"id": one, "name": f"After {number}"})
        assert asked(client, TAG, {"id": one}).json()["data"]["node"]["name"] == f"After {number}"


def test_a_plan_that_steps_aside_at_once_is_told_by_graphql_core_and_counted_once(served: Served) -> None:
    client, folder = served
    one = {"id": tag(client, "Broken")}
    query = TAG.replace("slug", "slug color")
    before = asked(client, query, one)
    rows = sqlite3.connect(folder / "mediagraph.db", isolation_level=None)
    rows.execute("UPDATE tag SET color = x'00' WHERE name = 'Broken'")
    rows.close()
    counted = client.get("/health/ready").json()["operations"]
    after = asked(client, query, one)
    assert (before.status_code, "errors" in before.json(), "errors" in after.json()) == (200, False, True)
    assert after.headers["x-mediagraph-execution"] == "aside"
    assert client.get("/health/ready").json()["operations"] == counted | {"aside": counted.get("aside", 0) + 1}


async def at_once(site: Site, query: str) -> tuple[object, Any]:
    """The answer that waits for nobody to a document that is known, or None; and what was begun."""
    body = orjson.dumps({"query": query})
    await site.client.post("/graphql", content=body, headers={"content-type": "application/json"})
    lane = create_app(site.server).state.lane
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope: dict[str, Any] = {
        "type": "http", "method": "POST", "path": "/graphql", "http_version": "1.1", "headers": headers, "state": {},
    }  # fmt: skip
    return lane.at_once(scope, body), scope["state"].get(BEGUN)


async def test_what_is_begun_and_not_answered_at_once_goes_on(site: Site) -> None:
    """Of a list, whatever the database: its checks are done once, and a thread or a connection answers."""
    answer, begun = await at_once(site, "{ tags { totalCount } }")
    assert answer is None
    assert begun.operation
    assert (await site.server.executor.go_on(begun)).path is Way.PLAN


DEAR = "{ node(id: %s) { ... on Tag { media(first: 100) { nodes { id title tags { nodes { name } } } } } } }"


@pytest.mark.parametrize(("query", "is_short"), [
    ("{ node(id: %s) { id } }", True), ("{ node(id: %s) { id } tags { totalCount } }", False), (DEAR, False),
    (DEAR.replace("100", "2"), True),
])  # fmt: skip
async def test_only_what_names_its_things_and_is_cheap_waits_for_nobody(site: Site, query: str, is_short: bool) -> None:
    answer, _ = await at_once(site, query.replace("%s", '"VGFnOgGh"'))
    assert (answer is not None) == (is_short and site.server.database.is_at_hand)


async def test_what_takes_long_after_all_is_answered_by_a_thread(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("persistence.threads.SOON", 0)
    monkeypatch.setattr("persistence.threads.LOOK", 1)
    tag = (await site.ask(MADE % "Sea"))["createTag"]["tag"]["id"]
    answer, begun = await at_once(site, f'{{ node(id: "{tag}") {{ ... on Tag {{ name }} }} }}')
    assert answer is None
    answered = await site.server.executor.go_on(begun)
    assert (answered.path, answered.body) == (Way.PLAN, b'{"data":{"node":{"name":"Sea"}}}')


# One view for one turn

LIBRARY = new_id()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "rows.db"
    made = sqlite3.connect(file, isolation_level=None)
    made.executescript("PRAGMA journal_mode = WAL; CREATE TABLE tag (id BLOB, library_id BLOB, name TEXT)")
    made.execute("INSERT INTO tag VALUES (?, ?, 'one')", (LIBRARY, LIBRARY))
    made.close()
    return file


def names(seen: list[list[Row]]) -> Steps:
    """A plan that reads one tag."""

    def steps() -> Generator[Any, list[list[Row]], bytes]:
        seen.append((yield [(Load(ask=Ask(relation="tag.itself", fields=("name",), places=False)), (LIBRARY,))])[0])
        return b""

    return steps()


async def test_requests_of_one_turn_share_a_view_and_those_of_the_next_see_what_is_new(file: Path) -> None:
    threads, said, seen = ReaderThreads(lambda: connect_to_read(str(file)), 1), list[str](), list[list[Row]]()
    threads.here = threads.opened_one()
    threads.here.set_trace_callback(said.append)
    loop, writer = asyncio.get_running_loop(), sqlite3.connect(file, isolation_level=None)

    def turn() -> None:
        threads.drive_here(names(seen), LIBRARY)
        threads.drive_here(names(seen), LIBRARY)
        writer.execute("UPDATE tag SET name = name || '.'")

    for _ in range(3):
        loop.call_soon(turn)
        await asyncio.sleep(0.01)
    threads.drive_here(names(seen), LIBRARY)  # of a task: it sees what is new, and leaves nothing open
    writer.close()
    threads.close()
    assert [rows[0][1] for rows in seen] == ["one", "one", "one.", "one.", "one..", "one..", "one..."]
    assert [sql for sql in said if not sql.startswith("SELECT")] == ["BEGIN", "ROLLBACK"] * 4
