"""Every other file over GraphQL."""

import strawberry

from graphql_api.declare import relation_one
from graphql_api.media import Media
from graphql_api.metadata import MediaMetadata


@strawberry.type(description="No typed facts; values may still stand in entries.")
class OtherMetadata(MediaMetadata):
    pass


@strawberry.type(description="A file whose type nobody here knows more about.")
class OtherMedia(Media):
    metadata = relation_one(
        "media_types.other.OtherMetadata", "media.metadata", required=True, description="What was read out of the file."
    )
