"""Measures an operation before it is validated or run: one pass over its document that reads each fragment once.

Every field of the answer costs one, or the weight that its `@cost` says. What lies in a page counts as often as the page has
entries, and what lies in another list as often as `ASSUMED`.
"""

from collections import Counter, defaultdict
from functools import cache
from typing import Any, cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    NullValueNode,
    OperationDefinitionNode,
    SchemaMetaFieldDef,
    SelectionSetNode,
    TypeMetaFieldDef,
    get_introspection_query,
    parse,
)

from graphql_api.core import inner, is_list
from graphql_api.execution.budget import Budget, OverBudget
from graphql_api.execution.comparisons import compared, filters_of
from graphql_api.execution.cost import NOTHING, Cost, Size, asked, largest, plain, total, whether
from graphql_api.execution.measure import NONE, Measure, Measured, summed
from graphql_api.fields import DEFAULT_PAGE
from graphql_api.price import ONE, price_of

ASSUMED = 10
"""How many entries a list without pages is taken to have."""
META: dict[str, GraphQLField] = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}
ENTRIES = {"Connection": ("edges", "nodes"), "SearchResults": ("hits", "tags", "collections", "suggestions")}
"""By the ends of names of types what has as many entries as the field above says."""
MOST_UNKNOWN = 50
"""Fields that are not of the schema: validation is left to tell of so many."""
LONGEST_TOLD = 80


class Impossible(Exception):
    """What no schema has. Validation finds it too, and takes its time."""


def measure(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, budget: Budget) -> Measure:
    """What the operation comes to.

    Raises:
        OverBudget: it is deeper, or takes a field more often, than the budget has.
        Impossible: it never ends, or has too many fields that are not of the schema.
    """
    found = Pass(schema, document, operation, budget)
    try:
        whole = found.selection(operation.selection_set, schema.get_root_type(operation.operation), 0)
    except RecursionError:
        raise too_deep("depth", budget.depth, None) from None
    if whole.depth > budget.depth:
        raise too_deep("depth", budget.depth, whole.depth)
    return Measure(whole.depth, whole.own, whole.introspection, whole.comparisons, frozenset(found.pages), found.introspects)


def too_deep(budget: str, most: int, actual: int | None) -> OverBudget:
    return OverBudget(f"Fields are nested at most {most} deep.", budget, most, actual)


def whole_schema(schema: GraphQLSchema, budget: Budget) -> int:
    """What it costs to read all of the schema, as tools do."""
    text = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    )
    document = parse(text)
    return measure(schema, document, cast("OperationDefinitionNode", document.definitions[0]), budget).introspection.of({})


@cache
def most_fields(schema: GraphQLSchema) -> int:
    """The fields of the largest type."""
    return max(len(getattr(kind, "fields", ())) for kind in schema.type_map.values())


