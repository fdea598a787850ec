"""The registry of media types: one file each, one line here, the catch-all last."""

from domain.errors import UnknownKind
from domain.media import MediaKind
from domain.media_types.audio import AUDIO, Audio, AudioMetadata
from domain.media_types.document import DOCUMENT, Document, DocumentMetadata
from domain.media_types.image import IMAGE, Image, ImageMetadata
from domain.media_types.media_type import MediaType
from domain.media_types.other import OTHER, OtherMedia, OtherMetadata
from domain.media_types.video import VIDEO, Video, VideoMetadata

MEDIA_TYPES: dict[MediaKind, MediaType] = {made.kind: made for made in (IMAGE, VIDEO, AUDIO, DOCUMENT, OTHER)}

__all__ = [
    "MEDIA_TYPES", "Audio", "AudioMetadata", "Document", "DocumentMetadata", "Image", "ImageMetadata", "MediaType",
    "OtherMedia", "OtherMetadata", "Video", "VideoMetadata", "known_as", "media_type_of", "type_of_kind",
]  # fmt: skip


def media_type_of(mime_type: str) -> MediaType:
    """The first media type that takes bytes of this MIME type; the last takes all."""
    return next(made for made in MEDIA_TYPES.values() if made.takes(mime_type))


def type_of_kind(kind: str) -> MediaType:
    """The media type of a kind.

    Raises:
        UnknownKind: there is none.
    """
    if kind not in MediaKind.__members__:
        raise UnknownKind(kind)
    return MEDIA_TYPES[MediaKind(kind)]


def known_as(kind: str) -> MediaType:
    """The media type of a stored kind. One that a newer version wrote is read as OTHER: it must not break a list."""
    return MEDIA_TYPES[MediaKind(kind)] if kind in MediaKind.__members__ else MEDIA_TYPES[MediaKind.OTHER]
