"""What a plan shares, and what it keeps to itself: loads, keys, memory, and the words of clients."""

import re
from collections.abc import Generator
from typing import Any, NamedTuple

import orjson
import pytest
from graphql.execution.values import get_variable_values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import key_of
from domain.reading import Ask, Load, Steps
from graphql_api.context import Context
from graphql_api.core import core_of
from graphql_api.execution import writer
from graphql_api.execution.operation import Request
from graphql_api.execution.plans import MOST_PLANS
from graphql_api.execution.remembered import Remembered
from graphql_api.schema import schema
from tests.graphql_api.planning.ways import Path, Ways

MEDIA = "media(first: 100) { nodes {"
ALIKE = [
    (1, "{ a: media(first: 2) { nodes { id } } b: media(first: 2) { nodes { title } pageInfo { endCursor } } }"),
    (1, "{ a: media(first: 2, trash: ONLY) { nodes { id } } b: media(trash: ONLY, first: 2) { edges { cursor } } }"),
    (2, "{ a: media(first: 2) { nodes { id } } b: media(first: 3) { nodes { id } } }"),
    (2, "{ media { totalCount a: totalCount nodes { id } } b: media { totalCount } }"),
    (2, f"{{ {MEDIA} tags {{ nodes {{ name }} }} t: tags {{ nodes {{ color }} edges {{ source }} }} }} }} }}"),
    (3, f"{{ {MEDIA} tags {{ nodes {{ name }} totalCount }} t: tags {{ totalCount }} }} }} }}"),
    (2, f"{{ {MEDIA} ... on Image {{ tags {{ nodes {{ id }} }} }} ... on Audio {{ tags {{ nodes {{ name }} }} }} }} }} }}"),
    (2, f"{{ {MEDIA} metadata {{ extra }} ... on Image {{ metadata {{ height }} }} ... on Audio {{ title }} }} }} }}"),
    (3, f"{{ {MEDIA} ... on Document {{ metadata {{ a: textExcerpt(maxChars: 1) b: textExcerpt(maxChars: 2) }} }} }} }} }}"),
    (1, "{ libraryStats { total { count } } s: libraryStats { total { totalSize } } }"),
    (1, "{ tags { nodes { mediaCount } } collections: tags { nodes { name } } }"),
    (2, "{ tags { nodes { mediaCount a: mediaCount(withDescendants: true) b: mediaCount(withDescendants: true) } } }"),
    (0, "{ __typename processors { key } }"),
]


@pytest.mark.parametrize(("statements", "query"), ALIKE)
async def test_what_is_asked_alike_is_read_once(ways: Ways, statements: int, query: str) -> None:
    assert await ways.counted(query) == statements


Wanted = tuple[Load, tuple[bytes, ...]]


class Asked(NamedTuple):
    """A load of a request, and the parents it is of."""

    ask: Ask
    keys: tuple[bytes, ...]


def watched(steps: Steps, seen: list[Wanted]) -> Generator[list[Wanted], Any, bytes]:
    """The same steps, and every load of them noted."""
    wanted = next(steps)
    while True:
        seen += wanted
        rows = yield wanted
        try:
            wanted = steps.send(rows)
        except StopIteration as ended:
            return ended.value


async def loads_of(ways: Ways, query: str) -> dict[str, Asked]:
    """What the plan of a query loads and from where, by relation; it is one that both ways answer alike."""
    await ways.both(query)
    server, plan = ways.server, ways.plan(query)
    seen: list[Wanted] = []
    steps = plan.steps(server.principal.library_id, plan.bind(get_variable_values(core_of(schema), (), {})), server.site)
    await server.database.answered(server.principal, watched(steps, seen))
    return {f"{load.ask.relation}{' counted' * load.ask.counted}": Asked(load.ask, keys) for load, keys in seen}


async def ids_of(ways: Ways, kinds: str) -> set[bytes]:
    query = f"{{ media(first: 100, filter: {{kind: {{in: [{kinds}]}}}}) {{ nodes {{ id }} }} }}"
    return {key_of("Media", one["id"]) for one in orjson.loads(await ways.both(query))["data"]["media"]["nodes"]}


@pytest.mark.parametrize("page", ["nodes {", "edges { node {"])
async def test_only_rows_of_the_type_a_fragment_is_on_are_followed(ways: Ways, page: str) -> None:
    inner = "... on Audio { tags { totalCount nodes { id } } metadata { genre } } ... on Video { collections { nodes { id } } }"
    loads = await loads_of(ways, f"{{ media(first: 100) {{ {page} {inner} {'}' * page.count('{')} }} }}")
    assert set(loads["media.tags"].keys) == set(loads["media.tags counted"].keys) == await ids_of(ways, "AUDIO")
    assert set(loads["media.metadata"].keys) == await ids_of(ways, "AUDIO")
    assert set(loads["media.collections"].keys) == await ids_of(ways, "VIDEO")


