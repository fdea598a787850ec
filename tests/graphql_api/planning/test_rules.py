"""Rules come back as filters that find as many, held for filters made by chance; a rule finds nothing of another library."""

from random import Random
from typing import Any

import orjson

from domain import Principal
from tests.graphql_api.planning.library import TEXTS, fill
from tests.graphql_api.planning.ways import Ways

RULED = """mutation($input: UpdateCollectionInput!) { updateCollection(input: $input) {
  collection { mediaCount rule { filter } media { totalCount } } userErrors { message path } } }"""
COUNT = "query($filter: MediaFilter) { media(filter: $filter) { totalCount } }"
IDS = """{ tags { nodes { id } } media { nodes { id } } collections(first: 100) { nodes { id name } } }"""
MADE = """mutation($input: CreateCollectionInput!) { createCollection(input: $input) {
  collection { id mediaCount media { totalCount } } userErrors { code path } } }"""


async def asked(ways: Ways, query: str, principal: Principal | None = None, **variables: Any) -> dict[str, Any]:
    answer = orjson.loads((await ways.answer(ways.stock, query, variables, principal)).body)
    assert "errors" not in answer, (answer, variables)
    return answer["data"]


class Chance:
    """Filters by chance, in the form of variables."""

    def __init__(self, seed: int, ids: dict[str, list[str]]) -> None:
        self.chance, self.ids = Random(seed), ids

    def some(self, thing: str) -> list[str]:
        return self.chance.sample(self.ids[thing], self.chance.randint(0, 3))

    def leaf(self) -> dict[str, Any]:
        choice = self.chance.choice
        return choice([
            {"title": {choice(["eq", "ne", "contains", "startsWith", "endsWith"]): choice(TEXTS),
                       "caseSensitive": choice([True, False])}},
            {"description": {"isNull": choice([True, False])}}, {"filename": {choice(["in", "notIn"]): ["0001.bin", "0002.bin"]}},
            {"kind": {choice(["in", "notIn"]): ["IMAGE", "AUDIO"]}}, {"status": {"eq": "READY"}},
            {"size": {choice(["gt", "lte"]): choice([0, 7, 2**40])}}, {"width": {"gte": choice([0, 90])}},
            {"rating": {"lt": 3}}, {"isFavorite": choice([True, False])},
            {"createdAt": {choice(["lt", "gte"]): "2024-01-01T00:00:09.5+01:00"}},
            {"takenAt": {choice(["since", "until"]): "P1Y2DT3H"}},
            {"tags": {choice(["any", "all", "none"]): self.some("tags"), "withDescendants": choice([True, False])}},
            {"collections": {choice(["any", "all", "none"]): self.some("collections"), "withDescendants": True}},
            {"collections": {"isEmpty": choice([True, False])}}, {"id": {choice(["in", "notIn"]): self.some("media")}},
            {"location": {"near": {"latitude": 51.5, "longitude": 0.0, "radiusMeters": choice([10.0, 1e6])}}},
            {"metadata": [{"key": "key 0", "isNull": choice([True, False])}]}, {},
        ])  # fmt: skip

    def filter(self, deep: int = 3) -> dict[str, Any]:
        if deep == 0 or self.chance.random() < 0.4:
            return self.leaf()
        return {
            "and": lambda: {"and": [self.filter(deep - 1) for _ in range(self.chance.randint(0, 3))]},
            "or": lambda: {"or": [self.filter(deep - 1) for _ in range(self.chance.randint(0, 3))]},
            "not": lambda: {"not": self.filter(deep - 1)},
            "both": lambda: self.leaf() | {"not": self.filter(deep - 1)},
        }[self.chance.choice(["and", "or", "not", "both"])]()


async def test_what_is_answered_as_a_rule_finds_as_many_as_the_collection_and_as_what_was_given(own: Ways) -> None:
    found = await asked(own, IDS)
    ids = {name: [one["id"] for one in page["nodes"]] for name, page in found.items()}
    key = next(one["id"] for one in found["collections"]["nodes"] if one["name"] == "Pictures")
    chance, totals = Chance(5, ids), set[int]()
    for _ in range(150):
        given = chance.filter()
        done = (await asked(own, RULED, input={"id": key, "patch": {"rule": {"filter": given}}}))["updateCollection"]
        assert done["userErrors"] == [], (done, given)
        made = done["collection"]
        again = (await asked(own, COUNT, filter=made["rule"]["filter"]))["media"]["totalCount"]
        direct = (await asked(own, COUNT, filter=given))["media"]["totalCount"]
        assert made["mediaCount"] == made["media"]["totalCount"] == again == direct, (given, made["rule"])
        totals.add(again)
    assert len(totals) > 8


async def test_a_rule_may_not_name_things_of_another_library_and_finds_none_of_it(own: Ways) -> None:
    other = Principal(library=await own.server.database.library("other"))
    theirs = await asked(own, IDS)
    names = {"tags": "any", "collections": "none", "id": "in"}
    for name, operator in names.items():
        foreign = theirs["media" if name == "id" else name]["nodes"][0]["id"]
        rule = {"filter": {name: {operator: [foreign]}}}
        done = (await asked(own, MADE, other, input={"name": name, "rule": rule}))["createCollection"]
        assert done["userErrors"] == [{"code": "INVALID", "path": ["input", "rule", "filter", name, operator, "0"]}]
    everything = (await asked(own, MADE, other, input={"name": "All", "rule": {"filter": {}}}))["createCollection"]
    assert everything["collection"]["mediaCount"] == everything["collection"]["media"]["totalCount"] == 0
    async with own.server.database.writing(other) as work:
        await fill(work, seed=1)
    mine = {one["id"] for one in theirs["media"]["nodes"]}
    limited = {"filter": {}, "limit": 9}
    await asked(own, MADE, other, input={"name": "Nine", "rule": limited})
    ask = "{ collections(filter: { kind: SMART }) { nodes { name media(first: 20) { totalCount nodes { id } } } } }"
    held = orjson.loads(await own.both(ask, principal=other))["data"]["collections"]["nodes"]
    assert {one["name"]: one["media"]["totalCount"] for one in held}["Nine"] == 9
    assert not mine & {media["id"] for one in held for media in one["media"]["nodes"]}
