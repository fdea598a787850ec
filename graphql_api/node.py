"""Fetching any node again by its id."""

from asyncio import gather
from typing import Any

import strawberry

import domain
from domain.errors import LimitExceeded
from domain.reading import LARGEST_PAGE, TrashScope
from graphql_api.context import Info
from graphql_api.fields import Relation
from graphql_api.price import Price
from graphql_api.relay import Node

NODES: dict[str, Relation] = {
    "Media": Relation("media.itself", trash=TrashScope.INCLUDE),
    "Tag": Relation("tag.itself"),
    "Collection": Relation("collection.itself"),
}
"""What an id can name, and where that is read."""


async def found(info: Info, name: str, key: domain.Id) -> Any:
    """The node of that name and key; None for an unknown one, and just so for one of another library."""
    return await info.context.one(NODES[name], key) if name in NODES else None


async def by_global_id(info: Info, text: str) -> Any:
    try:
        return await found(info, *domain.from_global_id(text))
    except ValueError:
        return None


@strawberry.type
class NodeQuery:
    @strawberry.field(description="Any node by its id; null if the library has none such. What lies in the trash is found too.")
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        return await by_global_id(info, id)

    @strawberry.field(
        description="Nodes by their ids, in their order, null where there is none; at most 100.",
        directives=[Price(multipliers=["ids"])],
    )
    async def nodes(self, info: Info, ids: list[strawberry.ID]) -> list[Node | None]:
        if len(ids) > LARGEST_PAGE:
            raise LimitExceeded(f"At most {LARGEST_PAGE} ids.", limit=LARGEST_PAGE, actual=len(ids), path=("ids",))
        return await gathered(info, ids)


async def gathered(info: Info, ids: list[strawberry.ID]) -> list[Any]:
    """All at once, so that the loaders see them together."""
    return await gather(*(by_global_id(info, one) for one in ids))
