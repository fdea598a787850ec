"""Pictures opened with care: a forced decoder, a limit of pixels, upright, in sRGB."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportMissingTypeStubs=false
# The codecs tell only part of their types.
from __future__ import annotations

import warnings
from contextlib import contextmanager, suppress
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from domain.errors import FailureCode, ProcessingFailed, ProcessingSkipped
from domain.processors.reading import reading, unsupported

if TYPE_CHECKING:
    from collections.abc import Generator

    from PIL.Image import Image

MOST_PIXELS = 100_000_000
FORMATS = {
    "image/jpeg": ("JPEG", "MPO"), "image/png": ("PNG",), "image/apng": ("PNG",), "image/gif": ("GIF",),
    "image/webp": ("WEBP",), "image/avif": ("AVIF",), "image/tiff": ("TIFF",), "image/bmp": ("BMP",), "image/x-ms-bmp": ("BMP",),
    "image/jp2": ("JPEG2000",), "image/heic": ("HEIF",), "image/heif": ("HEIF",), "image/heic-sequence": ("HEIF",),
    "image/heif-sequence": ("HEIF",), "image/x-icon": ("ICO",), "image/vnd.microsoft.icon": ("ICO",),
    "image/vnd.adobe.photoshop": ("PSD",), "image/x-tga": ("TGA",), "image/x-portable-pixmap": ("PPM",),
}  # fmt: skip
COVERS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
"""Formats of pictures inside other files, whose declared type is often wrong."""
ORIENTATION = 0x0112
TRANSPOSED_FROM = 5
"""The EXIF orientations from this one on swap width and height."""


@contextmanager
def opened(file: BinaryIO, mime_type: str) -> Generator[Image]:
    """The picture, its header read and its pixels not yet.

    Raises:
        ProcessingFailed: TOO_LARGE, UNSUPPORTED or UNREADABLE, also for what goes wrong while it is open.
        ProcessingSkipped: it is a drawing (SVG): those are never rendered here.
    """
    if mime_type == "image/svg+xml":
        raise ProcessingSkipped(FailureCode.UNSUPPORTED, "Drawings are kept as they are.")
    if mime_type not in FORMATS:
        raise unsupported(mime_type)
    with decoded(file, FORMATS[mime_type]) as image:
        yield image


@contextmanager
def decoded(file: BinaryIO, formats: tuple[str, ...]) -> Generator[Image]:
    """The same by the names of Pillow's decoders; no other gets to see the bytes."""
    from PIL import Image  # noqa: PLC0415

    if "HEIF" in formats:
        register_heif()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with warnings.catch_warnings(), reading("picture"):
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(file, formats=formats) as image:
                check_pixels(*image.size)
                yield image
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise too_many_pixels() from error


def register_heif() -> None:
    """HEIC is an optional extra, for its licence."""
    try:
        import_module("pillow_heif").register_heif_opener()
    except ImportError as error:
        raise ProcessingFailed(FailureCode.UNSUPPORTED, "HEIC needs the extra `heic`, which is not installed.") from error


def check_pixels(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise too_many_pixels()


def too_many_pixels() -> ProcessingFailed:
    return ProcessingFailed(FailureCode.TOO_LARGE, f"The picture has more than {MOST_PIXELS // 1_000_000} megapixels.")


def orientation_of(image: Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where it is not told or makes no sense."""
    with suppress(Exception):
        told = image.getexif().get(ORIENTATION)
        if isinstance(told, int) and 1 <= told <= 8:  # noqa: PLR2004
            return told
    return 1


def shown_size(image: Image, orientation: int) -> tuple[int, int]:
    """Width and height as seen."""
    width, height = image.size
    return (height, width) if orientation >= TRANSPOSED_FROM else (width, height)


def reduced(image: Image, longest: int) -> Image:
    """The picture upright, in sRGB or grey with 8 bits, at most `longest` pixels on its longer side, and nothing but pixels."""
    from PIL import Image  # noqa: PLC0415

    orientation = orientation_of(image)
    image.draft(None, (longest * 2, longest * 2))
    image.load()
    small = eight_bits(image)
    if max(small.size) > longest:
        small.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=3.0)
    small = upright(in_srgb(small, image.info.get("icc_profile")), orientation)
    small.info = {}
    return small


def eight_bits(image: Image) -> Image:
    """A copy in a mode that can be resized; palettes and transparency become RGBA, deep greys lose their lower bits."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.copy() if image.mode in ("RGB", "L", "CMYK") else image.convert("L" if image.mode in ("1", "F") else "RGB")


def in_srgb(image: Image, profile: object) -> Image:
    """The picture in sRGB, by its profile if that can be read."""
    from PIL import ImageCms  # noqa: PLC0415

    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if isinstance(profile, bytes) and profile and image.mode != "L":
        with suppress(Exception):
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
            return turned or image
    return image if image.mode in ("L", mode) else image.convert(mode)


def upright(image: Image, orientation: int) -> Image:
    """The picture turned and mirrored as EXIF 3.0 says of tag 0x0112."""
    from PIL.Image import Transpose  # noqa: PLC0415

    turn = {
        2: Transpose.FLIP_LEFT_RIGHT, 3: Transpose.ROTATE_180, 4: Transpose.FLIP_TOP_BOTTOM, 5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270, 7: Transpose.TRANSVERSE, 8: Transpose.ROTATE_90,
    }  # fmt: skip
    return image.transpose(turn[orientation]) if orientation in turn else image
