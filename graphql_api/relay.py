"""Connections: a page of things, where each stands, and whether there are more (Relay cursor connections)."""

from dataclasses import dataclass
from typing import Any

import strawberry

from domain import Id
from domain.matching import Sought
from domain.reading import Found, to_cursor
from graphql_api.fields import Relation, Wish


@strawberry.interface(description="A thing that can be fetched again by its id.")
class Node:
    id: strawberry.ID = strawberry.field(description="Global and stable; opaque to clients.")


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(
        description="Whether more follows this page; of one read backward, whether it was reached by a cursor."
    )
    has_previous_page: bool = strawberry.field(
        description="Whether something precedes this page; of one read forward, whether it was reached by a cursor."
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
    sought: Sought | None = None

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
    """What a connection is a view of. `found` has one more than the page holds where there are more, and begins with the end
    of a page that is read backward.
    """

    relation: Relation
    wish: Wish
    key: Id
    order: str
    found: list[Found]

    @property
    def held(self) -> list[Found]:
        held = self.found[: self.wish.first]
        return held[::-1] if self.wish.backward else held

    @property
    def nodes(self) -> list[Any]:
        return [found.entity for found in self.held]

    @property
    def edges(self) -> list[Placed]:
        return [Placed(found, self.order, self.wish.sought) for found in self.held]

    @property
    def page_info(self) -> PageInfo:
        edges, is_behind = self.edges, self.wish.after is not None
        has_more = self.wish.first is not None and len(self.found) > self.wish.first
        return PageInfo(
            has_next_page=is_behind if self.wish.backward else has_more,
            has_previous_page=has_more if self.wish.backward else is_behind,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        )