async def test_what_several_fragments_ask_alike_is_followed_from_the_rows_of_each(ways: Ways) -> None:
    inner = "... on Audio { tags { totalCount } } ... on Video { tags { nodes { name } } }"
    loads = await loads_of(ways, f"{{ media(first: 100) {{ nodes {{ {inner} }} }} }}")
    assert set(loads["media.tags"].keys) == await ids_of(ways, "AUDIO, VIDEO")


async def test_what_a_row_of_one_type_leads_to_is_followed_on_from_there_alone(ways: Ways) -> None:
    inner = (
        "... on Audio { metadata { entries { key } } } ... on Video { metadata { extra } } ... on Image { metadata { width } }"
    )
    loads = await loads_of(ways, f"{{ media(first: 100) {{ nodes {{ {inner} }} }} }}")
    assert set(loads["media.metadata"].keys) == await ids_of(ways, "AUDIO, VIDEO, IMAGE")
    assert set(loads["media.entries"].keys) == await ids_of(ways, "AUDIO")
    loads = await loads_of(
        ways, "{ media(first: 100) { nodes { metadata { entries { key } ... on ImageMetadata { extra } } } } }"
    )
    assert set(loads["media.entries"].keys) == set(loads["media.metadata"].keys)


async def test_an_id_is_looked_for_among_things_of_its_type(ways: Ways) -> None:
    ids = orjson.dumps([orjson.loads(await ways.both("{ media(first: 1) { nodes { id } } }"))["data"]["media"]["nodes"][0]["id"]])
    loads = await loads_of(ways, f"{{ nodes(ids: {ids.decode()}) {{ id }} }}")
    assert {relation: len(asked.keys) for relation, asked in loads.items()} == {
        "media.itself": 1, "tag.known": 0, "collection.itself": 0, "usage.itself": 0, "duplicate_group.itself": 0,
    }  # fmt: skip


async def test_rows_beyond_a_page_are_not_followed(ways: Ways) -> None:
    loads = await loads_of(
        ways, "{ media(first: 3) { nodes { tags(first: 1) { nodes { media(first: 2) { nodes { id } } } } } } }"
    )
    assert len(loads["media.tags"].keys) == 3
    assert len(loads["tag.media"].keys) <= 3


async def test_only_selected_columns_are_read(ways: Ways) -> None:
    loads = await loads_of(ways, "{ media { nodes { title tags { nodes { name } } ... on Image { width } } } }")
    assert set(loads["library.media"].ask.fields or ()) == {"title", "id", "width", "kind"}
    assert loads["media.tags"].ask.fields == ("name",)
    assert not loads["library.media"].ask.places


async def test_types_that_answer_alike_are_not_told_apart(ways: Ways) -> None:
    query = f"{{ {MEDIA} id kind status createdAt rating isFavorite tags {{ nodes {{ name }} }} }} }} }}"
    loads = await loads_of(ways, query)
    assert " in c" not in ways.plan(query).source
    assert len(loads) == 2


async def test_plans_of_an_operation_are_bounded(ways: Ways) -> None:
    names = "abcde"
    fields = " ".join(f"{name}: title @include(if: ${name})" for name in names)
    query = f"query({', '.join(f'${name}: Boolean!' for name in names)}) {{ media {{ nodes {{ id {fields} }} }} }}"
    for outcome in range(2 ** len(names)):
        await ways.both(query, {name: bool(outcome >> at & 1) for at, name in enumerate(names)})
    assert len(ways.plans(query).known) == MOST_PLANS


async def test_a_variable_that_decides_and_is_null_is_an_error_as_in_graphql_core(
    ways: Ways, caplog: pytest.LogCaptureFixture
) -> None:
    planned, stock = await ways.answers("query($x: Boolean = true) { media { nodes { id @include(if: $x) } } }", {"x": None})
    assert (planned.path, planned.body) == (Path.CORE, stock.body)
    assert b'"errors"' in planned.body
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


OURS = re.compile(
    r"def|assemble|root|found|pages|calls|site|groups|for|in|if|else|is|not|and|or|return|lambda|None|items|get|[ckgr_]|"
    r"[csfovp]\d+|v\d+_\d+|more\d+|need|no|whole|finite|big|words|truth|each|named|order|is_behind|is_backward|NO_ROWS|LEAST|MOST"
)
"""Words of our own in the source of a plan."""
OF_TYPES = {"index", "kind", "codec", "start_ms", "key", "kinds", "title"}
"""Fields of objects that are no rows: named as our types name them."""
NAMES = st.from_regex(r"[_A-Za-z][_0-9A-Za-z]{0,20}", fullmatch=True) | st.sampled_from(
    ["for", "None", "__import__", "c1", "found", "k"]
)
TEXTS = st.text(max_size=20) | st.sampled_from(["'", '"""', "§k,1§", "§2§", "\n  import os", "{x}", "\\", "');raise"])
QUERY = """query {operation}($t: String) {{ {a}: media(filter: {{title: {{eq: {text}, ne: $t}}}}) {{ {b}: nodes {{ {c}: id ...{f}
  ... on Video {{ {d}: metadata {{ streams {{ {e}: index codec kind }} chapters {{ title }} }} }} }} }}
  processors {{ {e}: key }} }}
  fragment {f} on Media {{ {e}: title tags {{ {a}: totalCount {b}: pageInfo {{ {c}: endCursor }} }} }}"""


