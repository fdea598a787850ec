"""The rows of a library of any size, the same for the same seed: what people have, with the few things they have most of.

Each media has metadata, four tags and two collections. Tags are skewed: one is on every fifth media, the last of the common ones
on one in two hundred, rare ones on a few. Some more collections have rules.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Table

from benchmarks.described import Facts
from benchmarks.indexed import Texts, texts
from benchmarks.ruled import rules
from benchmarks.words import Language, zipf
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
    media_text_table,
    metadata_entry_table,
    rendition_table,
    storage_table,
    tag_table,
)  # fmt: skip

TAGS = COLLECTIONS = 200
RARE_TAGS = 300
ROOT_TAGS, INNER_TAGS = 12, 60
ROOT_COLLECTIONS, INNER_COLLECTIONS = 40, 80
TAGS_OF_MEDIA, COLLECTIONS_OF_MEDIA = 4, 2
LAST = "zzz"
PIECE = 5_000
"""Media whose rows are made, and inserted, at a time."""
START = datetime(2016, 1, 1, tzinfo=UTC)
YEARS = 8
FIRST_ID = 1_451_606_400_000
STORAGES = [("local", "Files"), ("archive", "The archive"), ("cloud", "Somebody's computer")]
CATEGORIES = ["people", "places", "events", None]
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
    rare: list[Id] = field(default_factory=list[Id])
    collections: list[Id] = field(default_factory=list[Id])
    storages: list[Id] = field(default_factory=list[Id])
    ranks: list[str] = field(default_factory=list[str])
    words: list[tuple[Id, Texts]] = field(default_factory=list[tuple[Id, Texts]])
    """What is to be indexed of the media of the last piece."""

    def __post_init__(self) -> None:
        self.random, self.names = random.Random(self.seed), dict[Id, str]()
        self.id = self.key()
        self.language = Language(self.seed)
        self.facts = Facts(self.random, self.language)
        self.ends = [0] * COLLECTIONS
        self.endless = ranks(self.size * COLLECTIONS_OF_MEDIA, None, None)
        self.weights = zipf(range(TAGS), flat=3.7)
        self.held = zipf(range(COLLECTIONS), flat=5)

    def rows(self) -> Iterator[Rows]:
        """Rows by table, those before others that point to them; media come in pieces."""
        yield from self.places()
        tags = [self.tag(at) for at in range(TAGS + RARE_TAGS)]
        collections = [self.named("collection", at) for at in range(COLLECTIONS)]
        self.tags, self.rare = [row["id"] for row in tags[:TAGS]], [row["id"] for row in tags[TAGS:]]
        self.collections = [row["id"] for row in collections]
        yield tag_table, nested(tags, ROOT_TAGS, INNER_TAGS)
        self.names = {row["id"]: row["name"] for row in tags}
        ruled = [self.ruled(COLLECTIONS + at, rule) for at, rule in enumerate(rules(self.tags))]
        yield collection_table, [held(row, collection_table) for row in nested(collections, ROOT_COLLECTIONS, INNER_COLLECTIONS)]
        yield collection_table, [held(row, collection_table) for row in nested(ruled, len(ruled), 0)]
        for numbers in self.pieces():
            yield from self.piece(numbers)

    def bare(self) -> Iterator[Rows]:
        """Media and nothing that belongs to them."""
        yield from self.places()
        for numbers in self.pieces():
            yield media_table, [self.media(number) for number in numbers]

    def places(self) -> Iterator[Rows]:
        yield library_table, [self.own(id=self.id, name=self.name)]
        storages = [self.storage(*one) for one in STORAGES]
        self.storages = [row["id"] for row in storages]
        yield storage_table, storages

    def pieces(self) -> Iterator[range]:
        return (range(start, min(start + PIECE, self.size)) for start in range(0, self.size, PIECE))

    def piece(self, numbers: range) -> Iterator[Rows]:
        media = [self.media(number) for number in numbers]
        yield media_table, media
        facts = [{**self.facts.metadata(row), "library_id": self.id} for row in media]
        yield media_metadata_table, facts
        prose = {row["id"]: self.text(row) for row in media if row["kind"] is MediaKind.DOCUMENT}
        yield media_text_table, list(prose.values())
        entries = {row["id"]: list(self.entries(row)) for row in media}
        yield metadata_entry_table, [entry for some in entries.values() for entry in some]
        yield rendition_table, [self.thumbnail(row) for row in media if row["width"]]
        links = {row["id"]: list(self.links(row)) for row in media}
        yield media_tag_table, [link for some in links.values() for link in some]
        self.words = [
            (row["id"], texts(row, told, prose.get(row["id"]), self.called(links[row["id"]]), entries[row["id"]]))
            for row, told in zip(media, facts, strict=True)
        ]
        yield collection_item_table, [item for row in media for item in self.items(row)]

    def key(self) -> Id:
        """As `new_id`, but repeatable."""
        self.made += 1
        raw = bytearray((FIRST_ID + self.made).to_bytes(6, "big") + self.random.randbytes(10))
        raw[6], raw[8] = raw[6] & 0x0F | 0x70, raw[8] & 0x3F | 0x80
        return bytes(raw)

    def own(self, **values: Any) -> Row:
        return {"library_id": self.id, "created_at": START, **values}

    def storage(self, key: str, name: str) -> Row:
        local = key == "local"
        return self.own(id=self.key(), key=key, name=name, protocol="file", is_read_only=not local, is_default=local)

    def tag(self, at: int) -> Row:
        color = f"#{self.random.randrange(1 << 24):06x}" if self.random.random() < 0.8 else None
        return self.named("tag", at, color=color, category=CATEGORIES[at % len(CATEGORIES)])

    def named(self, what: str, at: int, **more: Any) -> Row:
        name = f"{self.random.choice(self.language.words)} {what} {at}"
        return self.own(id=self.key(), name=name, folded_name=fold(name), slug=slug(name), version=1, updated_at=START, **more)

    def ruled(self, at: int, rule: str) -> Row:
        """A collection with a rule; by name it comes behind all others."""
        row = self.named("collection", at, rule=rule)
        name = f"{LAST} {row['name']}"
        return row | {"name": name, "folded_name": fold(name), "slug": slug(name)}

    def called(self, links: list[Row]) -> list[str]:
        """The names of the tags that links lead to, in their order."""
        worn = {link["tag_id"] for link in links}
        return sorted((self.names[tag] for tag in worn), key=fold)

    def media(self, number: int) -> Row:
        """A row of media. Three in a row came at the same moment, one in fifty lies in the trash."""
        luck = self.random.random
        came = START + timedelta(seconds=number // 3 * 3 * (YEARS * 31_557_600) // self.size)
        status = MediaStatus.READY if luck() < 0.99 else MediaStatus.PROCESSING if luck() < 0.5 else MediaStatus.FAILED
        return self.own(
            id=self.key(), status=status, version=1, is_favorite=luck() < 0.05,
            rating=None if luck() < 0.7 else min(5, int(2 + luck() * 4)), sha256=self.random.randbytes(32).hex(),
            storage_id=self.storages[int(luck() ** 4 * len(STORAGES))], **self.facts.media(number, came) | {"created_at": came},
            trashed_at=came if luck() < 0.02 else None, shuffle=self.random.getrandbits(31),
        )  # fmt: skip

    def text(self, media: Row) -> Row:
        return {"media_id": media["id"], "library_id": self.id, "text": self.facts.prose(15)}

    def entries(self, media: Row) -> Iterator[Row]:
        for entry in self.facts.entries():
            yield {"id": self.key(), "media_id": media["id"], "library_id": self.id, "updated_at": media["created_at"], **entry}

    def thumbnail(self, media: Row) -> Row:
        height = round(300 * media["height"] / media["width"])
        return {
            "media_id": media["id"], "name": "thumbnail", "library_id": self.id, "storage_id": self.storages[0], "size": 20_000,
            "key": f"renditions/{media['sha256']}", "mime_type": "image/webp", "width": 300, "height": height,
            "sha256": media["sha256"],
        }  # fmt: skip

    def links(self, media: Row) -> Iterator[Row]:
        for tag in self.worn():
            yield {
                "media_id": media["id"], "tag_id": tag, "library_id": self.id, "source": MetadataSource.MANUAL,
                "tagged_at": media["created_at"], "media_created_at": media["created_at"],
            }  # fmt: skip

    def worn(self) -> list[Id]:
        """Four different tags, on one media in a hundred a rare one among them."""
        chosen = [self.tags[at] for at in self.different(self.weights, TAGS_OF_MEDIA)]
        if self.random.random() < 0.01:
            chosen[-1] = self.random.choice(self.rare)
        return chosen

    def items(self, media: Row) -> Iterator[Row]:
        for at in self.different(self.held, COLLECTIONS_OF_MEDIA):
            yield {
                "media_id": media["id"], "collection_id": self.collections[at], "library_id": self.id,
                "position": self.next_rank(at), "added_at": media["created_at"],
            }  # fmt: skip

    def different(self, weighted: tuple[list[int], list[float]], count: int) -> list[int]:
        """So many different places, the first of all most often."""
        places, weights = weighted
        found = dict.fromkeys(self.random.choices(places, cum_weights=weights, k=count))
        while len(found) < count:
            found[self.random.choices(places, cum_weights=weights)[0]] = None
        return list(found)

    def next_rank(self, at: int) -> str:
        """Behind the last one of a collection; all collections have the same ranks."""
        end = self.ends[at]
        if end == len(self.ranks):
            self.ranks += islice(self.endless, 1_000)
        self.ends[at] = end + 1
        return self.ranks[end]


def held(row: Row, table: Table) -> Row:
    """What of a row its table has columns for."""
    return {name: value for name, value in row.items() if name in table.c}


def nested(rows: list[Row], roots: int, inner: int) -> list[Row]:
    """Three levels: so many at the top, so many below them, the rest below those."""
    for at, row in enumerate(rows):
        parent = None if at < roots else at % roots if at < roots + inner else roots + at % inner
        above = None if parent is None else rows[parent]
        row["parent_id"] = above and above["id"]
        row["depth"] = above["depth"] + 1 if above else 0
        row["path"] = f"{above['path']}/{row['slug']}" if above else row["slug"]
    return rows
