"""What the generator of documents leaves out: variables, aliases, fragments, directives, and cursors that lead somewhere."""

from collections.abc import Mapping
from typing import Any

import graphql
from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    NamedTypeNode,
    NameNode,
    ObjectFieldNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    parse_type,
    print_ast,
    visit,
)

from benchmarks.documents import core, with_arguments
from benchmarks.wishes import PAGES, TEXTS, Wishes

Cursors = Mapping[tuple[str, str], list[str]]
"""Real ones, by the type and the field of their connection; only of the order it has by itself."""
LISTS = ("media", "media", "media", "tags", "collections")
ENDS = ({"first", "after"}, {"last", "before"})
"""A page is read from one end or from the other."""
MOST_DIRECTIVES = 20
MOST_VARIABLES = 25
DEEPEST = 3


def name(text: str) -> NameNode:
    return NameNode(value=text)


def field_of(
    text: str, alias: str | None = None, inner: tuple[SelectionNode, ...] = (), arguments: tuple[ArgumentNode, ...] = ()
) -> FieldNode:
    selected = SelectionSetNode(selections=inner) if inner else None
    return FieldNode(
        name=name(text), alias=name(alias) if alias else None, arguments=arguments, directives=(), selection_set=selected
    )


def possible(kind: Any) -> list[Any]:
    """The object types of an interface; none of any other type."""
    return list(core().get_possible_types(kind)) if graphql.is_abstract_type(kind) else []


