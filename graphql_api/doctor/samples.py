"""A small file of each kind, no two ever the same: what is uploaded is new, and what is purged was never anybody's."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from domain.processors import warm


@dataclass(frozen=True, slots=True)
class Sample:
    """How a file is made, what it is called, and what the server is to find in it."""

    kind: str
    extension: str
    make: Callable[[], bytes]
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    has_thumbnail: bool = True


def mark() -> bytes:
    """Bytes that have never been."""
    return os.urandom(16).hex().encode()


def picture() -> bytes:
    """A JPEG with a comment."""
    made, comment = warm.picture("JPEG"), mark()
    return made[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + made[2:]


def film() -> bytes:
    """An MP4 with a box of free space behind it."""
    free = mark()
    return warm.film() + (len(free) + 8).to_bytes(4, "big") + b"free" + free


def sound() -> bytes:
    """A WAVE file with a chunk that players skip."""
    junk = mark()
    made = warm.sound() + b"JUNK" + len(junk).to_bytes(4, "little") + junk
    return made[:4] + (len(made) - 8).to_bytes(4, "little") + made[8:]


def paper() -> bytes:
    """A PDF with a comment."""
    first, _, rest = warm.PDF.partition(b"\n")
    return b"\n".join((first, b"% " + mark(), rest))


def data() -> bytes:
    """Bytes of no type anybody knows."""
    return b"\x01mediagraph doctor\x00" + os.urandom(64)


SIZE = {"width": warm.PIXELS, "height": warm.PIXELS}
SAMPLES = (
    Sample("IMAGE", "jpg", picture, SIZE),
    Sample("VIDEO", "mp4", film, {**SIZE, "videoCodec": "mpeg4"}),
    Sample("AUDIO", "wav", sound, {"sampleRate": 8_000, "channels": 1}, has_thumbnail=False),
    Sample("DOCUMENT", "pdf", paper, {"pageCount": 1}),
    Sample("OTHER", "bin", data, has_thumbnail=False),
)
