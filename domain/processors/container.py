"""Containers of sound and film opened with care: the demuxer is forced, so that no playlist can name other files."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportMissingTypeStubs=false
# The codecs tell only part of their types.
from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from domain.errors import FailureCode, ProcessingFailed
from domain.processors.reading import positive, reading, unsupported, whole, words

if TYPE_CHECKING:
    from collections.abc import Generator

    from av.container import InputContainer
    from av.stream import Stream

MOV = "mov"
MATROSKA = "matroska"
DEMUXERS = {
    "audio/mpeg": "mp3", "audio/mp3": "mp3", "audio/flac": "flac", "audio/x-flac": "flac", "audio/ogg": "ogg",
    "audio/opus": "ogg", "audio/vorbis": "ogg", "application/ogg": "ogg", "audio/mp4": MOV, "audio/m4a": MOV,
    "audio/x-m4a": MOV, "audio/x-m4b": MOV, "audio/3gpp": MOV, "audio/wav": "wav", "audio/x-wav": "wav", "audio/wave": "wav",
    "audio/vnd.wave": "wav", "audio/aac": "aac", "audio/x-aac": "aac", "audio/aiff": "aiff", "audio/x-aiff": "aiff",
    "audio/amr": "amr", "audio/ac3": "ac3", "audio/basic": "au", "audio/x-caf": "caf", "audio/x-ms-wma": "asf",
    "audio/x-ape": "ape", "audio/x-wavpack": "wv", "audio/webm": MATROSKA, "audio/x-matroska": MATROSKA, "video/mp4": MOV,
    "video/quicktime": MOV, "video/x-m4v": MOV, "video/3gpp": MOV, "video/3gpp2": MOV, "video/webm": MATROSKA,
    "video/x-matroska": MATROSKA, "video/x-msvideo": "avi", "video/avi": "avi", "video/mpeg": "mpeg", "video/mp2t": "mpegts",
    "video/x-flv": "flv", "video/ogg": "ogg", "video/x-ms-wmv": "asf", "video/x-ms-asf": "asf",
}  # fmt: skip
KINDS = {"video": "VIDEO", "audio": "AUDIO", "subtitle": "SUBTITLE"}
MOST_STREAMS = 64
MOST_CHAPTERS = 500


@contextmanager
def opened(file: BinaryIO, mime_type: str, what: str) -> Generator[InputContainer]:
    """The container, its header read.

    Raises:
        ProcessingFailed: UNSUPPORTED, or UNREADABLE also for what goes wrong while it is open.
    """
    import av  # noqa: PLC0415

    demuxer = DEMUXERS.get(mime_type.partition(";")[0])
    if not demuxer:
        raise unsupported(mime_type)
    options = {"format_whitelist": demuxer, "protocol_whitelist": ""}
    with reading(what), av.open(file, "r", format=demuxer, container_options=options, metadata_errors="replace") as container:
        check_whole(container, what)
        yield container


def check_whole(container: InputContainer, what: str) -> None:
    """A container that lists its samples and ends before the last of them was cut off."""
    if not container.format.name.startswith(MOV):
        return
    size = container.size
    for stream in container.streams:
        entries = stream.index_entries
        last = entries[len(entries) - 1] if len(entries) else None
        if last is not None and last.pos + last.size > size:
            raise ProcessingFailed(FailureCode.UNREADABLE, f"The {what} is truncated.")


def is_cover(stream: Stream) -> bool:
    """Whether it is a picture that goes with the recording, not a film."""
    from av.stream import Disposition  # noqa: PLC0415

    return bool(stream.disposition & Disposition.attached_pic)


def duration_ms(container: InputContainer) -> int | None:
    """PyAV tells microseconds."""
    return whole((container.duration or 0) / 1000)


def codec_of(stream: Stream) -> str | None:
    """The common name of the codec, not that of the decoder that happens to be installed."""
    context: Any = stream.codec_context
    return words(context.codec.canonical_name) if context is not None else None


def streams(container: InputContainer) -> list[dict[str, Any]]:
    """The fields of MediaStream of each film, sound and subtitle in it."""
    return [described(one) for one in container.streams if one.type in KINDS and not is_cover(one)][:MOST_STREAMS]


def described(stream: Any) -> dict[str, Any]:
    context = stream.codec_context
    language = words(stream.language)
    found = {
        "index": stream.index, "kind": KINDS[stream.type], "codec": codec_of(stream), "profile": words(stream.profile),
        "language": None if language == "und" else language, "bitrate": whole(getattr(context, "bit_rate", None)),
        "width": None, "height": None, "frame_rate": None, "channels": None, "sample_rate": None,
    }  # fmt: skip
    if stream.type == "video":
        found |= {"width": whole(stream.width), "height": whole(stream.height), "frame_rate": positive(stream.average_rate, 3)}
    if stream.type == "audio":
        found |= {"channels": whole(stream.channels), "sample_rate": whole(stream.sample_rate)}
    return found


def chapters(container: InputContainer) -> list[dict[str, Any]]:
    """The fields of Chapter."""
    found: list[dict[str, Any]] = []
    for one in container.chapters()[:MOST_CHAPTERS]:
        base = float(one["time_base"] or 0) * 1000
        start, end = round(one["start"] * base), round(one["end"] * base)
        if 0 <= start <= end:
            found.append({"start_ms": start, "end_ms": end, "title": words(one["metadata"].get("title"))})
    return found


def tags(container: InputContainer) -> dict[str, str]:
    """The tags of the container and, as Ogg has them, of its first stream, by their names in lower case."""
    told = [one.metadata for one in container.streams][:1]
    return {key.lower(): value for one in (*told, container.metadata) for key, value in one.items()}
