"""Where a planner stands: what an expression is of, and what the parts of a planner ask of each other."""

from dataclasses import dataclass
from typing import Any, Protocol

from graphql import GraphQLObjectType
from graphql.execution.collect_fields import FieldDetails

from graphql_api.execution.calls import Call, Calls
from graphql_api.execution.nodes import SetNode
from graphql_api.execution.sets import Sets
from graphql_api.execution.writer import Writer
from graphql_api.fields import ToldBy

Details = list[FieldDetails]
ROOT_KEYS = ("id", "library_id")


class Unplannable(Exception):
    """The operation asks for something that only a resolver can answer."""


@dataclass(frozen=True)
class At:
    """What an expression is of: a row of a set, an object, or the library.

    Attributes:
        set: whose row; None for an object, or the library.
        variable: the name of an object; one that stands for a missing row has its set too.
        type: the only type of row it is read for; None for every row.
        told: how rows say of which type they are, where `type` is one of several.
        given: what the arguments of the field above come to, where relations are given that.
    """

    set: SetNode | None = None
    variable: str = ""
    type: str | None = None
    told: ToldBy | None = None
    given: Call | None = None

    @property
    def is_row(self) -> bool:
        return self.set is not None and not self.variable

    def cell(self, name: str) -> str:
        """The expression of a field; of a row, this is what selects the column."""
        if self.variable:
            return f"{self.variable}.{name}"
        if self.set is None:
            if name not in ROOT_KEYS:
                raise Unplannable(name)
            return "root"
        return f"v{self.set.number}_{self.set.column(name)}"


class Records(Protocol):
    """Expressions of what is selected of a row."""

    writer: Writer
    sets: Sets
    calls: Calls

    def subfields(self, kind: GraphQLObjectType, details: Details) -> dict[str, Details]:
        """What is selected of an object of this type, by the keys of the answer."""
        ...

    def record(self, at: At, kind: GraphQLObjectType, details: Details) -> str:
        """An object with the fields that are selected of it."""
        ...

    def row(self, at: At, kind: Any, details: Details) -> str:
        """The same of a row, whose type may be an interface."""
        ...

    def value(self, at: At, parent: GraphQLObjectType, details: Details) -> str:
        """One field."""
        ...

    def complete(self, kind: Any, value: str, details: Details, *, plain: bool, of: SetNode | None = None) -> str:
        """A value of any type. `plain`: it is that of a column, as the wire has it; `of`: what it is made of the rows of."""
        ...

    def type_named(self, name: str) -> Any:
        """The type of that name."""
        ...


def told_by(kind: Any) -> ToldBy | None:
    """How rows say of which type of an interface, or of its interface, they are."""
    definition = kind.extensions.get("strawberry-definition")
    return getattr(definition.origin, "told_by", None) if definition else None
