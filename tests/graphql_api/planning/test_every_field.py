"""Every field that can be read has a plan; a resolver that only graphql-core can run would be found here."""

from collections import deque
from typing import Any

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, GraphQLUnionType, get_named_type, is_composite_type

from graphql_api.core import core_of
from graphql_api.schema import schema
from tests.graphql_api.asking import NOWHERE
from tests.graphql_api.planning.ways import Ways

CORE = core_of(schema)
GIVEN = {
    ("Query", "node"): f'id: "{NOWHERE}"', ("Query", "nodes"): f'ids: ["{NOWHERE}"]', ("Query", "mediaItem"): f'id: "{NOWHERE}"',
    ("Query", "mediaBySha256"): f'sha256: "{1:064x}"', ("Query", "mediaByPath"): 'storage: "disk", path: "folder/1"',
    ("MediaConnection", "facets"): "keys: [TAG, COLLECTION, USED_BY]", ("CollectionMediaConnection", "facets"): "keys: [KIND]",
    ("Query", "tag"): 'slug: "tag-1"', ("Query", "collection"): 'slug: "inner"',
    ("Query", "suggest"): 'prefix: "t"', ("Query", "search"): 'query: "tag"',
    ("Query", "usages"): 'app: "shop", entityType: "page", entityId: "1"',
}  # fmt: skip
"""The arguments without which a field says nothing."""
Route = tuple[str, ...]


def step(parent: str, name: str) -> str:
    given = GIVEN.get((parent, name))
    return f"{name}({given})" if given else name


def routes(core: GraphQLSchema = CORE) -> dict[str, Route]:
    """The shortest way from Query to every type that can be read."""
    found: dict[str, Route] = {"Query": ()}
    waiting = deque(["Query"])
    while waiting:
        at = waiting.popleft()
        kind: Any = core.type_map[at]
        onward = {step(at, name): get_named_type(field.type) for name, field in fields_of(kind).items()}
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            onward |= {f"... on {one.name}": one for one in core.get_possible_types(kind)}
        for word, to in onward.items():
            if is_composite_type(to) and to.name not in found:
                found[to.name] = (*found[at], word)
                waiting.append(to.name)
    return found


def fields_of(kind: Any) -> dict[str, Any]:
    """The fields of a type; a union has none of its own."""
    return getattr(kind, "fields", {})


def selection(kind: Any) -> str:
    return " { __typename }" if is_composite_type(kind) else ""


def queries(core: GraphQLSchema = CORE) -> dict[str, str]:
    """By the field's name a smallest query that reaches it."""
    found: dict[str, str] = {}
    for at, route in routes(core).items():
        kind: Any = core.type_map[at]
        for name, field in fields_of(kind).items():
            last = f"{step(at, name)}{selection(get_named_type(field.type))}"
            found[f"{at}.{name}"] = f"{{ {' { '.join([*route, last])} {'}' * len(route)} }}"
    return found


async def test_every_readable_field_is_planned(ways: Ways) -> None:
    asked = queries()
    for query in asked.values():
        await ways.both(query)
    assert len(asked) > 250


def test_every_type_that_is_only_read_is_reached() -> None:
    """What mutations alone lead to is not; everything else is."""
    written = {
        "Mutation",
        "MediaPayload",
        "TagPayload",
        "CollectionPayload",
        "BulkPayload",
        "DeletePayload",
        "JobPayload",
        "UsagesPayload",
        "Payload",
    }
    unread = {name for name, kind in CORE.type_map.items() if isinstance(kind, GraphQLObjectType) and name not in routes()}
    unread = {name for name in unread if not name.startswith("__") and not name.endswith(("Error", "Payload", "Result"))}
    assert unread <= written, unread
