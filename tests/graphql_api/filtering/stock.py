"""A dozen media that differ in whatever a filter can say, and the same as plain values to judge filters by."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from domain import Media, MediaKind, MediaStatus, MediaUsage, MetadataEntry, MetadataSource, ProcessingRun, RunState, new_id
from domain.media import aspect_ratio
from domain.media_types.image import camera
from domain.metadata import value_type
from persistence.database import SqlWork
from tests.persistence.builders import add_collection, add_media, add_storage, add_tag

IMAGE, VIDEO, AUDIO, DOCUMENT, OTHER = MediaKind
NOW = datetime.now(UTC).replace(microsecond=0)
OLD = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
Row = dict[str, Any]
ROWS: dict[str, tuple[MediaKind, Row]] = {
    "a": (IMAGE, {"title": "Späte Sonne", "folder": "Trips/Rome", "width": 400, "height": 300, "is_animated": False, "rating": 5,
                  "latitude": 41.9, "longitude": 12.5, "size": 10, "path": "Trips/a.JPG", "sha256": "aa" * 32}),
    "b": (IMAGE, {"title": "snake_case 100%", "folder": "trips", "width": 300, "height": 400, "is_animated": True, "rating": 0,
                  "latitude": 41.8, "longitude": 12.4, "is_favorite": True, "alt_text": "A Bridge", "sha256": "bb" * 32}),
    "c": (IMAGE, {"width": 300, "height": 300, "description": "One of many", "latitude": -17.7, "longitude": 179.9, "size": 2**40,
                  "alt_text": "a bridge at night", "original_filename": "IMG_1.HEIC", "extension": "heic"}),
    "d": (IMAGE, {"title": "SPÄTE SONNE", "latitude": -17.8, "longitude": -179.8, "status": MediaStatus.FAILED, "size": 0}),
    "e": (VIDEO, {"title": "", "width": 1920, "height": 1080, "duration_ms": 60_000, "latitude": 89.9, "longitude": 0.0,
                  "taken_at": OLD, "mime_type": "video/mp4", "path": "film/e.mp4", "description": "one"}),
    "f": (VIDEO, {"title": "snakeXcase", "width": 1080, "height": 1920, "duration_ms": 59_999, "trashed_at": NOW,
                  "sha256": "aa" * 32, "mime_type": "video/x-matroska", "rating": 3, "folder": "Trips/rome/Night"}),
    "g": (AUDIO, {"title": "Ночь", "duration_ms": 1, "taken_at": NOW - timedelta(days=10), "mime_type": "audio/flac"}),
    "h": (AUDIO, {"duration_ms": 180_000, "mime_type": "audio/mpeg", "status": MediaStatus.PROCESSING, "is_favorite": True,
                  "sha256": "bb" * 32}),
    "i": (DOCUMENT, {"title": "Report", "page_count": 12, "mime_type": "application/pdf", "original_filename": "Report.pdf",
                     "extension": "pdf", "created_at": OLD, "updated_at": OLD, "taken_at": OLD, "description": "ONE of many"}),
    "j": (DOCUMENT, {"page_count": 1, "mime_type": "application/pdf", "rating": 3, "trashed_at": OLD, "title": "back\\slash"}),
    "k": (OTHER, {"size": 7, "updated_at": NOW - timedelta(hours=5), "folder": "x"}),
}  # fmt: skip
FACTS: dict[str, Row] = {
    "a": {"make": "Canon", "model": "Canon EOS R5", "lens": "RF 50mm", "iso": 100, "artist": "Ada"},
    "b": {"make": "NIKON", "model": "Z 6II", "lens": "Z 24-70", "iso": 3200},
    "c": {"make": "Apple"},
    "d": {"model": "canon eos r5", "iso": 100},
    "e": {"video_codec": "h264", "audio_codec": "aac"},
    "f": {"video_codec": "HEVC"},
    "g": {"codec": "flac", "artist": "ADA", "album": "Blue", "genre": "Jazz", "year": 1999},
    "h": {"codec": "mp3", "artist": "Bob", "album": "blue", "genre": "jazz fusion", "year": 2024},
}
ENTRIES: list[tuple[str, str, str, Any]] = [
    ("a", "exif", "Software", "GIMP 2"), ("b", "exif", "Software", "gimp 3"), ("c", "xmp", "Software", "other"),
    ("a", "exif", "Stars", 4), ("b", "exif", "Stars", 4.5), ("d", "exif", "Stars", "many"), ("e", "xmp", "Flag", True),
]  # fmt: skip
RUNS = [("a", "probe", RunState.SUCCEEDED), ("a", "thumbnail", RunState.FAILED), ("b", "probe", RunState.FAILED),
        ("c", "probe", RunState.SUCCEEDED)]  # fmt: skip
USAGES = [("a", "shop", "page", "1", "main"), ("a", "shop", "page", "2", "gallery"), ("b", "Blog", "post", "1", "main"),
          ("f", "shop", "product", "x", "Gallery")]  # fmt: skip
# the third lies below the second
TAGS = {"one": "abc", "two": "a", "three": "adf"}
COLLECTIONS = {"in": "ac", "out": "cf"}


@dataclass
class Stock:
    """The media as plain values, by letter, and the ids of what they are linked to."""

    things: dict[str, Row] = field(default_factory=dict[str, Row])
    ids: dict[str, bytes] = field(default_factory=dict[str, bytes])


def filename(letter: str) -> str:
    return f"{letter.upper() if letter in 'bd' else letter}_File.{'JPG' if letter < 'e' else 'bin'}"


async def fill(work: SqlWork) -> Stock:
    """Adds the media, what is known of them and what they are linked to."""
    stock, made = Stock(), dict[str, Media]()
    storage = await add_storage(work)
    stock.ids["storage"] = storage.id
    for number, (letter, (kind, values)) in enumerate(ROWS.items()):
        time = {name: NOW - timedelta(days=100 * number) for name in ("created_at", "updated_at", "taken_at")}
        stored = {"storage_id": storage.id} if letter in "ae" else {}
        made[letter] = await add_media(work, number, kind, **{"filename": filename(letter), **time, **stored, **values})
        await work.metadata.change(made[letter].id, FACTS.get(letter, {}))
        stock.ids[letter] = made[letter].id
        stock.things[letter] = thing(made[letter], FACTS.get(letter, {}))
    above = None
    for name, letters in TAGS.items():
        tag = await add_tag(work, name, *(made[letter] for letter in letters), parent=above if name == "three" else None)
        stock.ids[name], above = tag.id, tag
        link(stock, "tags", name, letters)
    for letter in TAGS["three"]:
        stock.things[letter]["above_tags"] = {stock.ids["two"]}
    outer = None
    for name, letters in COLLECTIONS.items():
        inside = outer if name == "out" else None
        outer = await add_collection(work, name, *(made[letter] for letter in letters), parent=inside)
        stock.ids[name] = outer.id
        link(stock, "collections", name, letters)
        for letter in letters:
            stock.things[letter]["above_collections"] |= {inside.id} if inside else set()
    await add_small(work, stock)
    for one in stock.things.values():
        others = (other for other in stock.things.values() if other is not one and other["trashed_at"] is None)
        one["copies"] = {other["id"] for other in others if other["sha256"] == one["sha256"] and one["sha256"]}
    return stock


async def add_small(work: SqlWork, stock: Stock) -> None:
    for letter in stock.things:
        mine = [one for one in ENTRIES if one[0] == letter]
        entries = [entry(stock.ids[letter], *rest) for _, *rest in mine]
        await work.metadata.replace_entries(stock.ids[letter], ["exif", "xmp"], entries)
        stock.things[letter]["metadata"] = [
            {"namespace": one.namespace, "key": one.key, "text": one.text,
             "number": float(one.value) if type(one.value) in (int, float) else None}
            for one in entries
        ]  # fmt: skip
    await work.runs.put([ProcessingRun(media_id=stock.ids[letter], processor=name, state=state) for letter, name, state in RUNS])
    for letter, app, kind, key, name in USAGES:
        used = {"app": app, "entity_type": kind, "entity_id": key, "field": name}
        await work.usages.put([MediaUsage(id=new_id(), media_id=stock.ids[letter], **used)])
        stock.things[letter]["usages"].append(used)
    for letter, name, state in RUNS:
        stock.things[letter]["processing"].append({"processor": name, "state": state})


def entry(media: bytes, namespace: str, key: str, value: Any) -> MetadataEntry:
    return MetadataEntry(
        id=new_id(), media_id=media, namespace=namespace, key=key, type=value_type(value), value=value, text=str(value),
        source=MetadataSource.EXTRACTED, updated_at=OLD,
    )  # fmt: skip


def link(stock: Stock, relation: str, name: str, letters: str) -> None:
    for letter in letters:
        stock.things[letter][relation].add(stock.ids[name])


def thing(media: Any, facts: Row) -> Row:
    """What filters may ask of a media, by the domain's names."""
    width, height = getattr(media, "width", None), getattr(media, "height", None)
    shown = "SQUARE" if width == height else "LANDSCAPE" if width and height and width > height else "PORTRAIT"
    own = {name: getattr(media, name) for name in dir(media) if not name.startswith("_")}
    names = ("lens", "iso", "artist", "album", "genre", "year", "video_codec")
    return own | {name: facts.get(name) for name in names} | {
        "width": width, "height": height, "aspect_ratio": aspect_ratio(width, height), "orientation": shown if width else None,
        "is_animated": bool(getattr(media, "is_animated", False)), "duration_ms": getattr(media, "duration_ms", None),
        "page_count": getattr(media, "page_count", None), "audio_codec": facts.get("audio_codec", facts.get("codec")),
        "camera": camera(facts.get("make"), facts.get("model")), "tags": set(),
        "above_tags": set(), "above_collections": set(), "collections": set(), "processing": [],
        "metadata": [], "usages": [],
    }  # fmt: skip
