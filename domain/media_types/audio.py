"""Sound."""

from dataclasses import dataclass

from domain.media import Media, MediaKind
from domain.media_types.media_type import MediaType
from domain.metadata import Chapter, MediaMetadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Audio(Media):
    """A sound recording. Duration in milliseconds; null until it is probed."""

    duration_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioMetadata(MediaMetadata):
    """What the tags and the stream say. Bitrate in bits a second, sample rate in hertz."""

    duration_ms: int | None = None
    bitrate: int | None = None
    sample_rate: int | None = None
    channels: int | None = None
    codec: str | None = None
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    track_number: int | None = None
    genre: str | None = None
    year: int | None = None
    chapters: tuple[Chapter, ...] = ()


AUDIO = MediaType(kind=MediaKind.AUDIO, entity=Audio, metadata=AudioMetadata, mime_types=("audio/*",))
