"""Everything else: kept and served, never looked into."""

from dataclasses import dataclass

from domain.media import Media, MediaKind
from domain.media_types.media_type import MediaType
from domain.metadata import MediaMetadata


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherMedia(Media):
    """A file whose type nobody here knows more about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherMetadata(MediaMetadata):
    """No typed facts; values may still be added as entries."""


OTHER = MediaType(kind=MediaKind.OTHER, entity=OtherMedia, metadata=OtherMetadata, mime_types=("*",))
