"""`video.probe`: the size, length and streams of a film, and when and where it was taken."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, BinaryIO

from domain.errors import FailureCode, ProcessingFailed
from domain.media import MediaKind
from domain.processing import Extraction, ProcessingOperation, Subject, processor
from domain.processors import container as containers
from domain.processors.picture import check_pixels
from domain.processors.reading import bounded, in_utc, known, positive, whole, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

ISO6709 = re.compile(r"([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?(?:CRS.*)?/?")
PLACES = ("com.apple.quicktime.location.iso6709", "location", "location-eng")
TIMES = ("com.apple.quicktime.creationdate", "creation_time", "date_recorded")
EARLIEST = 1971
"""Cameras without a clock write the epoch of their format, 1904 or 1970."""
USED = {"title", "com.apple.quicktime.displayname", *PLACES, *TIMES}
NOISE = {"major_brand", "minor_version", "compatible_brands", "language", "handler_name", "vendor_id", "duration"}
QUARTER = 90
WIDEST_PIXEL = 8


@processor(
    "video.probe", kinds=(MediaKind.VIDEO,), operations=(ProcessingOperation.PROBE, ProcessingOperation.EXTRACT_METADATA),
    requires=("av",),
)  # fmt: skip
def probe_video(file: BinaryIO, subject: Subject) -> Extraction:
    """Decodes the first picture, which alone knows how it is turned."""
    with containers.opened(file, subject.mime_type, "video") as container:
        stream = film_of(container)
        tags = containers.tags(container)
        facts = {**size(stream, next(container.decode(stream))), **coding(container, stream), **taken(tags), **place(tags)}
        facts["title"] = words(tags.get("title") or tags.get("com.apple.quicktime.displayname"))
        extra = {"container": container.format.name, "pixel_format": stream.pix_fmt, "brand": words(tags.get("major_brand"))}
        return Extraction(facts=known(facts), extra=known(extra), entries=bounded(leftover(tags)))


def film_of(container: InputContainer) -> VideoStream:
    """The stream that is shown, ready to be decoded in this thread.

    Raises:
        ProcessingFailed: UNREADABLE where there is none, TOO_LARGE where its pictures are.
    """
    for stream in container.streams.video:
        if not containers.is_cover(stream):
            check_pixels(stream.width, stream.height)
            stream.thread_count = 1
            return stream
    raise ProcessingFailed(FailureCode.UNREADABLE, "The file holds no moving picture.")


def size(stream: VideoStream, frame: VideoFrame) -> dict[str, int]:
    """Pixels as shown: stretched by the shape of a pixel, then turned."""
    width, height = shown(stream, frame)
    return {"width": height, "height": width} if is_turned(frame) else {"width": width, "height": height}


def shown(stream: VideoStream, frame: VideoFrame) -> tuple[int, int]:
    """The size of the picture with square pixels, before it is turned."""
    shape = stream.sample_aspect_ratio or Fraction(1)
    believable = Fraction(1, WIDEST_PIXEL) <= shape <= WIDEST_PIXEL
    return (max(1, round(frame.width * shape)) if believable else frame.width), frame.height


def is_turned(frame: VideoFrame) -> bool:
    """Whether by a quarter: width and height change places."""
    return round(frame.rotation / QUARTER) % 2 == 1


def coding(container: InputContainer, stream: VideoStream) -> dict[str, Any]:
    sounds = container.streams.audio
    return {
        "duration_ms": containers.duration_ms(container), "frame_rate": positive(stream.average_rate or stream.guessed_rate, 3),
        "bitrate": whole(container.bit_rate), "video_codec": containers.codec_of(stream),
        "audio_codec": containers.codec_of(sounds[0]) if sounds else None, "has_audio": bool(sounds),
        "streams": containers.streams(container), "chapters": containers.chapters(container),
    }  # fmt: skip


def taken(tags: dict[str, str]) -> dict[str, Any]:
    """The first time that makes sense; one without an offset is UTC."""
    for name in TIMES:
        with suppress(ValueError, OverflowError):
            moment = datetime.fromisoformat(tags.get(name, ""))
            if moment.year >= EARLIEST:
                return {"taken_at": in_utc(moment)}
    return {}


def place(tags: dict[str, str]) -> dict[str, Any]:
    """Degrees and metres out of ISO 6709, as +48.8577+002.295+35/."""
    for name in PLACES:
        match = ISO6709.fullmatch(tags.get(name, "").strip())
        if match:
            latitude, longitude = float(match[1]), float(match[2])
            if abs(latitude) <= 90 and abs(longitude) <= 180:  # noqa: PLR2004
                return {"latitude": latitude, "longitude": longitude, "altitude": float(match[3]) if match[3] else None}
    return {}


def leftover(tags: dict[str, str]) -> Iterator[tuple[str, str, Any]]:
    """The tags that have no field."""
    for key, value in tags.items():
        if key not in USED and key not in NOISE:
            yield "tag", key, value
