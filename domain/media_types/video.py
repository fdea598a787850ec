"""Moving pictures."""

from dataclasses import dataclass

from domain.media import Media, MediaKind
from domain.media_types.media_type import MediaType
from domain.metadata import Chapter, MediaMetadata, MediaStream


@dataclass(frozen=True, slots=True, kw_only=True)
class Video(Media):
    """A moving picture. Pixels as shown; durations in milliseconds; null until it is probed."""

    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    has_audio: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoMetadata(MediaMetadata):
    """What the container and its streams say. Bitrate in bits a second."""

    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    frame_rate: float | None = None
    bitrate: int | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    streams: tuple[MediaStream, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None


VIDEO = MediaType(kind=MediaKind.VIDEO, entity=Video, metadata=VideoMetadata, mime_types=("video/*",))
