"""A library of everything there can be: each kind many times, each field with values and without, trash, links and gaps."""

from dataclasses import fields
from datetime import timedelta
from random import Random
from typing import Any

from domain import Media, MediaKind, MediaStatus, MediaTag, MetadataEntry, MetadataSource, ProcessingRun, RunState, Tag, new_id
from domain.errors import FailureCode
from domain.media_types import MEDIA_TYPES
from domain.metadata import Chapter, MediaStream, StreamKind, value_type
from domain.processing import PROCESSORS
from persistence.database import SqlWork
from tests.persistence.builders import EPOCH, add_collection, add_media, add_storage, add_tag, add_usage, rendition_of

OF_EACH = 5
TEXTS = ["", "a", "ordinary words", 'it\'s "quoted" \\ {x} §1§ %s', "İstanbul ß ﬁ", "日本語 🎞", "line\nbreak\ttab", "x" * 300]
NUMBERS = {"int": [0, 1, 90, 2**31 - 1], "float": [0.0, -1.5, 1 / 3, 51.477, 1e-9, 25.0]}
VALUES: list[Any] = [
    "made by hand",
    "7",
    "null",
    "[1]",
    7,
    2**40,
    0.1,
    True,
    False,
    [1, [2, {"a": None}]],
    {"b": {"c": [1.5]}, "": "ü"},
    [],
    {},
]
OWN = frozenset(field.name for field in fields(Media))
GIVEN = ("title", "description", "alt_text", "rating", "latitude", "longitude", "altitude", "thumbhash", "dominant_color", "size")
TYPED = {
    "streams": (
        MediaStream(index=0, kind=StreamKind.VIDEO, codec="h264", width=96, height=64, frame_rate=29.97, bitrate=2**33),
        MediaStream(index=1, kind=StreamKind.AUDIO, channels=2, sample_rate=44_100, language="de"),
    ),
    "chapters": (Chapter(start_ms=0, end_ms=10, title="One"), Chapter(start_ms=10, end_ms=20)),
}


RULES = {
    "Pictures": '{"filter":{"kind":{"eq":"IMAGE"}},"orderBy":[],"limit":null}',
    "Pictures too": '{"filter":{"kind":{"eq":"IMAGE"}},"orderBy":[],"limit":null}',
    "Largest": '{"filter":{"or":[{"size":{"gt":1}},{"tags":{"isEmpty":true}}]},'
               '"orderBy":[{"field":"SIZE","direction":"DESC"},{"field":"FILENAME"}],"limit":7}',
    "Nothing": '{"filter":{"or":[]},"orderBy":[{"field":"RANDOM","seed":3}],"limit":null}',
    "By chance": '{"filter":{},"orderBy":[{"field":"RANDOM","seed":3}],"limit":null}',
}  # fmt: skip
"""Of SMART collections; two have the same."""


