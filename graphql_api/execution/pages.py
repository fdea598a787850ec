"""Expressions of connections: their pages, and what their lists come to."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from domain.reading import to_cursor
from graphql_api.core import named, type_of
from graphql_api.execution.at import At, Details, Records, Unplannable
from graphql_api.execution.calls import Call
from graphql_api.execution.nodes import SetNode
from graphql_api.fields import DECLARED, Counted, Relation, Summed

Find = Callable[[str], str]
"""From the expression of a parent's key to that of what belongs to it."""


class Pages:
    """The part of a planner that makes pages."""

    def __init__(self, records: Records) -> None:
        self.records, self.writer, self.sets = records, records.writer, records.sets

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

    def summed(
        self, parent: SetNode | None, relation: Relation, wish: Call, declared: Summed, field: Any, details: Details, *,
        beside: SetNode, key: str = "k",
    ) -> str:  # fmt: skip
        """The summary of a list of each parent, followed from the same rows as another set; `key` is that of the parent."""
        node = self.sets.of(parent, relation, wish, self.records.calls.shared(declared.asks, field, details[0].node))
        node.types, node.told = beside.types, beside.told
        node.columns = {name: number for number, name in enumerate(declared.columns)}
        value = f"summed(pages[{node.number}].summary, found[{node.number}][0].get({key}, ()))"
        value += f".{declared.part}" if declared.part else ""
        return self.records.complete(type_of(field), value, details, plain=False, of=node)


def declared_of(kind: Any, details: Details) -> Any:
    """How a field of a type is declared."""
    field = kind.fields.get(details[0].node.name.value)
    return field.extensions["strawberry-definition"].metadata.get(DECLARED) if field else None


def counting(relation: Relation) -> Relation:
    """The same relation, of which only is asked how many."""
    return replace(relation, counted=True)
