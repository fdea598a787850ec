"""Expressions of what lies in other sets: pages, lists, single things and numbers of a parent, and things that arguments name."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType

from domain.reading import to_cursor
from graphql_api.core import named, nullable, type_of
from graphql_api.execution.at import At, Details, Records, Unplannable, told_by
from graphql_api.execution.plan import Call, SetNode
from graphql_api.execution.sets import NO_WISH, WHOLE
from graphql_api.fields import DECLARED, Counted, Derived, Either, Gathered, Given, Named, OfSearch, Relation, Summed, Tallied

Find = Callable[[str], str]
"""From the expression of a parent's key to that of what belongs to it."""
Declared = Relation | Named | Either | Derived | OfSearch | Summed | Tallied | Given | Gathered


class Relations:
    """The part of a planner that makes sets."""

    def __init__(self, records: Records) -> None:
        self.records, self.writer, self.sets = records, records.writer, records.sets
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
                call = self.sets.kept(self.sets.shared(declared.made, field, details[0].node))
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
            return self.once(node, kind, details, lambda: self.pages(node, relation, kind, details))(key)
        if isinstance(nullable(type_of(field)), GraphQLList):
            return self.once(node, kind, details, lambda: self.list_of(node, kind, details))(key)
        return self.once(node, kind, details, lambda: self.single(node, relation, kind, details, required=required))(key)

    def followed(self, at: At, relation: Relation, field: Any, details: Details) -> tuple[SetNode, str]:
        """The set a relation leads to from here, and the expression of this one's key in it."""
        if at.variable and at.set is None:
            raise Unplannable(relation.name)  # an object that is no row has no relations
        node = self.sets.of(at.set, relation, self.sets.wish(relation, field, details[0].node, at.given))
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
        name = self.writer.fresh("s")
        self.writer.line(f"{name} = {{k: {row} for §k,{node.number}§ in found[{node.number}]{only}}}")
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
        row, name = self.records.row(At(node), kind, details), self.writer.fresh("s")
        self.writer.line(f"{name} = {{k: [{row} for §_,{node.number}§ in g] for k, g in found[{node.number}][0].items()}}")
        return lambda key: f"{name}.get({key}, [])"

    # Pages

    def pages(self, node: SetNode, relation: Relation, kind: Any, details: Details) -> Find:
        """A page for each parent: in the source `g` is its rows, `k` its key, `more` has the parents with more."""
        parts = {key: self.part(node, relation, kind, inner) for key, inner in self.records.subfields(kind, details).items()}
        page, number = self.writer.record(parts), node.number
        name, more = self.writer.fresh("s"), f"more{number}"
        self.writer.line(f"groups, {more} = found[{number}]")
        if self.counts(kind, details):
            made = self.writer.fresh("f")
            self.writer.line(f"{made} = lambda k, g: {page}", f"{name} = {{k: {made}(k, g) for k, g in groups.items()}}")
            return lambda key: f"({name}.get({key}) or {made}({key}, ()))"
        self.writer.line(f"{name} = {{}}", "for k, g in (*groups.items(), NO_ROWS):", f"  {name}[k] = {page}")
        return lambda key: f"({name}.get({key}) or {name}[None])"

    def counts(self, kind: Any, details: Details) -> bool:
        """Whether a page says how many there are, which depends on its parent also where it is empty."""
        parts = self.records.subfields(kind, details).values()
        return any(isinstance(declared_of(kind, inner), Counted | Summed) for inner in parts)

    def part(self, node: SetNode, relation: Relation, kind: Any, details: Details) -> str:
        """One field of a connection."""
        name = details[0].node.name.value
        declared = declared_of(kind, details)
        if isinstance(declared, Summed):
            return self.summed(node.parent, relation, node.call, declared, kind.fields[name], details, beside=node)
        if isinstance(declared, Counted):
            counted = self.sets.of(node.parent, counting(relation), node.call)
            counted.types, counted.told = node.types, node.told
            return f"whole(found[{counted.number}].get(k, 0))"
        inner = named(type_of(kind.fields[name])) if name in kind.fields else None
        match name:
            case "nodes":
                return f"[{self.records.row(At(node), inner, details)} for §_,{node.number}§ in g]"
            case "edges":
                return f"[{self.edge(node, inner, details)} for §_,{node.number}§ in g]"
            case "pageInfo":
                return self.page_info(node, inner, details)
            case "__typename":
                return self.writer.constant(kind.name)
            case _:
                raise Unplannable(name)

    def edge(self, node: SetNode, kind: Any, details: Details) -> str:
        parts: dict[str, str] = {}
        for key, inner in self.records.subfields(kind, details).items():
            match inner[0].node.name.value:
                case "cursor":
                    parts[key] = self.cursor(node, f"p{node.number}")
                case "node":
                    parts[key] = self.records.row(At(node), named(type_of(kind.fields["node"])), inner)
                case _:
                    parts[key] = self.records.value(At(node), kind, inner)
        return self.writer.record(parts)

    def page_info(self, node: SetNode, kind: Any, details: Details) -> str:
        known = {
            "__typename": lambda: self.writer.constant(kind.name),
            "hasNextPage": lambda: self.goes_on(node, backward=False),
            "hasPreviousPage": lambda: self.goes_on(node, backward=True),
            "startCursor": lambda: f"({self.cursor(node, f'g[0][§{node.number}§:]')} if g else None)",
            "endCursor": lambda: f"({self.cursor(node, f'g[-1][§{node.number}§:]')} if g else None)",
        }
        selected = {key: inner[0].node.name.value for key, inner in self.records.subfields(kind, details).items()}
        return self.writer.record({key: known[name]() for key, name in selected.items()})

    def goes_on(self, node: SetNode, *, backward: bool) -> str:
        """Whether there is more at an end of the page: where it is read to, one row too many says so; else the cursor."""
        node.peeks = True
        more, behind = f"k in more{node.number}", f"pages[{node.number}].is_behind"
        there, here = (behind, more) if backward else (more, behind)
        return f"({here} if pages[{node.number}].is_backward else {there})"

    def cursor(self, node: SetNode, place: str) -> str:
        node.places = True
        order = "order_of(k)" if node.relation.ruled else "order"
        return f"{self.writer.constant(to_cursor)}(pages[{node.number}].{order}, {place})"

    # What lists come to

    def summed_of_all(self, at: At, declared: Summed, field: Any, details: Details) -> str:
        """What all that a relation leads to from here comes to."""
        relation = declared.relation
        if relation is None or (at.variable and at.set is None):
            raise Unplannable(details[0].node.name.value)
        self.select_keys(at, relation)
        beside = SetNode(-1, relation, NO_WISH)
        beside.follow(at.told, at.type)
        return self.summed(at.set, relation, WHOLE, declared, field, details, beside=beside, key=at.cell(relation.key))

    def summed(
        self, parent: SetNode | None, relation: Relation, wish: Call, declared: Summed, field: Any, details: Details, *,
        beside: SetNode, key: str = "k",
    ) -> str:  # fmt: skip
        """The summary of a list of each parent, followed from the same rows as another set; `key` is that of the parent."""
        node = self.sets.of(parent, relation, wish, self.sets.shared(declared.asks, field, details[0].node))
        node.types, node.told = beside.types, beside.told
        node.columns = {name: number for number, name in enumerate(declared.columns)}
        value = f"summed(pages[{node.number}].summary, found[{node.number}][0].get({key}, ()))"
        value += f".{declared.part}" if declared.part else ""
        return self.records.complete(type_of(field), value, details, plain=False, of=node)

    # Things that arguments name, and what is made of one value

    def named(self, declared: Named, field: Any, details: Details) -> str:
        """The things of each name are a set; whoever names none of them reads nothing."""
        call = self.sets.kept(self.sets.call(declared.keys, field, details[0].node))
        sets: list[str] = []
        for thing, relation in declared.relations.items():
            node, kind = self.sets.of_things(call, thing, relation), self.records.type_named(thing)
            row = self.records.row(At(node), kind, details)
            name = self.writer.fresh("s")
            self.writer.line(f"{name} = {{k: {row} for §k,{node.number}§ in found[{node.number}]}}")
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
            name, row = self.writer.fresh("s"), "".join(f"{cell}, " for cell in cells)
            self.writer.line(f"{name} = {{k: [({row}) for §_,{node.number}§ in g] for k, g in found[{node.number}][0].items()}}")
            lists.append(f"{name}.get({key}, [])")
        value = f"{self.writer.constant(declared.function)}(calls[{at.given.number}], {', '.join(lists)})"
        return value if details[0].node.selection_set else self.records.complete(type_of(field), value, details, plain=False)

    def derived(self, at: At, declared: Derived, field: Any, details: Details) -> str:
        """What a function makes of a value of the one related row, and of the field's other arguments."""
        node, key = self.followed(at, declared.relation, field, details)
        node.is_single = True
        call = self.sets.kept(self.sets.call(dict, field, details[0].node))
        name, function = self.writer.fresh("s"), self.writer.constant(declared.function)
        self.writer.line(f"{name} = {{k: {At(node).cell(declared.needs)} for §k,{node.number}§ in found[{node.number}]}}")
        value = f"{function}({name}.get({key}), **calls[{call.number}])"
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
        name, function = self.writer.fresh("s"), self.writer.constant(declared.function)
        values = ", ".join(At(node).cell(one) for one in declared.needs)
        self.writer.line(f"{name} = {{k: ({values},) for §k,{node.number}§ in found[{node.number}]}}")
        value = f"{function}(pages[{at.set.number}].sought, {name}.get({key}, ()))"
        return self.records.complete(type_of(field), value, details, plain=False)


def declared_of(kind: Any, details: Details) -> Any:
    """How a field of a type is declared."""
    field = kind.fields.get(details[0].node.name.value)
    return field.extensions["strawberry-definition"].metadata.get(DECLARED) if field else None


def counting(relation: Relation) -> Relation:
    """The same relation, of which only is asked how many."""
    return replace(relation, counted=True)
