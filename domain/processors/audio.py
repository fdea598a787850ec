"""`audio.probe`: how a recording is coded, and what its tags say."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportMissingTypeStubs=false
# The codecs tell only part of their types.
from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from domain.errors import FailureCode, ProcessingFailed
from domain.media import MediaKind
from domain.processing import Extraction, ProcessingOperation, Subject, processor
from domain.processors import container as containers
from domain.processors.reading import bounded, known, whole, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer
    from tinytag import TinyTag

YEAR = re.compile(r"(?<!\d)(1[5-9]|2\d)\d\d(?!\d)")
STREAM_FACTS = {"filename", "filesize", "mime_type", "is_lossless", "duration", "channels", "bitrate", "bitdepth", "samplerate"}
TAG_FACTS = {"title", "artist", "album", "genre", "year", "track"}
NOISE = {"major_brand", "minor_version", "compatible_brands", "language", "handler_name", "vendor_id", "creation_time"}


@processor(
    "audio.probe", kinds=(MediaKind.AUDIO,), operations=(ProcessingOperation.PROBE, ProcessingOperation.EXTRACT_METADATA),
    requires=("av", "tinytag"),
)  # fmt: skip
def probe_audio(file: BinaryIO, subject: Subject) -> Extraction:
    """Decodes the first sound, so that what is none is noticed; duration in milliseconds, bitrate in bits a second."""
    with containers.opened(file, subject.mime_type, "recording") as container:
        facts = coding(container) | {"chapters": containers.chapters(container)}
        told = containers.tags(container)
        extra = {"container": container.format.name}
    tags = tags_of(file) or told
    return Extraction(facts=known(facts | named(tags)), extra=extra, entries=bounded(leftover(tags)))


def coding(container: InputContainer) -> dict[str, Any]:
    if not container.streams.audio:
        raise ProcessingFailed(FailureCode.UNREADABLE, "The file holds no sound.")
    stream = container.streams.audio[0]
    next(iter(container.decode(stream)))
    bitrate = whole(stream.bit_rate) or whole(container.bit_rate)
    return {
        "duration_ms": containers.duration_ms(container), "bitrate": bitrate, "codec": containers.codec_of(stream),
        "sample_rate": whole(stream.sample_rate), "channels": whole(stream.channels),
    }  # fmt: skip


def read_tags(file: BinaryIO, *, image: bool = False) -> TinyTag | None:
    """The tags, which are worth having even where they are damaged; None where there are none to read."""
    from tinytag import TinyTag  # noqa: PLC0415

    file.seek(0)
    with suppress(Exception):
        return TinyTag.get(file_obj=file, image=image)
    return None


def tags_of(file: BinaryIO) -> dict[str, Any]:
    """The tags by name; a name that has several values has a list."""
    read = read_tags(file)
    found = cast("dict[str, Any]", read.as_dict()) if read else {}
    return {key: single(value) for key, value in found.items() if key not in STREAM_FACTS and not key.startswith("_")}


def single(value: Any) -> Any:
    values = cast("list[Any]", value) if isinstance(value, list) else [value]
    return values[0] if len(values) == 1 else values


def named(tags: dict[str, Any]) -> dict[str, Any]:
    """The tags that have a field."""
    one = {key: words(str(value[0] if isinstance(value, list) and value else value)) for key, value in tags.items()}
    year = YEAR.search(one.get("year") or one.get("date") or "")
    track = (one.get("track") or "").partition("/")[0]
    return {
        "title": one.get("title"), "artist": one.get("artist"), "album": one.get("album"), "genre": one.get("genre"),
        "year": int(year[0]) if year else None, "track_number": whole(track) if track.isdecimal() else None,
    }  # fmt: skip


def leftover(tags: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """The tags that have no field."""
    for key, value in tags.items():
        if key not in TAG_FACTS and key not in NOISE:
            yield "tag", key, value