class Pass:
    """The state of one pass over a document. It also reads what validation would refuse, and must not fall over it."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, budget: Budget) -> None:
        self.schema, self.budget = schema, budget
        self.fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
        self.defaults = {one.variable.name.value: plain(one.default_value) for one in operation.variable_definitions or ()}
        self.filters = filters_of(operation)
        self.known: dict[str, Measured | None] = {}  # None while it is read
        self.pages: set[tuple[str, int | Size]] = set()
        self.introspects = False
        self.unknown = 0
        self.most = ("depth", budget.depth)
        self.lists = {"types": len(schema.type_map), "fields": most_fields(schema)}

    def selection(self, node: SelectionSetNode | None, parent: Any, at: int) -> Measured:
        """What a selection at this depth comes to."""
        if node is None:
            return NONE
        keys, taken, parts = defaultdict[str, set[str]](set), Counter[str](), list[Measured]()
        for one in node.selections:
            part = self.part(one, parent, at)
            if isinstance(one, FieldNode):
                taken[one.name.value] += 1
                keys[one.name.value].add((one.alias or one.name).value)
            for name, given in part.keys.items():
                keys[name] |= given
            for size in whether(one.directives or (), self.defaults):
                part = part.times(size)
            parts.append(part)
        self.check_keys(max(taken.values(), default=0), max(map(len, keys.values()), default=0))
        return summed(parts, keys)

    def check_keys(self, *counts: int) -> None:
        if (count := max(counts)) > (most := self.budget.aliases):
            raise OverBudget(f"One selection takes the same field at most {most} times.", "aliases", most, count)

    def part(self, node: Any, parent: Any, at: int) -> Measured:
        """What one item of a selection comes to."""
        if isinstance(node, FieldNode):
            name = node.name.value
            return self.about_the_schema(node) if name in META else self.taken(node, parent, at)
        if isinstance(node, FragmentSpreadNode):
            return self.fragment(node.name.value, at)
        inline: InlineFragmentNode = node
        on = inline.type_condition
        return self.selection(inline.selection_set, self.schema.get_type(on.name.value) if on else parent, at)

    def fragment(self, name: str, at: int) -> Measured:
        """What a fragment comes to, read once; nothing where it is unknown: validation tells.

        Raises:
            Impossible: it is within itself.
        """
        found = self.known.get(name, NONE)
        if found is None:
            raise Impossible(f"Cannot spread fragment '{name}' within itself.")
        if name not in self.known and (fragment := self.fragments.get(name)):
            self.known[name] = None
            on = self.schema.get_type(fragment.type_condition.name.value)
            found = self.known[name] = self.selection(fragment.selection_set, on, at)
        return found

    def about_the_schema(self, node: FieldNode) -> Measured:
        """Introspection, which has budgets of its own."""
        outer, self.most, self.introspects = self.most, ("introspection_depth", self.budget.introspection_depth), True
        within = self.taken(node, None, 0)
        self.most = outer
        if within.depth > (most := self.budget.introspection_depth):
            raise too_deep("introspection_depth", most, within.depth)
        return Measured(1, introspection=within.own)

    def taken(self, node: FieldNode, parent: Any, at: int) -> Measured:
        """What a field and all below it come to; one the schema does not know is a plain one."""
        if at + 1 > self.most[1]:
            raise too_deep(*self.most, None)
        name = node.name.value
        known: GraphQLField | None = META.get(name) or getattr(parent, "fields", {}).get(name)
        if known is None and name != "__typename":
            self.count_unknown(name)
        within = self.selection(node.selection_set, inner(known) if known else None, at + 1)
        own, entry = self.priced(node, parent, known, within)
        narrowed = compared(node, known, within.keys, self.filters)
        return Measured(1 + within.depth, own, entry, within.introspection, total((within.comparisons, narrowed)))

    def count_unknown(self, name: str) -> None:
        self.unknown += 1
        if self.unknown > MOST_UNKNOWN:
            raise Impossible(f"More than {MOST_UNKNOWN} fields are not of this schema, '{name[:LONGEST_TOLD]}' among them.")

    def priced(
        self, node: FieldNode, parent: GraphQLNamedType | None, known: GraphQLField | None, within: Measured
    ) -> tuple[Cost, Cost]:
        """What a field costs once, and what it costs for each entry of the page it is in."""
        price, many = (price_of(known), is_list(known)) if known else (ONE, False)
        once = Cost(price.weight)
        if parent and any(parent.name.endswith(end) and node.name.value in names for end, names in ENTRIES.items()):
            return NOTHING, total((once, within.own, within.entry.times(ASSUMED)))
        if known is None or (not price.multipliers and not many):
            return total((once, within.own, within.entry.times(ASSUMED))), NOTHING
        size = self.size(node, known, price.multipliers)
        if many:
            return total((once, total((within.own, within.entry)).times(size))), NOTHING
        self.pages.add((node.name.value, size))
        return total((once, within.own, within.entry.times(size))), NOTHING

    def size(self, node: FieldNode, known: GraphQLField, multipliers: list[str] | None) -> int | Size:
        """How many entries a list or a page has."""
        if not multipliers:
            return self.lists.get(node.name.value, ASSUMED) if self.most[0] == "introspection_depth" else ASSUMED
        default = known.args[multipliers[0]].default_value
        usual = default if isinstance(default, int) else DEFAULT_PAGE
        given = [one.value for one in node.arguments or () if one.name.value in multipliers]
        return largest([asked(one, self.defaults, usual) for one in given if not isinstance(one, NullValueNode)], usual)
