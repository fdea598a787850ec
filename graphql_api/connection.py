"""What connections and edges of every type have in common."""

from typing import Any

import strawberry

from graphql_api.declare import total_count
from graphql_api.relay import PageInfo


@strawberry.type
class Edge:
    cursor: str = strawberry.field(description="Its place; pass it as `after`.")


@strawberry.type
class Connection:
    page_info: PageInfo = strawberry.field(description="Where this page stands.")
    total_count = total_count()


class NamedAsEntity:
    """An entity and its GraphQL type share a name; nothing else ties them."""

    @classmethod
    def is_type_of(cls, entity: object, _info: Any) -> bool:
        return type(entity).__name__ == cls.__name__

    @classmethod
    def resolve_type(cls, entity: object, *_: Any) -> str:
        return type(entity).__name__
