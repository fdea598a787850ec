"""Connections: a page of things, where each stands, and whether there are more (Relay cursor connections)."""

from dataclasses import dataclass
from typing import Any

import strawberry

from domain import Id
from domain.reading import Found, to_cursor
from graphql_api.fields import Relation, Wish


@strawberry.interface(description="A thing that can be fetched again by its id.")
class Node:
    id: strawberry.ID = strawberry.field(description="Global and stable; opaque to clients.")


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more follows this page.")
    has_previous_page: bool = strawberry.field(
        description="Whether this page was reached by a cursor, so that something precedes it."
    )
    start_cursor: str | None = strawberry.field(description="The cursor of the page's first edge.")
    end_cursor: str | None = strawberry.field(
        description="The cursor of the page's last edge; pass it as `after` for the next page."
    )


@dataclass(frozen=True, slots=True)
class Placed:
    """What an edge is a view of: a thing, its place, and its link to the parent."""

    found: Found
    order: str

    @property
    def node(self) -> Any:
        return self.found.entity

    @property
    def link(self) -> Any:
        return self.found.link

    @property
    def cursor(self) -> str:
        return to_cursor(self.order, self.found.place)


@dataclass(frozen=True, slots=True)
class Page:
    """What a connection is a view of. `found` has one more than the page holds where there are more."""

    relation: Relation
    wish: Wish
    key: Id
    order: str
    found: list[Found]

    @property
    def nodes(self) -> list[Any]:
        return [found.entity for found in self.found[: self.wish.first]]

    @property
    def edges(self) -> list[Placed]:
        return [Placed(found, self.order) for found in self.found[: self.wish.first]]

    @property
    def page_info(self) -> PageInfo:
        edges = self.edges
        return PageInfo(
            has_next_page=self.wish.first is not None and len(self.found) > self.wish.first,
            has_previous_page=self.wish.after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        )
