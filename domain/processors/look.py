"""`image.look`: what a picture looks like in a few bytes: a placeholder, a colour, a perceptual hash."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportMissingTypeStubs=false
# The codecs tell only part of their types.
from __future__ import annotations

import base64
import math
from statistics import median
from typing import TYPE_CHECKING, Any, BinaryIO

from domain.media import MediaKind
from domain.processing import Extraction, ProcessingOperation, Subject, processor
from domain.processors.picture import opened, reduced
from domain.processors.thumbhash import Pixel, cosine, thumbhash

if TYPE_CHECKING:
    from PIL.Image import Image

GLANCE = 256
"""Pixels on the longer side that everything here is computed from."""
PLACEHOLDER = 48
COLORS = 8
GREY = 32
FREQUENCIES = 8
SEEN = 128
"""The opacity from which a pixel counts for the colour."""


@processor(
    "image.look", kinds=(MediaKind.IMAGE,), operations=(ProcessingOperation.PLACEHOLDER, ProcessingOperation.PHASH),
    requires=("PIL",),
)  # fmt: skip
def look_at_image(file: BinaryIO, subject: Subject) -> Extraction:
    """Looks at the picture upright and in sRGB, so that a turned copy has the same hash."""
    with opened(file, subject.mime_type) as image:
        small = reduced(image, GLANCE)
        return Extraction(facts={**glance(small), "phash": phash(small)})


def glance(image: Image) -> dict[str, Any]:
    """The facts `thumbhash` (base64) and `dominant_color` (#rrggbb) of an upright sRGB picture."""
    small = image.convert("RGBA")
    small.thumbnail((PLACEHOLDER, PLACEHOLDER))
    pixels = pixels_of(small)
    placeholder = base64.b64encode(thumbhash(*small.size, pixels)).decode()
    return {"thumbhash": placeholder, "dominant_color": dominant_color(pixels)}


def pixels_of(image: Image) -> list[Pixel]:
    content = image.tobytes()
    return list(zip(content[0::4], content[1::4], content[2::4], content[3::4], strict=True))


def dominant_color(pixels: list[Pixel]) -> str | None:
    """The mean of the most frequent of a few groups of colours, transparent pixels left out; None where all are."""
    from PIL import Image  # noqa: PLC0415

    seen = bytes(part for pixel in pixels if pixel[3] >= SEEN for part in pixel[:3])
    if not seen:
        return None
    grouped = Image.frombytes("RGB", (len(seen) // 3, 1), seen).quantize(COLORS)
    counts = grouped.histogram()
    most = max(range(COLORS), key=lambda index: counts[index])
    palette = grouped.getpalette() or []
    return "#" + bytes(palette[most * 3 : most * 3 + 3]).hex()


def phash(image: Image) -> str:
    """64 bits as 16 hex digits; pictures that look alike differ in few of them.

    Each bit says whether one of the 8 x 8 lowest frequencies of the 32 x 32 grey picture is above their median
    (Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010).
    """
    from PIL import Image  # noqa: PLC0415

    grey = on_white(image).convert("L").resize((GREY, GREY), Image.Resampling.LANCZOS).tobytes()
    rows = [[float(value) for value in grey[at : at + GREY]] for at in range(0, len(grey), GREY)]
    waves = [cosine(frequency, GREY) for frequency in range(FREQUENCIES)]
    columns = [[math.fsum(map(float.__mul__, row, wave)) for row in rows] for wave in waves]
    found = [math.fsum(map(float.__mul__, column, wave)) for wave in waves for column in columns]
    middle = median(found)
    return f"{sum((value > middle) << (63 - at) for at, value in enumerate(found)):016x}"


def on_white(image: Image) -> Image:
    from PIL import Image  # noqa: PLC0415

    if image.mode != "RGBA":
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
