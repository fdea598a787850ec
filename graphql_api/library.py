"""The library over GraphQL: its figures."""

from datetime import datetime

import strawberry

import domain
from graphql_api.declare import count, part, relation_list, relation_one
from graphql_api.scalars import BigInt


@strawberry.type(description="How many media of one kind there are.")
class KindCount:
    kind: domain.MediaKind = strawberry.field(description="The kind.")
    count: int = strawberry.field(description="How many there are.")
    total_size: BigInt = strawberry.field(description="Their bytes.")


@strawberry.type(description="Figures over many media.")
class MediaAggregate:
    count: int = strawberry.field(description="How many there are.")
    total_size: BigInt = strawberry.field(description="Their bytes.")
    total_duration_ms: BigInt = strawberry.field(description="How long they play, in milliseconds.")
    min_taken_at: datetime | None = strawberry.field(description="When the oldest was taken.")
    max_taken_at: datetime | None = strawberry.field(description="When the newest was taken.")
    by_kind = relation_list(
        "library.KindCount", "library.kinds", key="library_id", description="The same for each kind there is."
    )


def nothing(library: domain.Id) -> domain.MediaAggregate:
    """The figures of an empty library."""
    return domain.MediaAggregate(
        library_id=library, count=0, total_size=0, total_duration_ms=0, min_taken_at=None, max_taken_at=None
    )


@strawberry.type(description="The library at a glance; what lies in the trash is not counted.")
class LibraryStats:
    total = relation_one(
        "library.MediaAggregate", "library.aggregate", required=True, missing=nothing, description="Over all media."
    )
    tag_count = count("library.tags", description="How many tags there are.")
    collection_count = count("library.collections", description="How many collections there are.")


@strawberry.type
class LibraryQuery:
    library_stats = part("library.LibraryStats", needs=(), always=True, description="The library at a glance.")
