"""What has changed in a library over GraphQL: a log to be read on from where one was."""

from dataclasses import replace
from datetime import datetime

import strawberry

import domain
from domain.changelog import POINTERS, ChangeAction
from domain.errors import LimitExceeded
from domain.reading import LARGEST_PAGE
from domain.search import All, Compare
from graphql_api.connection import Connection, Edge
from graphql_api.declare import computed, either, relation
from graphql_api.fields import Wish
from graphql_api.node import NODES
from graphql_api.relay import Node

MOST_TYPES = 20
THINGS = {name: replace(NODES[name], key=key) for name, key in POINTERS.items()}


def names(fields: tuple[str, ...]) -> list[str]:
    return list(fields)


def node_id(node_type: str, *keys: domain.Id | None) -> str:
    """The global id of the thing."""
    return domain.global_id(node_type.encode(), next(key for key in keys if key is not None))


@strawberry.type(description="Something that became of one thing.")
class Change:
    action: ChangeAction = strawberry.field(description="What became of it.")
    node_type: str = strawberry.field(description="What it is: Media, Tag, Collection.")
    node_id = computed(node_id, needs=("node_type", *POINTERS.values()), graphql_type=strawberry.ID, description="Its id.")
    node = either(THINGS, graphql_type=Node | None, description="The thing as it is now; null if it is gone.")
    changed_fields = computed(
        names, needs=("fields",), graphql_type=list[str],
        description="Which of its fields are another than before; empty where that is not told one by one.",
    )  # fmt: skip
    at: datetime = strawberry.field(description="When.")
    actor: str = strawberry.field(description="Who did it.")


@strawberry.type(description="A change in the log, and where it stands.")
class ChangeEdge(Edge):
    node: Change = strawberry.field(description="The change.")


@strawberry.type(description="A page of the log.")
class ChangeConnection(Connection):
    edges: list[ChangeEdge] = strawberry.field(description="The changes of this page with their places.")
    nodes: list[Change] = strawberry.field(description="The changes of this page.")


def changes_wish(after: str | None = None, first: int | None = LARGEST_PAGE, node_types: list[str] | None = None) -> Wish:
    """What the arguments ask for."""
    if len(node_types or ()) > MOST_TYPES:
        raise LimitExceeded(f"At most {MOST_TYPES} types.", limit=MOST_TYPES, path=("nodeTypes",))
    kinds = () if node_types is None else (Compare("node_type", "in", tuple(node_types)),)
    return Wish(first=LARGEST_PAGE if first is None else first, after=after, filter=All(kinds))


@strawberry.type
class ChangeQuery:
    changes = relation(
        "changelog.ChangeConnection", "library.changes", wish=changes_wish,
        description="What has changed in the library, in the order in which it was committed. Who keeps the last cursor and asks "
        "for what is behind it misses nothing.",
    )  # fmt: skip
