"""What a media type is made of."""

from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from functools import cached_property

from domain.media import Media, MediaKind
from domain.metadata import MediaMetadata


@dataclass(frozen=True, kw_only=True)
class MediaType:
    """A kind, its entity, the metadata entity beside it, and the MIME types (shell patterns) that are of this kind."""

    kind: MediaKind
    entity: type[Media]
    metadata: type[MediaMetadata]
    mime_types: tuple[str, ...]

    def takes(self, mime_type: str) -> bool:
        """Whether bytes of this type are media of this kind."""
        return any(fnmatchcase(mime_type, pattern) for pattern in self.mime_types)

    @cached_property
    def own_fields(self) -> frozenset[str]:
        """What the entity adds to the fields of every media."""
        return names(self.entity) - names(Media)

    @cached_property
    def metadata_fields(self) -> frozenset[str]:
        """The typed facts of the metadata entity."""
        return names(self.metadata) - names(MediaMetadata)


def names(entity: type[Media | MediaMetadata]) -> frozenset[str]:
    return frozenset(field.name for field in fields(entity))
