"""Documents: what has pages or words."""

from dataclasses import dataclass

from domain.media import Media, MediaKind
from domain.media_types.media_type import MediaType
from domain.metadata import MediaMetadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Media):
    """A document; pages are null until it is probed, and for types that have none."""

    page_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentMetadata(MediaMetadata):
    """What the document says of itself; its words are a MediaText of their own."""

    page_count: int | None = None
    word_count: int | None = None
    title: str | None = None
    author: str | None = None
    language: str | None = None
    is_encrypted: bool | None = None


DOCUMENT = MediaType(
    kind=MediaKind.DOCUMENT,
    entity=Document,
    metadata=DocumentMetadata,
    mime_types=(
        "application/pdf",
        "text/*",
        "application/rtf",
        "application/epub+zip",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.*",
        "application/vnd.oasis.opendocument.*",
    ),
)
