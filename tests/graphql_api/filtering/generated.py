"""Filters nobody would write: generated from the input types of the schema, with values that the stock has."""

from datetime import timedelta
from functools import cache
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from domain.ids import global_id
from graphql_api.core import core_of
from graphql_api.schema import schema
from tests.graphql_api.filtering.stock import ENTRIES, FACTS, NOW, OLD, ROWS, filename

OWN = [value for _, row in ROWS.values() for value in row.values() if type(value) is str]
TOLD = [value for row in FACTS.values() for value in row.values() if isinstance(value, str)]
TEXTS = sorted({*OWN, *TOLD, *map(filename, ROWS)})
PARTS = ["o", "e", "_", "%", "ONE", "\\", "Ä", "", "z"]
WORDS = st.sampled_from(TEXTS) | st.sampled_from(TEXTS).map(str.upper) | st.sampled_from(PARTS)
PLACES = {"ID": ["Tag:one", "Tag:two", "Tag:three", "Collection:in", "Collection:out", "Storage:storage", "Media:a", "Media:x"]}
NAMES = {"key": ["Software", "Stars", "Flag", "none"], "namespace": ["exif", "xmp"], "processor": ["probe", "thumbnail"]}
DURATIONS = ["P1D", "P9DT23H", "P3M", "P1Y", "-P30Y", "PT6H", "P100Y", "P9999Y", "PT0.5S"]
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "String": WORDS, "Boolean": st.booleans(), "Int": st.sampled_from([0, 1, 2, 3, 5, 100, 300, 400, 1080, 1999, 60_000]),
    "Float": st.sampled_from([0, 0.75, 1.0, 4 / 3, 4, 4.5, 16 / 9, -3.5]), "BigInt": st.sampled_from([0, 7, 10, 2**40, 2**52]),
    "DateTime": st.sampled_from([NOW, NOW - timedelta(days=300), OLD]).map(lambda at: at.isoformat()),
    "ID": st.sampled_from(PLACES["ID"]),
}  # fmt: skip
ROUND = (-180, 180)
DEGREES = {
    "south": (-90, 50), "north": (50, 90), "west": ROUND, "east": ROUND, "latitude": (-90, 90), "longitude": ROUND,
    "radiusMeters": (0, 2e7),
}  # fmt: skip


def of_field(name: str, kind: Any) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one for each sort of input
    if isinstance(kind, GraphQLNonNull):
        return of_field(name, kind.of_type)
    if isinstance(kind, GraphQLList):
        return st.lists(of_field(name, kind.of_type), max_size=3)
    if isinstance(kind, GraphQLInputObjectType):
        return st.deferred(lambda: of_input(kind.name))
    if isinstance(kind, GraphQLEnumType):
        return st.sampled_from(sorted(kind.values))
    if name in DEGREES:
        return st.floats(*DEGREES[name], allow_nan=False)
    if name in NAMES:
        return st.sampled_from(NAMES[name])
    return st.sampled_from(DURATIONS) if name in ("since", "until") else SCALARS[kind.name]


@cache
def of_input(name: str) -> st.SearchStrategy[Any]:
    """Values of an input type: one or two of its fields, besides those that must be."""
    kind: Any = core_of(schema).type_map[name]
    fields = {field: of_field(field, one.type) for field, one in kind.fields.items()}
    if kind.is_one_of:
        return st.one_of(*(st.fixed_dictionaries({field: one}) for field, one in fields.items()))
    must = {field: fields[field] for field, one in kind.fields.items() if isinstance(one.type, GraphQLNonNull)}
    chosen = st.lists(st.sampled_from(sorted(fields)), min_size=1, max_size=2, unique=True)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({**must, **{field: fields[field] for field in names}}))


def filters(most: int) -> list[Any]:
    """So many filters, the same each time."""
    found: list[Any] = []

    @seed(5)
    @settings(max_examples=most, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(of_input("MediaFilter"))
    def keep(made: Any) -> None:
        found.append(made)

    keep()
    return found


def with_ids(value: Any, ids: dict[str, bytes]) -> Any:
    """The same with ids of a stock where their names stand."""
    if isinstance(value, dict):
        return {name: with_ids(one, ids) for name, one in value.items()}
    if isinstance(value, list):
        return [with_ids(one, ids) for one in value]
    if isinstance(value, str) and value in PLACES["ID"]:
        thing, _, name = value.partition(":")
        return global_id(thing.encode(), ids.get(name, bytes(16)))
    return value


__all__ = ["ENTRIES", "filters", "with_ids"]
