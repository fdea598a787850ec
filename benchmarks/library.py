"""The rows of a library of any size, the same for the same seed: media with metadata, four tags and two collections each."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table

from domain import Id, MediaKind, MediaStatus
from domain.metadata import MetadataSource
from domain.rank import ranks
from domain.text import fold, slug
from persistence.tables import (
    collection_item_table,
    collection_table,
    library_table,
    media_metadata_table,
    media_table,
    media_tag_table,
    storage_table,
    tag_table,
)  # fmt: skip

TAGS = COLLECTIONS = 200
TAGS_OF_MEDIA, COLLECTIONS_OF_MEDIA = 4, 2
PIECE = 5_000
"""Media whose rows are made, and inserted, at a time."""
START = datetime(2020, 1, 1, tzinfo=UTC)
FIRST_ID = 1_577_836_800_000
KINDS = [MediaKind.IMAGE] * 70 + [MediaKind.VIDEO] * 15 + [MediaKind.AUDIO] * 8 + [MediaKind.DOCUMENT] * 5 + [MediaKind.OTHER] * 2
TYPES = {
    MediaKind.IMAGE: [("jpg", "image/jpeg"), ("heic", "image/heic"), ("png", "image/png")],
    MediaKind.VIDEO: [("mp4", "video/mp4"), ("mkv", "video/x-matroska")],
    MediaKind.AUDIO: [("flac", "audio/flac"), ("mp3", "audio/mpeg")],
    MediaKind.DOCUMENT: [("pdf", "application/pdf")],
    MediaKind.OTHER: [("bin", "application/octet-stream")],
}
WORDS = [
    "amber", "river", "stone", "night", "garden", "winter", "silver", "cloud", "mountain", "harbour", "city", "festival", "red",
    "window", "bridge", "forest", "ocean", "summer", "wedding", "trip", "lake", "island", "Größe", "東京", "café", 'a "quoted"',
    "back\\slash",
]  # fmt: skip
CAMERAS = [("Canon", "EOS R5"), ("Nikon", "Z 6II"), ("Sony", "ILCE-7M4"), ("FUJIFILM", "X-T5"), ("Apple", "iPhone 14 Pro")]
SIZES = [(4000, 3000), (6000, 4000), (8192, 5464), (1920, 1080), (3840, 2160)]
Row = dict[str, Any]
Rows = tuple[Table, list[Row]]


@dataclass
class Library:
    """The rows of one library, and its id. They are made once, in order."""

    name: str
    size: int
    seed: int
    made: int = 0
    id: Id = b""
    tags: list[Id] = field(default_factory=list[Id])
    collections: list[Id] = field(default_factory=list[Id])
    ends: list[int] = field(default_factory=list[int])

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.id = self.key()
        self.ends = [0] * COLLECTIONS
        self.ranks = list(ranks(4 * self.size // COLLECTIONS + 100, None, None))

    def rows(self) -> Iterator[Rows]:
        """Rows by table, those before others that point to them; media come in pieces."""
        yield library_table, [self.own(id=self.id, name=self.name)]
        yield storage_table, [self.storage()]
        tags = [self.named("tag", at, color=self.color()) for at in range(TAGS)]
        collections = [self.named("collection", at) for at in range(COLLECTIONS)]
        self.tags, self.collections = [row["id"] for row in tags], [row["id"] for row in collections]
        yield tag_table, tags
        yield collection_table, collections
        for start in range(0, self.size, PIECE):
            yield from self.piece(range(start, min(start + PIECE, self.size)))

    def piece(self, numbers: range) -> Iterator[Rows]:
        media = [self.media(number) for number in numbers]
        yield media_table, media
        yield media_metadata_table, [self.metadata(row) for row in media]
        yield media_tag_table, [link for row in media for link in self.links(row)]
        yield collection_item_table, [item for row in media for item in self.items(row)]

    def key(self) -> Id:
        """As `new_id`, but repeatable."""
        self.made += 1
        raw = bytearray((FIRST_ID + self.made).to_bytes(6, "big") + self.random.randbytes(10))
        raw[6], raw[8] = raw[6] & 0x0F | 0x70, raw[8] & 0x3F | 0x80
        return bytes(raw)

    def own(self, **values: Any) -> Row:
        return {"library_id": self.id, "created_at": START, **values}

    def storage(self) -> Row:
        return self.own(id=self.key(), key="local", name="Files", protocol="file", is_read_only=False, is_default=True)

    def named(self, what: str, at: int, **more: Any) -> Row:
        name = f"{self.random.choice(WORDS)} {what} {at}"
        return self.own(id=self.key(), name=name, folded_name=fold(name), slug=slug(name), version=1, updated_at=START, **more)

    def color(self) -> str | None:
        return f"#{self.random.randrange(1 << 24):06x}" if self.random.random() < 0.8 else None

    def media(self, number: int) -> Row:
        """A row of media. Three in a row came at the same moment, one in fifty lies in the trash."""
        chance = self.random
        kind = chance.choice(KINDS)
        ending, mime_type = chance.choice(TYPES[kind])
        word, came = chance.choice(WORDS), START + timedelta(minutes=number // 3)
        seen = chance.choice(SIZES) if kind in (MediaKind.IMAGE, MediaKind.VIDEO) else (None, None)
        place = self.place() if kind is MediaKind.IMAGE else (None, None, None)
        return self.own(
            id=self.key(), kind=kind, status=MediaStatus.READY, version=1, is_favorite=chance.random() < 0.05,
            filename=f"{word}_{number:07}.{ending}", original_filename=f"{word}_{number:07}.{ending}", extension=ending,
            mime_type=mime_type, size=chance.randrange(20_000, 5_000_000_000), sha256=chance.randbytes(32).hex(),
            folder=f"{came.year}/{came.month:02}", title=f"{word.title()} #{number}" if chance.random() < 0.8 else None,
            created_at=came, updated_at=came, taken_at=came - timedelta(minutes=chance.randrange(100_000)),
            trashed_at=came if chance.random() < 0.02 else None, width=seen[0], height=seen[1],
            latitude=place[0], longitude=place[1], altitude=place[2],
            is_animated=False if kind is MediaKind.IMAGE else None,
            duration_ms=chance.randrange(5_400_000) if kind in (MediaKind.VIDEO, MediaKind.AUDIO) else None,
        )  # fmt: skip

    def place(self) -> tuple[float | None, float | None, float | None]:
        if self.random.random() < 0.3:
            return None, None, None
        high = round(self.random.uniform(0, 3000), 1) if self.random.random() < 0.5 else None
        return round(self.random.uniform(-60, 70), 6), round(self.random.uniform(-180, 180), 6), high

    def metadata(self, media: Row) -> Row:
        """The metadata of a media. One image in ten has no EXIF at all."""
        image = media["kind"] is MediaKind.IMAGE
        make, model = self.random.choice(CAMERAS)
        wrote = image and self.random.random() < 0.9
        same = {name: media[name] for name in ("width", "height", "latitude", "longitude", "altitude", "duration_ms")}
        return {
            "media_id": media["id"], "library_id": self.id, "kind": media["kind"], "extra": {},
            "extracted_at": media["created_at"],
            "make": make if wrote else None, "model": model if wrote else None, "orientation": 1 if wrote else None,
            "iso": self.random.choice((100, 200, 400, 800, 1600)) if wrote else None,
            "f_number": self.random.choice((1.8, 2.8, 4.0)) if wrote else None, **same,
        }  # fmt: skip

    def links(self, media: Row) -> Iterator[Row]:
        for tag in self.random.sample(self.tags, TAGS_OF_MEDIA):
            yield {
                "media_id": media["id"], "tag_id": tag, "library_id": self.id, "source": MetadataSource.MANUAL,
                "tagged_at": media["created_at"], "media_created_at": media["created_at"],
            }  # fmt: skip

    def items(self, media: Row) -> Iterator[Row]:
        for at in self.random.sample(range(COLLECTIONS), COLLECTIONS_OF_MEDIA):
            position, self.ends[at] = self.ranks[self.ends[at]], self.ends[at] + 1
            yield {
                "media_id": media["id"], "collection_id": self.collections[at], "library_id": self.id, "position": position,
                "added_at": media["created_at"],
            }  # fmt: skip