class Enriching(Visitor):
    """Changes a query in places that chance picks; keeps the values of the variables it invents."""

    def __init__(self, info: TypeInfo, wishes: Wishes, cursors: Cursors, ids: list[str]) -> None:
        super().__init__()
        self.info, self.wishes, self.chance, self.cursors, self.ids = info, wishes, wishes.chance, cursors, ids
        self.variables: dict[str, Any] = {}
        self.types: dict[str, str] = {}
        self.fragments: list[FragmentDefinitionNode] = []
        self.directives = self.made = 0

    def luck(self, share: float) -> bool:
        return self.chance.random() < share

    # Values

    def enter_argument(self, node: ArgumentNode, *_: Any) -> ArgumentNode | None:
        """Sizes of pages that show something, and cursors of this very list."""
        word = node.name.value
        if word in ("first", "last", "maxChars") and self.luck(0.95):
            return ArgumentNode(name=node.name, value=IntValueNode(value=str(self.chance.choice(PAGES))))
        if word in ("query", "prefix") and self.luck(0.9):
            return ArgumentNode(name=node.name, value=StringValueNode(value=self.chance.choice(TEXTS[word])))
        if word == "ids" and self.luck(0.8):
            ids = [self.chance.choice(self.ids) for _ in range(self.chance.randrange(8))]
            values = tuple(StringValueNode(value=one) for one in ids)
            return ArgumentNode(name=node.name, value=graphql.ListValueNode(values=values))
        if word in ("after", "before") and self.luck(0.97):
            parent: Any = self.info.get_parent_type()
            known = self.cursors.get((parent.name, self.info.get_field_def().ast_node.name.value), [])  # type: ignore[union-attr]
            some = known and self.luck(0.8)
            value: Any = StringValueNode(value=self.chance.choice(known)) if some else graphql.NullValueNode()
            return ArgumentNode(name=node.name, value=value)
        return None

    def leave_argument(self, node: ArgumentNode, *_: Any) -> ArgumentNode | None:
        """A variable instead of the value, which is said beside the document or is its default."""
        argument = self.info.get_argument()
        if argument is None or len(self.types) >= MOST_VARIABLES or not self.luck(0.3) or holds_variable(node):
            return None
        kind: Any = argument.type
        value = plain(node.value)
        if value is None and isinstance(kind, graphql.GraphQLNonNull):
            return None
        return ArgumentNode(name=node.name, value=self.variable(str(kind), value))

    def leave_object_field(self, node: ObjectFieldNode, *_: Any) -> ObjectFieldNode | None:
        """The same of a value within an input."""
        kind, of = self.info.get_input_type(), self.info.get_parent_input_type()
        value = plain(node.value)
        if kind is None or value is None or len(self.types) >= MOST_VARIABLES or holds_variable(node) or not self.luck(0.1):
            return None
        only = getattr(graphql.get_named_type(of), "is_one_of", False) and not isinstance(kind, graphql.GraphQLNonNull)
        return ObjectFieldNode(name=node.name, value=self.variable(f"{kind}!" if only else str(kind), value))

    def variable(self, kind: str, value: Any) -> VariableNode:
        called = f"v{len(self.types)}"
        self.types[called], self.variables[called] = kind, value
        return VariableNode(name=name(called))

    # Selections

    def enter_field(self, node: FieldNode, *_: Any) -> FieldNode | None:
        """A cursor of its own order goes with no other, nor one end of a list with the other; many filters are too narrow."""
        arguments = {argument.name.value: argument for argument in node.arguments or ()}
        field = self.info.get_field_def()
        if field is None or self.luck(0.05):
            return None
        orders, narrow = {"orderBy", "search"}, {"filter"}
        dropped = orders if arguments.keys() & {"after", "before"} else set[str]()
        dropped |= narrow if self.luck(0.5) else set()
        if all(arguments.keys() & one for one in ENDS) and self.luck(0.9):
            dropped |= self.chance.choice(ENDS)
        kept = [argument for word, argument in arguments.items() if word not in dropped]
        known = set(arguments) | (orders if arguments.keys() & {"after", "before"} and self.luck(0.8) else set())
        return with_arguments(node, [*kept, *self.wishes.arguments(field, known)])

    def leave_field(self, node: FieldNode, *_: Any) -> FieldNode | None:
        if node.name.value.startswith("__") or not self.luck(0.15):
            return None
        return FieldNode(
            name=node.name, alias=node.alias, arguments=node.arguments, selection_set=node.selection_set,
            directives=(*(node.directives or ()), *self.directive()),
        )  # fmt: skip

    def directive(self) -> tuple[DirectiveNode, ...]:
        """That a field is there or is not, mostly that it is; said by a literal or by a variable."""
        if self.directives >= MOST_DIRECTIVES:
            return ()
        self.directives += 1
        word = self.chance.choice(("include", "skip"))
        holds = (word == "include") == self.luck(0.8)
        value: Any = self.variable("Boolean!", holds) if self.luck(0.5) else BooleanValueNode(value=holds)
        return (DirectiveNode(name=name(word), arguments=(ArgumentNode(name=name("if"), value=value),)),)

    def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> SelectionSetNode | None:
        """More of the same: a field twice, under another name, within fragments."""
        parent: Any = self.info.get_parent_type()
        found = list(node.selections)
        if self.luck(0.2):
            found.insert(self.chance.randrange(len(found) + 1), field_of("__typename", self.chance.choice((None, "t"))))
        if self.luck(0.2):
            found.append(self.chance.choice(found))
        if self.luck(0.25):
            found += self.aliased(found)
        if self.luck(0.2) and parent is not None:
            found = self.wrapped(found, parent.name)
        if parent is core().query_type:
            found += self.list_of(parent) if self.luck(0.4) else []
        elif self.luck(0.45):
            found += self.grown(parent)
        return SelectionSetNode(selections=tuple(found))

    def aliased(self, found: list[SelectionNode]) -> list[SelectionNode]:
        one = self.chance.choice(found)
        if not isinstance(one, FieldNode) or one.name.value.startswith("__"):
            return []
        alias = name(self.fresh())
        return [FieldNode(
            name=one.name, alias=alias, arguments=one.arguments, directives=(), selection_set=one.selection_set,
        )]  # fmt: skip

    def wrapped(self, found: list[SelectionNode], on: str) -> list[SelectionNode]:
        """The same within a fragment, named or not."""
        kind = NamedTypeNode(name=name(on))
        inner = SelectionSetNode(selections=tuple(found))
        directives = self.directive() if self.luck(0.3) else ()
        if self.luck(0.5):
            on_kind = kind if self.luck(0.7) else None
            return [InlineFragmentNode(type_condition=on_kind, directives=directives, selection_set=inner)]
        called = name(f"F{len(self.fragments)}")
        self.fragments.append(
            FragmentDefinitionNode(name=called, type_condition=kind, directives=(), selection_set=inner, variable_definitions=())
        )
        return [FragmentSpreadNode(name=called, directives=directives)]

    def grown(self, parent: Any, depth: int = 0) -> list[SelectionNode]:
        """Fields of the type that nobody asked for, with fields of theirs, down to a few levels; never empty below the first."""
        known: dict[str, Any] = getattr(parent, "fields", {})
        found: list[SelectionNode] = [field_of("__typename", self.fresh())] if depth else []
        for word in [word for word in sorted(known) if self.luck(0.3)]:
            kind: Any = graphql.get_named_type(known[word].type)
            if depth == DEEPEST and not graphql.is_leaf_type(kind):
                continue
            inner = () if graphql.is_leaf_type(kind) else tuple(self.grown(kind, depth + 1))
            if inner or graphql.is_leaf_type(kind):
                found.append(field_of(word, self.fresh(), inner, tuple(self.wishes.arguments(known[word], set()))))
        for kind in self.some_of(possible(parent)) if depth < DEEPEST else ():
            on = NamedTypeNode(name=name(kind.name))
            more = SelectionSetNode(selections=tuple(self.grown(kind, depth + 1)))
            found.append(InlineFragmentNode(type_condition=on, directives=self.directive(), selection_set=more))
        return found

    def list_of(self, query: Any) -> list[SelectionNode]:
        """A list of the library, which chance asks for too seldom."""
        word = self.chance.choice(LISTS)
        field = query.fields[word]
        inner = tuple(self.grown(graphql.get_named_type(field.type), 1))
        return [field_of(word, self.fresh(), inner, tuple(self.wishes.arguments(field, set())))]

    def some_of(self, kinds: list[Any]) -> list[Any]:
        return self.chance.sample(kinds, min(len(kinds), self.chance.randrange(3)))

    def fresh(self) -> str:
        self.made += 1
        return f"m{self.made}"

    def leave_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> OperationDefinitionNode:
        definitions = tuple(
            VariableDefinitionNode(variable=VariableNode(name=name(called)), type=parse_type(kind), directives=())
            for called, kind in self.types.items()
        )
        return OperationDefinitionNode(
            operation=node.operation, name=node.name, variable_definitions=definitions, directives=(),
            selection_set=node.selection_set,
        )  # fmt: skip


def holds_variable(node: Any) -> bool:
    return "$" in print_ast(node)


def plain(value: Any) -> Any:
    """A literal as JSON has it."""
    return graphql.value_from_ast_untyped(value)


def enriched(document: str, wishes: Wishes, cursors: Cursors, ids: list[str]) -> tuple[str, dict[str, Any]]:
    """The document with more in it, and values for its variables."""
    info = TypeInfo(core())
    visitor = Enriching(info, wishes, cursors, ids)
    made: DocumentNode = visit(graphql.parse(document), TypeInfoVisitor(info, visitor))
    whole = DocumentNode(definitions=(*made.definitions, *visitor.fragments))
    return print_ast(whole), visitor.variables
