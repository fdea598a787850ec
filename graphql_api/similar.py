"""Media over GraphQL that look like another."""

import strawberry

from graphql_api.connection import Connection, Edge
from graphql_api.declare import linked
from graphql_api.media import Media


@strawberry.type(description="A media that looks like another, and where it stands.")
class SimilarMediaEdge(Edge):
    node: Media = strawberry.field(description="The media.")
    distance = linked("distance", graphql_type=int, description="In how many of 64 bits of their hashes they differ, 0 to 8.")


@strawberry.type(description="A page of media that look like another.")
class SimilarMediaConnection(Connection):
    edges: list[SimilarMediaEdge] = strawberry.field(description="The media of this page with their places.")
    nodes: list[Media] = strawberry.field(description="The media of this page.")
