"""`image.probe`: the size, the kind of pixels and the EXIF facts of a picture."""

from __future__ import annotations

from contextlib import suppress
from io import SEEK_CUR, BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

from domain.media import MediaKind
from domain.processing import Extraction, ProcessingOperation, Subject, processor
from domain.processors import exif
from domain.processors.picture import opened, orientation_of, shown_size
from domain.processors.reading import bounded, known, number, words

if TYPE_CHECKING:
    from PIL.Image import Image

SPACES = {1: "sRGB", 2: "Adobe RGB", 65535: "Uncalibrated"}
MODES = {"1": "Gray", "L": "Gray", "LA": "Gray", "I;16": "Gray", "CMYK": "CMYK", "LAB": "Lab"}


@processor(
    "image.probe", kinds=(MediaKind.IMAGE,), operations=(ProcessingOperation.PROBE, ProcessingOperation.EXTRACT_METADATA),
    requires=("PIL",),
)  # fmt: skip
def probe_image(file: BinaryIO, subject: Subject) -> Extraction:
    """Reads the tags, then all of the pixels: only so is a truncated file noticed."""
    with opened(file, subject.mime_type) as image:
        main, gps = exif.ifds(image)
        told = known(exif.facts(main, gps)) | known(exif.xmp(image))
        facts = {**pixels(image), "color_space": color_space(image, main), **told}
        extra, entries = about(image), bounded(exif.leftover(main, gps))
        # A JPEG at an eighth of its size is still read to its last byte, in a third of the time.
        image.draft(None, (max(1, image.width // 8), max(1, image.height // 8)))
        image.load()
        if image.format == "PNG":
            check_chunks(file)
        return Extraction(facts=known(facts), extra=known(extra), entries=entries)


def pixels(image: Image) -> dict[str, Any]:
    orientation = orientation_of(image)
    width, height = shown_size(image, orientation)
    return {
        "width": width, "height": height, "orientation": orientation, "has_alpha": image.has_transparency_data,
        "is_animated": bool(getattr(image, "is_animated", False)) and image.format not in ("MPO", "TIFF", "HEIF", "ICO"),
    }  # fmt: skip


def check_chunks(file: BinaryIO) -> None:
    """Raises EOFError for a PNG without its last chunk, which Pillow forgives once it has pixels enough."""
    file.seek(8)
    while not (head := file.read(8)).endswith(b"IEND"):
        if len(head) < 8:  # noqa: PLR2004
            raise EOFError
        file.seek(int.from_bytes(head[:4], "big") + 4, SEEK_CUR)


def color_space(image: Image, main: dict[int, Any]) -> str | None:
    """By its profile, else by EXIF, else by what its mode leaves no doubt of."""
    from PIL import ImageCms  # noqa: PLC0415

    with suppress(Exception):
        profile = ImageCms.ImageCmsProfile(BytesIO(image.info["icc_profile"]))
        return words(ImageCms.getProfileDescription(profile), 100)
    return SPACES.get(main.get(0xA001, 0)) or MODES.get(image.mode) or ("sRGB" if "srgb" in image.info else None)


def about(image: Image) -> dict[str, Any]:
    dpi = [number(one, 2) for one in image.info.get("dpi", ())]
    return {
        "mode": image.mode, "format": image.format, "frames": getattr(image, "n_frames", 1),
        "dpi": dpi if len(dpi) == 2 and None not in dpi else None,  # noqa: PLR2004
    }  # fmt: skip
