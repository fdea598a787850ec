"""What passes between the server and the processes of the sandbox: framed JSON and raw bytes, checked when read."""

import json
import re
import socket
from typing import Any, cast

from domain.errors import FailureCode, ProcessingFailed, ProcessingSkipped
from domain.processing import Extraction, Still

LENGTH = 4
LONGEST_MESSAGE = 500
MOST_RENDITIONS = 16
MOST_ENTRIES = 1_000
MOST_NESTED = 8
WIDEST = 16_384
LARGEST = 1 << 63
PICTURES = frozenset({"image/webp", "image/jpeg", "image/png", "image/avif"})
NAME = re.compile(r"[a-zA-Z][\w.-]{0,63}", re.ASCII)


class Malformed(Exception):
    """The other side did not say what it should have."""


def framed(header: dict[str, Any], *bodies: bytes) -> bytes:
    """The header as JSON behind its length, then the bodies. NaN and infinities are refused with ValueError."""
    text = json.dumps(header, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    return b"".join((len(text).to_bytes(LENGTH, "big"), text, *bodies))


def unframed(payload: bytes) -> tuple[dict[str, Any], memoryview]:
    """The header of a frame and what follows it."""
    end = LENGTH + int.from_bytes(payload[:LENGTH], "big")
    if not LENGTH < end <= len(payload):
        raise Malformed
    return parsed(payload[LENGTH:end]), memoryview(payload)[end:]


def parsed(text: bytes) -> dict[str, Any]:
    """The JSON object in the text.

    Raises:
        Malformed: it is none.
    """
    try:
        found = json.loads(text, parse_constant=refused)
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    return checked(found, dict)


def refused(constant: str) -> None:
    raise Malformed(constant)


def checked(value: object, kind: type[Any]) -> Any:
    """The value, if it is exactly of this type."""
    if type(value) is not kind:
        raise Malformed
    return cast("Any", value)


def received(channel: socket.socket, count: int) -> bytes:
    """Exactly so many bytes; EOFError where the other side is gone."""
    parts = bytearray()
    while len(parts) < count:
        part = channel.recv(min(count - len(parts), 1 << 20))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def packed(found: Extraction) -> bytes:
    """An extraction as bytes: its JSON, then the content of its renditions in order."""
    stills = [
        {"name": name, "mime_type": still.mime_type, "width": still.width, "height": still.height, "size": len(still.content)}
        for name, still in found.renditions.items()
    ]
    header = {
        "code": None, "facts": found.facts, "extra": found.extra, "entries": found.entries, "text": found.text,
        "renditions": stills,
    }  # fmt: skip
    return framed(header, *(still.content for still in found.renditions.values()))


def refusal(error: BaseException) -> bytes:
    """Why there is no extraction, as bytes. Of what nobody foresaw only the class is told: its text may hold paths."""
    if isinstance(error, MemoryError):
        error = ProcessingFailed(FailureCode.TOO_LARGE, "The file needs more memory than a processor may use.")
    if not isinstance(error, ProcessingFailed):
        error = ProcessingFailed(FailureCode.INTERNAL, f"The processor failed: {type(error).__name__}.")
    skipped = isinstance(error, ProcessingSkipped)
    message = error.message[:LONGEST_MESSAGE]
    return framed({"code": error.code, "message": message, "retryable": error.retryable, "skipped": skipped})


def unpacked(payload: bytes) -> Extraction:
    """What a child said, believed only as far as its shape is right.

    Raises:
        Malformed: it is not the bytes that `packed` or `refusal` make.
        ProcessingFailed: the child refused the file; ProcessingSkipped where it had nothing to do.
    """
    header, body = unframed(payload)
    if header.get("code") is not None:
        raise told(header)
    return extraction(header, body)


def told(header: dict[str, Any]) -> ProcessingFailed:
    if checked(header["code"], str) not in FailureCode.__members__:
        raise Malformed
    made = ProcessingSkipped if header.get("skipped") is True else ProcessingFailed
    message = harmless(checked(header.get("message"), str)[:LONGEST_MESSAGE])
    return made(FailureCode(header["code"]), message, retryable=header.get("retryable") is True)


def extraction(header: dict[str, Any], body: memoryview) -> Extraction:
    text = header.get("text")
    return Extraction(
        facts=named(header.get("facts")),
        extra=named(header.get("extra")),
        entries=tuple(entry(one) for one in checked(header.get("entries"), list)[:MOST_ENTRIES]),
        text=None if text is None else harmless(checked(text, str)),
        renditions=stills(checked(header.get("renditions"), list), body),
    )


def named(values: object) -> dict[str, Any]:
    return cast("dict[str, Any]", harmless(checked(values, dict)))


def entry(one: object) -> tuple[str, str, Any]:
    parts = checked(one, list)
    if len(parts) != 3:  # noqa: PLR2004
        raise Malformed
    return harmless(checked(parts[0], str)), harmless(checked(parts[1], str)), harmless(parts[2])


def harmless(value: Any, depth: int = 0) -> Any:
    """The JSON value without NUL and lone surrogates, which databases and encoders choke on; its numbers are of 64 bits."""
    if depth > MOST_NESTED or (isinstance(value, (int, float)) and not -LARGEST <= value < LARGEST):
        raise Malformed
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [harmless(one, depth + 1) for one in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {harmless(key): harmless(one, depth + 1) for key, one in cast("dict[str, Any]", value).items()}
    return value


def stills(declared: list[Any], body: memoryview) -> dict[str, Still]:
    """The renditions, cut from the body by the lengths they declare, which must add up to it."""
    found: dict[str, Still] = {}
    start = 0
    for one in declared:
        size = checked(checked(one, dict).get("size"), int)
        found[name_of(one)] = still(one, bytes(body[start : start + size]))
        start += size
    if start != len(body) or len(found) != len(declared) or len(declared) > MOST_RENDITIONS:
        raise Malformed
    return found


def name_of(one: dict[str, Any]) -> str:
    name = checked(one.get("name"), str)
    if not NAME.fullmatch(name):
        raise Malformed
    return name


def still(one: dict[str, Any], content: bytes) -> Still:
    width, height = checked(one.get("width"), int), checked(one.get("height"), int)
    right = 0 < width <= WIDEST and 0 < height <= WIDEST and len(content) == one["size"] > 0
    if not right or checked(one.get("mime_type"), str) not in PICTURES:
        raise Malformed
    return Still(content=content, mime_type=one["mime_type"], width=width, height=height)
