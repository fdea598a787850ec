"""From a valid operation to a plan, by graphql-core's own collection of fields; or nothing where it cannot be planned."""

from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    OperationDefinitionNode,
    OperationType,
)
from graphql.execution.collect_fields import FragmentDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues

from domain.reading import LINK
from graphql_api.core import core_of, item_of, named, nullable, type_of
from graphql_api.execution.at import At, Details, Unplannable, told_by
from graphql_api.execution.calls import Calls
from graphql_api.execution.leaves import leaf
from graphql_api.execution.nodes import SetNode
from graphql_api.execution.plan import Plan
from graphql_api.execution.relations import Relations
from graphql_api.execution.sets import Sets
from graphql_api.execution.writer import Writer
from graphql_api.fields import (
    DECLARED,
    Computed,
    Derived,
    Either,
    Gathered,
    Given,
    Linked,
    Named,
    OfSearch,
    Part,
    Relation,
    Summed,
    Tallied,
)  # fmt: skip

MOST_FIELDS = 3_000
"""Of a plan, which has those of a fragment wherever it is spread: fragments in fragments would come to millions of them, at no
cost where pages are empty, and graphql-core collects none of these. So many take a tenth of a second to plan."""


class Planner:
    """Plans one operation, for one outcome of its @skip and @include."""

    def __init__(
        self, schema: strawberry.Schema, document: DocumentNode, operation: OperationDefinitionNode, variables: VariableValues
    ) -> None:
        self.schema, self.operation, self.variables = core_of(schema), operation, variables
        found = [part for part in document.definitions if isinstance(part, FragmentDefinitionNode)]
        self.fragments = {part.name.value: FragmentDetails(part) for part in found}
        self.writer, self.sets, self.calls, self.fields = Writer(), Sets(), Calls(schema), 0
        self.relations = Relations(self)

    def plan(self) -> Plan | None:
        """The plan; None where there is none."""
        query: Any = self.schema.query_type
        if self.operation.operation is not OperationType.QUERY:
            return None
        try:
            fields = collect_fields(self.schema, self.fragments, self.variables, query, self.operation).grouped_field_set
            result = self.writer.record({key: self.value(At(), query, details) for key, details in fields.items()})
        except (Unplannable, GraphQLError):  # of the second kind: a null variable says whether a field is there
            return None
        assemble, source = self.writer.finish(result, ((len(one.columns), one.places) for one in self.sets.all))
        return Plan(self.sets.levels(), self.calls.numbered, assemble, source, self.sets.names_only())

    def subfields(self, kind: GraphQLObjectType, details: Details) -> dict[str, Details]:
        collected = collect_subfields(self.schema, self.fragments, self.variables, self.operation, kind, details)
        self.fields += len(collected.grouped_field_set)
        if self.fields > MOST_FIELDS:
            raise Unplannable(kind.name)
        return collected.grouped_field_set

    def record(self, at: At, kind: GraphQLObjectType, details: Details) -> str:
        """The expression of an object with the fields that are selected of it."""
        return self.writer.record({key: self.value(at, kind, inner) for key, inner in self.subfields(kind, details).items()})

    def value(self, at: At, parent: GraphQLObjectType, details: Details) -> str:
        """The expression of one field."""
        name = details[0].node.name.value
        if name == "__typename":
            return self.writer.constant(parent.name)
        if name not in parent.fields:
            raise Unplannable(name)
        field: Any = parent.fields[name]
        definition = field.extensions["strawberry-definition"]
        match definition.metadata.get(DECLARED):
            case (
                Relation() | Named() | Either() | Derived() | OfSearch() | Summed() | Tallied() | Given() | Gathered() as declared
            ):
                return self.relations.value(at, declared, field, details)
            case Computed() as declared:
                return self.computed(at, declared, field, details)
            case Part(needs):
                return self.part(at, needs, named(type_of(field)), details)
            case Linked(link):
                return self.complete(type_of(field), at.cell(LINK + link), details, plain=at.is_row)
            case None if definition.base_resolver is None:
                of = at.set if at.variable else None
                return self.complete(type_of(field), at.cell(definition.python_name), details, plain=at.is_row, of=of)
            case _:
                raise Unplannable(name)

    def part(self, at: At, needs: tuple[str, ...], kind: GraphQLObjectType, details: Details) -> str:
        record = self.record(at, kind, details)
        there = " or ".join(f"{at.cell(name)} is not None" for name in needs)
        return f"({record} if {there} else None)" if needs else record

    def computed(self, at: At, declared: Computed, field: Any, details: Details) -> str:
        values = ["site"] * declared.of_site + [at.cell(name) for name in declared.needs]
        value = f"{self.writer.constant(declared.function)}({', '.join(values)})"
        kind = nullable(type_of(field)) if declared.is_certain else type_of(field)
        return self.complete(kind, value, details, plain=False)

    def complete(self, kind: Any, value: str, details: Details, *, plain: bool, of: SetNode | None = None) -> str:
        """The expression of a value of any type.

        Args:
            kind: the type.
            value: the expression of the value itself.
            details: what is selected of it.
            plain: it is that of a column, as the wire has it.
            of: the set whose rows it is made of, from which relations of it are followed.
        """
        required, inner = isinstance(kind, GraphQLNonNull), nullable(kind)
        if isinstance(inner, GraphQLScalarType | GraphQLEnumType):
            return leaf(self.writer, inner, value, required=required, of_row=plain)
        one = self.writer.fresh("o")
        if isinstance(inner, GraphQLList):
            made = f"each(lambda {one}: {self.complete(item_of(inner), one, details, plain=False, of=of)}, {value})"
        elif isinstance(inner, GraphQLObjectType):
            record = self.record(At(of, variable=one), inner, details)
            made = f"(lambda {one}: None if {one} is None else {record})({value})"
        else:
            raise Unplannable(inner.name)
        return f"need({made})" if required else made

    def row(self, at: At, kind: Any, details: Details) -> str:
        """The expression of one row: of an interface, one for each type it can be."""
        if isinstance(kind, GraphQLObjectType):
            return self.record(at, kind, details)
        told = told_by(kind)
        if told is None:
            raise Unplannable(kind.name)
        last = told.type_name("")
        types = sorted({told.type_name(word) for word in told.words} | {last}, key=lambda name: (name == last, name))
        shapes: dict[str, Any] = {}
        for name in types:
            shapes[name] = self.record(At(at.set, type=name, told=told), self.type_named(name), details)
        if len(set(shapes.values())) == 1:
            return shapes[last]
        word = at.cell(told.field)
        others = [(told.words_of(name), shape) for name, shape in shapes.items() if shape != shapes[last]]
        chosen = (f"{shape} if {word} in {self.writer.constant(words)} else " for words, shape in others)
        return f"({''.join(chosen)}{shapes[last]})"

    def type_named(self, name: str) -> Any:
        return self.schema.type_map[name]
