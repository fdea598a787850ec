"""The library over GraphQL: its figures."""

import strawberry

from domain.summary import Aggregating
from graphql_api.declare import count, part, summed
from graphql_api.summary import MediaAggregate


@strawberry.type(description="The library at a glance; what lies in the trash is not counted.")
class LibraryStats:
    total = summed(Aggregating, "aggregate", of="library.media", graphql_type=MediaAggregate, description="Over all media.")
    tag_count = count("library.tags", description="How many tags there are.")
    collection_count = count("library.collections", description="How many collections there are.")


@strawberry.type
class LibraryQuery:
    library_stats = part("library.LibraryStats", needs=(), always=True, description="The library at a glance.")