@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(NAMES.filter(lambda one: not one.startswith("__") and one != "on"), min_size=7, max_size=7, unique=True),
    TEXTS,
    TEXTS,
)
async def test_no_word_of_a_client_becomes_source(ways: Ways, names: list[str], text: str, other: str) -> None:
    said = dict(zip(("operation", *"abcdef"), names, strict=True))
    query = QUERY.format(**said, text=quoted(text))
    planned, stock = await ways.answers(query, {"t": other})
    assert planned.body == stock.body
    if planned.path is Path.PLAN:
        source = ways.plan(query).source
        words = set(re.findall(r"\w+", source))
        assert {word for word in words if not OURS.fullmatch(word) and not word.isdigit()} <= OF_TYPES, source
        assert not re.search(r"[^\w\s(){}\[\],.:=<>|*+-]", source), source


def quoted(text: str) -> str:
    """The text as a literal of GraphQL."""
    return orjson.dumps(text).decode()


async def test_the_plans_of_all_operations_are_bounded_and_made_again(ways: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
    planning = ways.planning.runner.plans
    monkeypatch.setattr(planning, "most", 3)
    queries = [f"{{ media(first: {number}) {{ nodes {{ id }} }} }}" for number in range(1, 6)]
    for query in (*queries, queries[0]):
        await ways.both(query)
    assert len(planning.used) == 3
    assert [len(ways.plans(query).known) for query in queries] == [1, 0, 0, 1, 1]


async def test_the_plans_of_all_operations_are_bounded_by_their_sources_too(ways: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
    planning = ways.planning.runner.plans
    monkeypatch.setattr(planning, "most", len(planning.used) + 100)
    monkeypatch.setattr(planning, "most_source", 1_000)
    queries = [f"{{ media(first: {number}) {{ nodes {{ id w{number}: title }} }} }}" for number in range(11, 21)]
    for query in (*queries, queries[0]):
        await ways.both(query)
    kept = [plan for query in queries for plan in ways.plans(query).known.values() if plan]
    assert 1 < len(kept) < len(queries)
    assert planning.source == sum(len(plan.source) for plan in kept) <= 1_000
    assert ways.plans(queries[0]).known


async def test_the_code_of_sources_is_bounded_by_their_characters(ways: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "CODES", codes := Remembered[Any](500, 3_000))
    fields = ("id", "title", "kind", "status", "createdAt", "updatedAt", "filename", "mimeType", "size", "rating")
    for number in range(1, len(fields)):
        await ways.both(f"{{ coded: media {{ nodes {{ {' '.join(fields[:number])} }} }} }}")
    assert 1 < len(codes.kept) < len(fields) - 1
    assert codes.weight == sum(map(len, codes.kept)) <= 3_000


def nested(levels: int, width: int) -> str:
    """A document whose fragments spread each other so often; its pages are empty, so that it costs next to nothing."""
    names = [f"$v{number}" for number in range(width)]
    document = f"query({', '.join(f'{name}: Int = 0' for name in names)}) {{ collections(first: 0) {{ nodes {{ ...F1 }} }} }}"
    for level in range(1, levels + 1):
        inner = "id" if level == levels else f"...F{level + 1}"
        lists = (f"a{number}: children(first: {name}) {{ nodes {{ {inner} }} }}" for number, name in enumerate(names))
        document += f" fragment F{level} on Collection {{ {' '.join(lists)} }}"
    return document


async def test_fragments_in_fragments_make_no_plan_without_end(ways: Ways) -> None:
    await ways.both(nested(3, 5))
    planned, stock = await ways.answers(nested(6, 4))
    assert (planned.path, planned.body) == (Path.CORE, stock.body)
    assert b'"errors"' not in planned.body


@pytest.mark.parametrize(("kind", "values", "ask"), [
    ("String", ["tag-1", "tag-2"], "tag(slug: $x) { id }"), ("[ID!]!", [[], ["x"]], "nodes(ids: $x) { id }"),
])  # fmt: skip
async def test_a_variable_of_the_same_name_in_another_operation_makes_no_plans(
    ways: Ways, kind: str, values: list[Any], ask: str
) -> None:
    query = f"query A($x: {kind}) {{ __typename {ask} }} query B($x: Boolean!) {{ __typename @include(if: $x) }}"
    server = ways.server
    for value in values:
        context = Context(server.parts, server.principal, server.site, "")
        answer = await ways.planning.answer(Request(query, "A", {"x": value}), context)
        assert answer.path is Path.PLAN
    operation = ways.planning.known.get((query, "A"))
    assert operation
    assert list(operation.plans.known) == [()]
