"""Moving pictures over GraphQL."""

import strawberry

from graphql_api.declare import part, relation_one
from graphql_api.media import LOCATION, GeoPoint, Media
from graphql_api.metadata import Chapter, MediaMetadata, MediaStream
from graphql_api.scalars import BigInt


@strawberry.type(description="What was read out of a video's container and streams.")
class VideoMetadata(MediaMetadata):
    width: int | None = strawberry.field(description="Pixels as shown.")
    height: int | None = strawberry.field(description="Pixels as shown.")
    duration_ms: int | None = strawberry.field(description="Milliseconds.")
    frame_rate: float | None = strawberry.field(description="Frames a second.")
    bitrate: BigInt | None = strawberry.field(description="Bits a second, of all streams.")
    video_codec: str | None = strawberry.field(description="The codec of the first video stream.")
    audio_codec: str | None = strawberry.field(description="The codec of the first audio stream.")
    streams: list[MediaStream] = strawberry.field(description="Every stream of the container.")
    chapters: list[Chapter] = strawberry.field(description="Its named parts.")
    location: GeoPoint | None = part("media.GeoPoint", needs=LOCATION, description="Where the camera was.")


@strawberry.type(description="A moving picture.")
class Video(Media):
    width: int | None = strawberry.field(description="Pixels as shown; null until it is probed.")
    height: int | None = strawberry.field(description="Pixels as shown; null until it is probed.")
    duration_ms: int | None = strawberry.field(description="Milliseconds; null until it is probed.")
    has_audio: bool | None = strawberry.field(description="Whether it can be heard.")
    metadata = relation_one(
        "media_types.video.VideoMetadata", "media.metadata", required=True, description="What was read out of the file."
    )
