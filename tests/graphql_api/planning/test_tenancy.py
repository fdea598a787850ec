"""Libraries share plans, and never a row."""

import re

import orjson
import pytest_asyncio

from domain import Principal
from tests.graphql_api.planning.library import fill
from tests.graphql_api.planning.test_documents import BY_HAND, CONNECTION
from tests.graphql_api.planning.ways import Ways

IDS = re.compile(rb'"id":"([^"]+)"')
BY_IDS = """query($ids: [ID!]!, $id: ID!, $tag: ID, $collection: ID) {
  nodes(ids: $ids) { __typename id } node(id: $id) { id } mediaItem(id: $id) { id tags { nodes { id } } }
  tag(id: $tag) { id media { nodes { id } } } collection(id: $collection) { id media { nodes { id } } } }"""


@pytest_asyncio.fixture(scope="module")
async def other(ways: Ways) -> Principal:
    """Somebody of a second library in the same database, which holds as much."""
    principal = Principal(library=await ways.server.database.library("other"))
    async with ways.server.database.writing(principal) as work:
        await fill(work, seed=1)
    return principal


async def test_two_libraries_share_a_plan_and_never_a_row(ways: Ways, other: Principal) -> None:
    for query in [*(f"{{ {part} }}" for part in CONNECTION.values()), *BY_HAND]:
        ours = await ways.both(query)
        plan = ways.plan(query)
        theirs = await ways.both(query, principal=other)
        assert ways.plan(query) is plan
        assert ways.planning.paths.keys() == {"plan"}
        mine, foreign = set(IDS.findall(ours)), set(IDS.findall(theirs))
        assert not mine & foreign
        assert await ways.both(query) == ours


async def test_an_empty_library_is_empty(ways: Ways) -> None:
    nobody = Principal(library=await ways.server.database.library("empty"))
    for part in CONNECTION.values():
        found = await ways.both(f"{{ {part} }}", principal=nobody)
        assert not IDS.findall(found)
    assert b'"total":{"__typename":"MediaAggregate","count":0,"totalSize":0' in await ways.both(
        f"{{ {CONNECTION['figures']} }}", principal=nobody
    )


async def named(ways: Ways, principal: Principal | None = None) -> dict[str, list[str]]:
    """Ids of one library, by what they are of."""
    query = "{ media { nodes { id } } tags { nodes { id } } collections { nodes { id } } }"
    data = orjson.loads(await ways.both(query, principal=principal))["data"]
    return {kind: [one["id"] for one in found["nodes"]] for kind, found in data.items()}


async def test_an_id_of_another_library_names_nothing(ways: Ways, other: Principal) -> None:
    mine, theirs = await named(ways), await named(ways, other)
    for principal, held, foreign in ((None, mine, theirs), (other, theirs, mine)):
        mixed = [one for kind in held for pair in zip(held[kind][:4], foreign[kind][:4], strict=True) for one in pair]
        variables = {"ids": mixed, "id": held["media"][0], "tag": held["tags"][0], "collection": held["collections"][0]}
        data = orjson.loads(await ways.both(BY_IDS, variables, principal))["data"]
        assert [one and one["id"] for one in data["nodes"]] == [one if at % 2 == 0 else None for at, one in enumerate(mixed)]
        assert None not in data.values()
        variables = {
            "ids": mixed[::-1],
            "id": foreign["media"][0],
            "tag": foreign["tags"][0],
            "collection": foreign["collections"][0],
        }
        data = orjson.loads(await ways.both(BY_IDS, variables, principal))["data"]
        assert [data[name] for name in ("node", "mediaItem", "tag", "collection")] == [None] * 4


async def test_an_id_of_another_type_names_nothing(ways: Ways) -> None:
    held = await named(ways)
    variables = {"ids": [held["tags"][0], *held["media"][:2], held["collections"][0], held["media"][0]], "id": held["media"][0]}
    data = orjson.loads(await ways.both(BY_IDS, variables | {"tag": held["tags"][1], "collection": held["collections"][1]}))[
        "data"
    ]
    assert [one["id"] for one in data["nodes"]] == variables["ids"]
    for wrong in ("media", "collections"):
        planned, stock = await ways.answers(BY_IDS, variables | {"tag": held[wrong][0], "collection": held["tags"][0]})
        assert planned.body == stock.body
    planned, stock = await ways.answers("query($id: ID!) { mediaItem(id: $id) { id } }", {"id": held["tags"][0]})
    assert planned.body == stock.body
