"""What is told of a made-up media: names, texts, dates, places, and the facts its file would say."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from benchmarks.words import CAMERAS, CITIES, CODECS, GENRES, LANGUAGES, SOFTWARE, Language, spread
from domain import MediaKind
from domain.metadata import MetadataSource, ValueType

KINDS = [MediaKind.IMAGE] * 70 + [MediaKind.VIDEO] * 15 + [MediaKind.AUDIO] * 8 + [MediaKind.DOCUMENT] * 5 + [MediaKind.OTHER] * 2
TYPES = {
    MediaKind.IMAGE: [("jpg", "image/jpeg"), ("jpg", "image/jpeg"), ("heic", "image/heic"), ("png", "image/png")],
    MediaKind.VIDEO: [("mp4", "video/mp4"), ("mkv", "video/x-matroska")],
    MediaKind.AUDIO: [("flac", "audio/flac"), ("mp3", "audio/mpeg")],
    MediaKind.DOCUMENT: [("pdf", "application/pdf")],
    MediaKind.OTHER: [("bin", "application/octet-stream")],
}
SIZES = [(4000, 3000), (3000, 4000), (6000, 4000), (8192, 5464), (1920, 1080), (3840, 2160), (2048, 2048)]
BYTES = {MediaKind.IMAGE: 25, MediaKind.VIDEO: 4_000, MediaKind.AUDIO: 60, MediaKind.DOCUMENT: 10, MediaKind.OTHER: 100}
"""At most so many megabytes."""
PLACED, SEEN = (MediaKind.IMAGE,), (MediaKind.IMAGE, MediaKind.VIDEO)
SAID = """make model lens orientation iso f_number focal_length exposure_time frame_rate video_codec audio_codec codec title
  artist album genre year track_number sample_rate channels page_count author language"""
NOTHING: dict[str, Any] = dict.fromkeys(SAID.split())
Row = dict[str, Any]


class Facts:
    """Makes what is told of media, by one chance."""

    def __init__(self, chance: random.Random, language: Language) -> None:
        self.random, self.language = chance, language
        made = random.Random(1)
        self.cameras, self.cities = spread(CAMERAS, made), spread(CITIES, made, flat=1)
        self.artists = spread(range(len(language.people)), made, flat=3)
        self.genres, self.codecs = spread(GENRES, made, flat=1), spread(CODECS, made)

    def pick(self, things: list[Any]) -> Any:
        return things[int(self.random.random() * len(things))]

    def prose(self, phrases: int) -> str:
        return ". ".join([self.pick(self.language.phrases) for _ in range(phrases)])

    def media(self, number: int, came: datetime) -> Row:
        """The columns of a media that describe it."""
        luck = self.random.random
        kind = self.pick(KINDS)
        ending, mime_type = self.pick(TYPES[kind])
        word, other = self.pick(self.language.words), self.pick(self.language.words)
        width, height = self.pick(SIZES) if kind in SEEN else (None, None)
        latitude, longitude, altitude = self.place() if kind in PLACED else (None, None, None)
        filename = f"{word}_{number:07}.{ending}"
        return {
            "kind": kind, "filename": filename, "original_filename": filename, "extension": ending, "mime_type": mime_type,
            "size": 20_000 + int(luck() ** 3 * BYTES[kind] * 1e6), "folder": self.folder(came, word),
            "title": f"{word.title()} {other} #{number}" if luck() < 0.8 else None,
            "description": self.prose(1 + int(luck() * 2)) if luck() < 0.5 else None,
            "alt_text": self.pick(self.language.phrases) if kind is MediaKind.IMAGE and luck() < 0.4 else None,
            "updated_at": came + timedelta(minutes=int(luck() ** 4 * 500_000)),
            "taken_at": came - timedelta(minutes=int(luck() ** 3 * 3_000_000)), "width": width, "height": height,
            "latitude": latitude, "longitude": longitude, "altitude": altitude,
            "is_animated": False if kind is MediaKind.IMAGE else None,
            "duration_ms": int(luck() ** 2 * 5_400_000) if kind in (MediaKind.VIDEO, MediaKind.AUDIO) else None,
            "page_count": 1 + int(luck() ** 3 * 400) if kind is MediaKind.DOCUMENT else None,
        }  # fmt: skip

    def folder(self, came: datetime, word: str) -> str:
        month = f"{came.year}/{came.month:02}"
        return f"{month}/{word}" if self.random.random() < 0.3 and "\\" not in word else month

    def place(self) -> tuple[float | None, float | None, float | None]:
        """Around a city most often, anywhere now and then."""
        luck = self.random.random
        if luck() < 0.3:
            return None, None, None
        high = round(luck() * 3000, 1) if luck() < 0.5 else None
        if luck() < 0.1:
            return round(luck() * 130 - 60, 6), round(luck() * 360 - 180, 6), high
        (north, east), far = self.pick(self.cities), 0.3 * luck()
        longitude = east + far * (luck() - 0.5)
        return round(north + far * (luck() - 0.5), 6), round(longitude if longitude <= 180 else longitude - 360, 6), high

    def metadata(self, media: Row) -> Row:
        """The metadata of a media. One image in ten has no EXIF at all."""
        same = {name: media[name] for name in ("width", "height", "latitude", "longitude", "altitude", "duration_ms", "kind")}
        facts = NOTHING | same | {"media_id": media["id"], "extra": {}, "extracted_at": media["created_at"]}
        match media["kind"]:
            case MediaKind.IMAGE:
                facts |= self.exif() if self.random.random() < 0.9 else {}
            case MediaKind.VIDEO:
                video, audio = self.pick(self.codecs)
                facts |= {"video_codec": video, "audio_codec": audio, "frame_rate": self.pick([24.0, 25.0, 30.0, 60.0])}
            case MediaKind.AUDIO:
                facts |= self.track(media)
            case MediaKind.DOCUMENT:
                author, language = self.language.people[self.pick(self.artists)], self.pick(LANGUAGES)
                facts |= {"page_count": media["page_count"], "author": author, "language": language, "title": media["title"]}
            case _:
                pass
        return facts

    def exif(self) -> Row:
        make, model, lenses = self.pick(self.cameras)
        return {
            "make": make, "model": model, "lens": self.pick(lenses), "orientation": 1,
            "iso": self.pick([100, 200, 400, 800, 1600]), "f_number": self.pick([1.8, 2.8, 4.0, 8.0]),
            "focal_length": self.pick([24.0, 35.0, 50.0, 85.0]), "exposure_time": self.pick([0.001, 0.004, 0.008, 0.0166]),
        }  # fmt: skip

    def track(self, media: Row) -> Row:
        artist = self.pick(self.artists)
        album = int(self.random.random() * 3)
        return {
            "artist": self.language.people[artist], "album": self.language.albums[artist * 3 + album], "title": media["title"],
            "genre": self.pick(self.genres), "year": 1960 + (artist * 7 + album * 3) % 65, "codec": "flac",
            "track_number": 1 + int(self.random.random() * 14), "sample_rate": 44_100, "channels": 2,
        }  # fmt: skip

    def entries(self) -> Iterator[Row]:
        """Two values under names of their own, of one media in five."""
        if self.random.random() < 0.2:
            yield entry("exif", "Software", self.pick(SOFTWARE), MetadataSource.EXTRACTED)
            yield entry("user", "project", self.pick(self.language.words), MetadataSource.MANUAL)


def entry(namespace: str, key: str, value: str, source: MetadataSource) -> Row:
    return {
        "namespace": namespace, "key": key, "type": ValueType.STRING, "value": value, "text": value, "source": source,
        "confidence": None, "locked": source is MetadataSource.MANUAL,
    }  # fmt: skip
