"""Expressions of what lies in other sets: of what a thing leads to, and of what arguments name."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType

from graphql_api.core import named, nullable, type_of
from graphql_api.execution.at import At, Details, Records, Unplannable, told_by
from graphql_api.execution.calls import NO_WISH, WHOLE
from graphql_api.execution.nodes import SetNode
from graphql_api.execution.pages import Find, Pages
from graphql_api.fields import Derived, Either, Gathered, Given, Named, OfSearch, Relation, Summed, Tallied

Declared = Relation | Named | Either | Derived | OfSearch | Summed | Tallied | Given | Gathered


class Relations:
    """The part of a planner that makes sets."""

    def __init__(self, records: Records) -> None:
        self.records, self.writer, self.sets, self.calls = records, records.writer, records.sets, records.calls
        self.pages = Pages(records)
        self.known: dict[Any, Find] = {}

    def value(self, at: At, declared: Declared, field: Any, details: Details) -> str:  # noqa: PLR0911 - one for each form
        """The expression of a field that leads to other sets."""
        match declared:
            case Named():
                return self.named(declared, field, details)
            case Either():
                return self.either(at, declared, details)
            case Derived():
                return self.derived(at, declared, field, details)
            case OfSearch():
                return self.of_search(at, declared, field, details)
            case Tallied():
                return self.tallied(at, declared, field, details)
            case Given():
                call = self.calls.kept(self.calls.shared(declared.made, field, details[0].node))
                return self.records.record(replace(at, given=call), named(type_of(field)), details)
            case Gathered():
                return self.gathered(at, declared, field, details)
            case Summed():
                return self.summed_of_all(at, declared, field, details)
            case Relation():
                return self.related(at, declared, field, details)

    def related(self, at: At, relation: Relation, field: Any, details: Details) -> str:
        node, key = self.followed(at, relation, field, details)
        kind, required = named(type_of(field)), isinstance(type_of(field), GraphQLNonNull)
        if relation.counted:
            number = f"found[{node.number}].get({key}, 0)"
            if relation.ruled and relation.ruled.held:
                number = f"({at.cell(relation.ruled.held)} if {at.cell(relation.ruled.by)} is None else {number})"
            return f"whole({number})"
        if "pageInfo" in getattr(kind, "fields", {}):
            return self.once(node, kind, details, lambda: self.pages.pages(node, relation, kind, details))(key)
        if isinstance(nullable(type_of(field)), GraphQLList):
            return self.once(node, kind, details, lambda: self.list_of(node, kind, details))(key)
        return self.once(node, kind, details, lambda: self.single(node, relation, kind, details, required=required))(key)

    def followed(self, at: At, relation: Relation, field: Any, details: Details) -> tuple[SetNode, str]:
        """The set a relation leads to from here, and the expression of this one's key in it."""
        if at.variable and at.set is None:
            raise Unplannable(relation.name)  # an object that is no row has no relations
        node = self.sets.of(at.set, relation, self.calls.wish(relation, field, details[0].node, at.given))
        node.follow(at.told, at.type)
        self.select_keys(at, relation)
        return node, at.cell(relation.key)

    def select_keys(self, at: At, relation: Relation) -> None:
        """Selects of a row what says where its relation leads."""
        if at.set is not None:
            at.set.column(relation.key)
            if relation.ruled:
                at.set.column(relation.ruled.by)

    def once(self, node: SetNode, kind: Any, details: Details, make: Callable[[], Find]) -> Find:
        """What was made for the same selection of the same set."""
        same = (node, kind, *(id(detail.node) for detail in details))
        if same not in self.known:
            self.known[same] = make()
        return self.known[same]

    def single(self, node: SetNode, relation: Relation, kind: Any, details: Details, *, required: bool) -> Find:
        """The one record of each parent."""
        node.is_single = True
        only = self.of_type(node, kind)
        at = At(node, type=kind.name, told=told_by(kind)) if only else At(node)
        row = self.records.row(at, kind, details)
        if only and not required:
            raise Unplannable(kind.name)  # a row of another type is an error and not null
        name = self.writer.by_parent(node.number, row, only)
        if relation.missing:
            stands_in = self.stand_in(node, relation, kind, details)
            return lambda key: f"({name}.get({key}) or {stands_in}({key}))"
        return lambda key: f"need({name}.get({key}))" if required else f"{name}.get({key})"

    def of_type(self, node: SetNode, kind: Any) -> str:
        """The condition that a row is of this object type, where its table holds several."""
        told = told_by(kind)
        if told is None or not isinstance(kind, GraphQLObjectType):
            return ""
        return f" if {At(node).cell(told.field)} in {self.writer.constant(told.words_of(kind.name))}"

    def stand_in(self, node: SetNode, relation: Relation, kind: Any, details: Details) -> str:
        """The name of a function that makes the record of what stands for a missing row, of its parent's key."""
        name, one = self.writer.fresh("f"), self.writer.fresh("o")
        record = self.records.record(At(node, variable=one), kind, details)
        self.writer.line(f"{name} = lambda k: (lambda {one}: {record})({self.writer.constant(relation.missing)}(k))")
        return name

    def list_of(self, node: SetNode, kind: Any, details: Details) -> Find:
        """All records of each parent."""
        name = self.writer.lists_by_parent(node.number, self.records.row(At(node), kind, details))
        return lambda key: f"{name}.get({key}, [])"

    def summed_of_all(self, at: At, declared: Summed, field: Any, details: Details) -> str:
        """What all that a relation leads to from here comes to."""
        relation = declared.relation
        if relation is None or (at.variable and at.set is None):
            raise Unplannable(details[0].node.name.value)
        self.select_keys(at, relation)
        beside = SetNode(-1, relation, NO_WISH)
        beside.follow(at.told, at.type)
        return self.pages.summed(at.set, relation, WHOLE, declared, field, details, beside=beside, key=at.cell(relation.key))

    def named(self, declared: Named, field: Any, details: Details) -> str:
        """The things of each name are a set; whoever names none of them reads nothing."""
        call = self.calls.kept(self.calls.call(declared.keys, field, details[0].node))
        sets: list[str] = []
        for thing, relation in declared.relations.items():
            node, kind = self.sets.of_things(call, thing, relation), self.records.type_named(thing)
            name = self.writer.by_parent(node.number, self.records.row(At(node), kind, details))
            sets.append(f"{self.writer.constant(thing)}: {name}")
        found = f"named(calls[{call.number}], {{{', '.join(sets)}}})"
        return found if isinstance(nullable(type_of(field)), GraphQLList) else f"{found}[0]"

    def either(self, at: At, declared: Either, details: Details) -> str:
        """The one record of the thing whose key a row has."""
        value = "None"
        for thing, relation in declared.relations.items():
            kind = self.records.type_named(thing)
            node, key = self.sets.of(at.set, relation, NO_WISH), at.cell(relation.key)
            node.follow(at.told, at.type)
            self.select_keys(at, relation)
            find = self.once(node, kind, details, partial(self.single, node, relation, kind, details, required=False))
            value = f"({value} if {key} is None else {find(key)})"
        return value

    def gathered(self, at: At, declared: Gathered, field: Any, details: Details) -> str:
        """What a function makes of rows of several relations, of each some values and the record of the thing."""
        if at.given is None:
            raise Unplannable(details[0].node.name.value)
        lists: list[str] = []
        for one in declared.parts:
            node, key = self.followed(at, one.relation, field, details)
            cells = [At(node).cell(name) for name in one.needs]
            if one.type_name:
                cells.append(self.records.row(At(node), self.records.type_named(one.type_name), details))
            row = "".join(f"{cell}, " for cell in cells)
            lists.append(f"{self.writer.lists_by_parent(node.number, f'({row})')}.get({key}, [])")
        value = f"{self.writer.constant(declared.function)}(calls[{at.given.number}], {', '.join(lists)})"
        return value if details[0].node.selection_set else self.records.complete(type_of(field), value, details, plain=False)

    def derived(self, at: At, declared: Derived, field: Any, details: Details) -> str:
        """What a function makes of a value of the one related row, and of the field's other arguments."""
        node, key = self.followed(at, declared.relation, field, details)
        node.is_single = True
        call = self.calls.kept(self.calls.call(dict, field, details[0].node))
        name = self.writer.by_parent(node.number, At(node).cell(declared.needs))
        value = f"{self.writer.constant(declared.function)}({name}.get({key}), **calls[{call.number}])"
        return self.records.complete(type_of(field), value, details, plain=False)

    def tallied(self, at: At, declared: Tallied, field: Any, details: Details) -> str:
        """A number that a row has, or one that is counted because arguments ask otherwise."""
        if details[0].node.arguments:
            return self.related(at, declared.relation, field, details)
        return self.records.complete(type_of(field), at.cell(declared.needs), details, plain=at.is_row)

    def of_search(self, at: At, declared: OfSearch, field: Any, details: Details) -> str:
        """What a function makes of the search of the list that a row is in, and of values of the one related row."""
        node, key = self.followed(at, declared.relation, field, details)
        if at.set is None:
            raise Unplannable(declared.relation.name)
        node.is_single = node.of_search = True
        values = ", ".join(At(node).cell(one) for one in declared.needs)
        name, function = self.writer.by_parent(node.number, f"({values},)"), self.writer.constant(declared.function)
        value = f"{function}(pages[{at.set.number}].sought, {name}.get({key}, ()))"
        return self.records.complete(type_of(field), value, details, plain=False)
