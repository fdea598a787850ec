"""Documents nobody would write: generated from the schema, with ids, cursors and words of a real library among the values."""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import count
from typing import Any

import graphql
from graphql import (
    ArgumentNode,
    FieldNode,
    IntValueNode,
    NameNode,
    ObjectFieldNode,
    ObjectValueNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    ValueNode,
    VariableNode,
    Visitor,
    visit,
)  # fmt: skip
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import mutations, queries

from graphql_api.scalars import LARGEST
from graphql_api.schema import schema, text_of

BATCH = 250
WHOLE = 0.05
"""The share of documents that take any number of root fields; the others take one, which is ten times faster to make."""
FILE = "file"
PLACE = re.compile(r"@([a-z]+)(\d+)@")
"""Where a value of the library goes; what it is, and which."""
PLACES = [f"@{kind}{at}@" for kind in ("media", "tag", "collection") for at in range(6)]
WORDS = [
    *(f"@{kind}{at}@" for kind in ("slug", "sha", "cursor", "word") for at in range(4)),
    "local",
    'tag "folder" -words OR x',
    "ord",
    "",
    "a",
    "%",
    "_",
    "\\",
    "'",
    "İ",
    "P7D",
    "-P1Y2M3DT4H",
]
TIMES = ["2024-02-29T12:00:00Z", "0002-01-01T00:00:00+14:00", "9998-12-31T23:59:59.999999-12:00", "0001-01-01T00:00:00Z", "now"]
ADDRESSES = [
    "https://h/a.jpg",
    "http://[::1]:80/b.mp3?c#d",
    "ftp://h/a",
    "https://",
    "http://h:99999/",
    "javascript:alert(1)",
    "https://ü/é",
]
NUMBERS = st.integers(-1, 101) | st.integers(-(2**31), 2**31 - 1)
BIG = st.integers(-2, 10_000) | st.integers(-LARGEST, LARGEST) | st.integers()


def text(value: str) -> StringValueNode:
    return StringValueNode(value=value)


def number(value: int) -> IntValueNode:
    return IntValueNode(value=str(value))


def values() -> dict[str, st.SearchStrategy[ValueNode]]:
    """What each scalar is given: mostly what reaches something, else whatever fits its type, and sometimes what does not."""
    words = st.sampled_from(WORDS) | st.text(max_size=12)
    ids = st.sampled_from([*PLACES, *PLACES, *PLACES, "@nowhere0@", ""])
    upload = st.just(VariableNode(name=NameNode(value=FILE)))
    return {
        "ID": (ids | ids | words).map(text), "String": words.map(text), "Int": NUMBERS.map(number), "BigInt": BIG.map(number),
        "DateTime": (st.sampled_from(TIMES) | st.datetimes().map(lambda at: f"{at.isoformat()}Z")).map(text),
        "URL": (st.sampled_from(ADDRESSES) | words).map(text), "JSON": words.map(text), "Upload": upload,
    }  # fmt: skip


FORWARD, BACKWARD = {"first", "after"}, {"last", "before"}
NAMES = ("id", "slug", "path")
NAMED = ("tag", "collection")
"""Fields of the root that take one of these names."""


class Fitting(Visitor):
    """Leaves what goes together, as the generator does not know: a page from one end, one name of a thing, and of an input that
    takes one of its fields only the first that says something.
    """

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info

    def enter_field(self, node: FieldNode, *_: Any) -> FieldNode | None:
        parent = self.info.get_parent_type()
        given = tuple(one for one in node.arguments or () if not isinstance(one.value, graphql.NullValueNode))
        names = {one.name.value for one in given}
        if names & FORWARD and names & BACKWARD:
            dropped = FORWARD if len(names) % 2 else BACKWARD
            return with_arguments(node, [one for one in given if one.name.value not in dropped])
        if node.name.value in NAMED and parent is core().query_type:
            kept = [one for one in given if one.name.value in NAMES][:1]
            return with_arguments(node, kept or [ArgumentNode(name=NameNode(value="slug"), value=text("@slug0@"))])
        return None

    def enter_object_value(self, node: ObjectValueNode, *_: Any) -> ObjectValueNode | None:
        kind = graphql.get_named_type(self.info.get_input_type()) if self.info.get_input_type() else None
        if not getattr(kind, "is_one_of", False):
            return None
        said: list[ObjectFieldNode] = [one for one in node.fields if not isinstance(one.value, graphql.NullValueNode)]
        return ObjectValueNode(fields=tuple(said[:1]))


def with_arguments(node: FieldNode, arguments: Sequence[ArgumentNode]) -> FieldNode:
    """The field, asked for with these arguments."""
    return FieldNode(
        name=node.name, alias=node.alias, arguments=tuple(arguments), directives=node.directives,
        selection_set=node.selection_set,
    )  # fmt: skip


@cache
def core() -> graphql.GraphQLSchema:
    return graphql.build_schema(text_of(schema))


def printed(document: graphql.DocumentNode) -> str:
    """The document's text; nineteen of twenty have arguments and inputs that go together."""
    info = TypeInfo(core())
    made = graphql.print_ast(document)
    if len(made) % 20:
        made = graphql.print_ast(visit(document, TypeInfoVisitor(info, Fitting(info))))
    return made.replace("mutation {", f"mutation(${FILE}: Upload!) {{", 1) if f"${FILE}" in made else made


@cache
def strategy(*, writes: bool, whole: bool) -> st.SearchStrategy[str]:
    """Queries or mutations, of any root fields or of one."""
    root: Any = core().mutation_type if writes else core().query_type
    make: Callable[..., st.SearchStrategy[str]] = mutations if writes else queries
    given: dict[str, Any] = {"custom_scalars": values(), "print_ast": printed}
    if whole:
        return make(core(), **given)
    return st.one_of(*(make(core(), fields=(name,), **given) for name in root.fields))


def batch(strategy: st.SearchStrategy[str], most: int, at: int) -> list[str]:
    """So many documents or a few less, the same for the same seed."""
    found: list[str] = []

    @seed(at)
    @settings(
        max_examples=most, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def keep(document: str) -> None:
        found.append(document)

    keep()
    return found


def documents(most: int, at: int = 0, whole: float = WHOLE) -> Iterator[str]:
    """So many documents, half of them mutations, in an order of chance; the same for the same seed."""
    told, size = 0, min(BATCH, most)
    for turn in count(at * 1_000_003):
        several = max(round(size * whole / 2), 1)
        made = [
            document
            for writes in (False, True)
            for all_of, wanted in ((True, several), (False, size // 2 - several))
            for document in batch(strategy(writes=writes, whole=all_of), wanted, turn)
        ]
        random.Random(turn).shuffle(made)
        yield from made[: most - told]
        told += len(made)
        if told >= most:
            return
