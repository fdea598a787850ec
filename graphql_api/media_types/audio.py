"""Sound over GraphQL."""

import strawberry

from graphql_api.declare import relation_one
from graphql_api.media import Media
from graphql_api.metadata import Chapter, MediaMetadata
from graphql_api.scalars import BigInt


@strawberry.type(description="What was read out of a recording's tags and stream.")
class AudioMetadata(MediaMetadata):
    duration_ms: int | None = strawberry.field(description="Milliseconds.")
    bitrate: BigInt | None = strawberry.field(description="Bits a second.")
    sample_rate: int | None = strawberry.field(description="Hertz.")
    channels: int | None = strawberry.field(description="How many channels.")
    codec: str | None = strawberry.field(description="The codec of the stream.")
    title: str | None = strawberry.field(description="The title tag.")
    artist: str | None = strawberry.field(description="The artist tag.")
    album: str | None = strawberry.field(description="The album tag.")
    track_number: int | None = strawberry.field(description="Which track of the album.")
    genre: str | None = strawberry.field(description="The genre tag.")
    year: int | None = strawberry.field(description="The year tag.")
    chapters: list[Chapter] = strawberry.field(description="Its named parts.")


@strawberry.type(description="A sound recording.")
class Audio(Media):
    duration_ms: int | None = strawberry.field(description="Milliseconds; null until it is probed.")
    metadata = relation_one(
        "media_types.audio.AudioMetadata", "media.metadata", required=True, description="What was read out of the file."
    )
