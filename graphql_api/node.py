"""Fetching any node again by its id."""

from typing import Any

import strawberry

import domain
from domain.errors import LimitExceeded
from domain.reading import LARGEST_PAGE, TrashScope
from graphql_api.declare import named
from graphql_api.fields import Relation
from graphql_api.price import Price
from graphql_api.relay import Node

NODES: dict[str, Relation] = {
    "Media": Relation("media.itself", trash=TrashScope.INCLUDE),
    "Tag": Relation("tag.known"),
    "Collection": Relation("collection.itself"),
    "MediaUsage": Relation("usage.itself"),
    "DuplicateGroup": Relation("duplicate_group.itself"),
}
"""What an id can name, and where that is read."""


def named_by(id: strawberry.ID) -> list[tuple[str, domain.Id] | None]:
    """The name and the key in an id; None for what is no id of ours."""
    try:
        return [domain.from_global_id(id)]
    except ValueError:
        return [None]


def all_named_by(ids: list[strawberry.ID]) -> list[tuple[str, domain.Id] | None]:
    """The same of many. Raises LimitExceeded for too many."""
    if len(ids) > LARGEST_PAGE:
        raise LimitExceeded(f"At most {LARGEST_PAGE} ids.", limit=LARGEST_PAGE, actual=len(ids), path=("ids",))
    return [name for one in ids for name in named_by(one)]


def node_query(known: dict[str, Relation]) -> type[Any]:
    """The root fields that find again what of these an id names."""

    @strawberry.type
    class NodeQuery:
        node = named(
            known, named_by, graphql_type=Node | None,
            description="Any node by its id; null if the library has none such. What lies in the trash is found too.",
        )  # fmt: skip
        nodes = named(
            known, all_named_by, many=True, graphql_type=list[Node | None], price=Price(multipliers=["ids"]),
            description="Nodes by their ids, in their order, null where there is none; at most 100.",
        )  # fmt: skip

    return NodeQuery