class Filling:
    """Fills a library, the same way for the same seed."""

    def __init__(self, work: SqlWork, seed: int) -> None:
        self.work, self.chance = work, Random(seed)

    def some(self, kind: str) -> Any:
        """A value of a type as entities spell it, or None."""
        if self.chance.random() < 0.3:
            return None
        plain = kind.split(" | ", maxsplit=1)[0]
        if plain == "bool":
            return self.chance.random() < 0.5
        return self.chance.choice(NUMBERS.get(plain, TEXTS))

    def of_entity(self, entity: type[Any], names: frozenset[str]) -> dict[str, Any]:
        found = {field.name: self.some(str(getattr(field.type, "__name__", field.type))) for field in fields(entity)
                 if field.name in names and field.name not in TYPED}  # fmt: skip
        return found | {name: held for name, held in TYPED.items() if name in names and self.chance.random() < 0.6}

    def attributes(self, kind: MediaKind) -> dict[str, Any]:
        plain: dict[str, Any] = {name: self.some("str") for name in GIVEN}
        plain["size"] = self.chance.choice([None, 0, 7, 2**40])
        plain["rating"] = self.chance.choice([None, 0, 3, 5])
        place = self.chance.random() < 0.5
        plain |= {"latitude": 51.477 if place else None, "longitude": -0.001 if place else None,
                  "altitude": self.some("float") if place else None}  # fmt: skip
        plain |= self.of_entity(MEDIA_TYPES[kind].entity, MEDIA_TYPES[kind].own_fields)
        return plain | {"is_favorite": self.chance.random() < 0.5, "status": self.chance.choice(list(MediaStatus))}

    async def media(self, number: int, kind: MediaKind, **more: Any) -> Media:
        """A media with metadata, values under names, runs and words."""
        made = await add_media(self.work, number, kind, **self.attributes(kind), **more)
        facts = self.of_entity(MEDIA_TYPES[kind].metadata, MEDIA_TYPES[kind].metadata_fields)
        if "latitude" in facts and None in (facts["latitude"], facts["longitude"]):
            facts |= {"latitude": None, "longitude": None, "altitude": None}
        extra = self.chance.choice([{}, {"a": 1}, {"z": [None, 1.5], "a": {"ü": True}}])
        await self.work.metadata.change(made.id, {**facts, "extra": extra, "extracted_at": self.chance.choice([None, EPOCH])})
        await self.work.metadata.replace_entries(made.id, ["exif", "xmp"], [self.entry(made, at) for at in range(number % 4)])
        await self.work.runs.put([self.run(made, one.key) for one in list(PROCESSORS)[: number % 3]])
        if kind is MediaKind.DOCUMENT and number % 2:
            await self.work.metadata.put_text(made.id, f"words of {number} " * 200)
        return made

    def entry(self, media: Media, at: int) -> MetadataEntry:
        value = self.chance.choice(VALUES)
        return MetadataEntry(
            id=new_id(), media_id=media.id, namespace=("exif", "xmp")[at % 2], key=f"key {at}", type=value_type(value),
            value=value, text=str(value), source=self.chance.choice(list(MetadataSource)),
            confidence=self.some("float"), locked=at == 1,
            updated_at=EPOCH + timedelta(microseconds=at),
        )  # fmt: skip

    def run(self, media: Media, processor: str) -> ProcessingRun:
        failed = self.chance.random() < 0.5
        found = {"error_code": self.chance.choice(list(FailureCode)), "error_message": "No.", "error_retryable": True}
        state = RunState.FAILED if failed else self.chance.choice(list(RunState))
        return ProcessingRun(
            media_id=media.id, processor=processor, state=state, attempts=self.chance.randrange(3), started_at=EPOCH,
            **found if failed else {},
        )  # fmt: skip

    async def tags(self, media: list[Media]) -> list[Tag]:
        """Tags of all, of some and of no media, by several sources; some below others, which imply each other in a circle."""
        tags: list[Tag] = []
        for at in range(6):
            parent = tags[at // 2 - 1] if at > 1 else None
            tags.append(await add_tag(self.work, f"tag {at}", parent=parent, aliases=(f"Alias {at}", f"ÄLIAS {at}")[: at % 3]))
        for at, tag in enumerate(tags[:4]):
            await self.work.tags.imply(tag.id, [tags[(at + step) % 4].id for step in range(1, at + 1)])
        for at, tag in enumerate(tags):
            worn = [] if at == len(tags) - 1 else [one for number, one in enumerate(media) if number % (at + 1) == 0]
            for one in worn:
                link = MediaTag(source=self.chance.choice(list(MetadataSource)), confidence=self.some("float"), tagged_at=EPOCH)
                await self.work.tags.attach({(one.id, tag.id): link}, {one.id: one})
        await self.work.tags.change(tags[0].id, {"description": TEXTS[3], "color": "#aabbcc", "category": "c"})
        return tags

    async def usages(self, media: list[Media]) -> None:
        """Of one media very many, of others a few or none, also of what lies in the trash; several of a consumer."""
        for number in range(30):
            await add_usage(self.work, media[0], entity_id=str(number % 10), field=f"field {number}", position=number % 3)
        for number, one in enumerate(media[::2]):
            crop = self.chance.choice([None, {}, {"x": 0.5, "y": None, "name": "wide", "on": True}])
            point = self.chance.choice([{}, {"focal_x": 0.25, "focal_y": 1.0}])
            await add_usage(
                self.work, one, ("main", "gallery")[number % 2], app=("blog", "shop")[number % 2], label=self.some("str"),
                position=self.chance.choice([None, number]), alt_text=self.some("str"), caption=self.some("str"), crop=crop,
                url=self.chance.choice([None, "https://h/1"]), **point,
            )  # fmt: skip

    async def fill(self) -> None:
        storage = await add_storage(self.work, "disk")
        media = [
            await self.media(number, kind, path=f"folder/{number}", storage_id=storage.id, sha256=f"{number:064x}")
            for number, kind in enumerate(list(MediaKind) * OF_EACH)
        ]
        for number, one in enumerate(media):
            if number % 2:
                await self.work.metadata.put_rendition(rendition_of(one, storage, f"renditions/{number}"))
        media.append(await self.media(98, MediaKind.IMAGE, source_url="https://h/a.jpg"))
        media.append(await self.media(99, MediaKind.VIDEO, trashed_at=EPOCH))
        await self.tags(media)
        await self.usages(media)
        outer = await add_collection(self.work, "Outer", *media)
        inner = await add_collection(self.work, "Inner", *media[::3], parent=outer)
        await add_collection(self.work, "Innermost", parent=inner)
        await add_collection(self.work, "Empty")
        await self.work.collections.change(inner.id, {"cover_id": media[0].id})
        for name, rule in RULES.items():
            smart = await add_collection(self.work, name)
            await self.work.collections.change(smart.id, {"rule": rule})


async def fill(work: SqlWork, seed: int = 0) -> None:
    """Puts everything into the library of this principal."""
    await Filling(work, seed).fill()
