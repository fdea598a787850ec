"""What EXIF 3.0 and XMP say of a picture, as facts; the rest of the named tags as entries."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportMissingTypeStubs=false
# The codecs tell only part of their types.
from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from xml.etree import ElementTree as ET

from domain.processors.reading import in_utc, number, positive, whole, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

EXIF_IFD, GPS_IFD = 0x8769, 0x8825
LONGEST_XMP = 1 << 18
DC = "{http://purl.org/dc/elements/1.1/}"
LI = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
# What cameras write into the description when nobody has described anything.
BOILERPLATE = re.compile(r"(OLYMPUS|(KONICA )?MINOLTA|SONY|SAMSUNG)? *(DIGITAL CAMERA|DSC|DCIM)|default|untitled", re.IGNORECASE)
OFFSET = re.compile(r"[+-]\d\d:\d\d|Z")
TIMES = ((0x9003, 0x9011, 0x9291), (0x9004, 0x9012, 0x9292), (0x0132, 0x9010, 0x9290))
"""Tags of time, offset and fraction: taken, digitized, changed; the first that is there tells when it was taken."""
USED = {
    0x0112, 0x010F, 0x0110, 0x010E, 0x0131, 0x013B, 0x8298, 0x9C9B, 0xA434, 0x829A, 0x829D, 0x8827, 0x920A, 0xA405, 0x9209,
    0xA001,
    *(tag for three in TIMES for tag in three),
}  # fmt: skip
POINTERS = {EXIF_IFD, GPS_IFD, 0xA005, 0x014A, 0x927C, 0x02BC, 0x8649, 0x8773, 0x83BB, 0x0201, 0x0202}
"""Offsets, and blocks of bytes in formats of their own."""

Tags = dict[int, Any]


def ifds(image: Image) -> tuple[Tags, Tags]:
    """The tags of the picture and its Exif directory in one, and those of its GPS directory; empty where damaged."""
    main, gps = dict[int, Any](), dict[int, Any]()
    with suppress(Exception):
        exif = image.getexif()
        main |= dict(exif)
        main |= exif.get_ifd(EXIF_IFD)
        gps |= exif.get_ifd(GPS_IFD)
    return main, gps


def facts(main: Tags, gps: Tags) -> dict[str, Any]:
    """The typed facts. Exposure in seconds, focal lengths in millimetres, places in degrees and metres."""
    return {
        "make": words(main.get(0x010F)), "model": words(main.get(0x0110)), "lens": words(main.get(0xA434)),
        "exposure_time": positive(main.get(0x829A), 9), "f_number": positive(main.get(0x829D)),
        "iso": whole(first(main.get(0x8827))), "focal_length": positive(main.get(0x920A)),
        "focal_length_35mm": positive(main.get(0xA405)), "flash_fired": flash_fired(main.get(0x9209)),
        "artist": words(main.get(0x013B)), "copyright": words(main.get(0x8298)), "software": words(main.get(0x0131)),
        "title": title(main.get(0x9C9B)), "description": description(main.get(0x010E)), **times(main), **place(gps),
    }  # fmt: skip


def first(value: object) -> object:
    return cast("tuple[object, ...]", value)[0] if isinstance(value, tuple) and value else value


def flash_fired(value: object) -> bool | None:
    return bool(value & 1) if isinstance(value, int) else None


def title(value: object) -> str | None:
    """XPTitle, which Windows writes as UTF-16 bytes."""
    return words(value.decode("utf-16-le", "ignore")) if isinstance(value, bytes) else words(value)


def description(value: object) -> str | None:
    found = words(value, 10_000)
    return None if found is None or BOILERPLATE.fullmatch(found) else found


def times(main: Tags) -> dict[str, Any]:
    """When it was taken, by its own clock and in UTC; without an offset its clock is taken to be UTC."""
    for time_tag, offset_tag, fraction_tag in TIMES:
        moment = clock(main.get(time_tag), main.get(fraction_tag))
        if moment is not None:
            offset = words(main.get(offset_tag))
            return moments(moment, offset if offset and OFFSET.fullmatch(offset) else None)
    return {}


def clock(told: object, fraction: object) -> datetime | None:
    digits = (words(fraction) or "").strip()
    with suppress(ValueError, TypeError):
        moment = datetime.strptime((words(told) or "")[:19], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        return moment.replace(microsecond=int(digits[:6].ljust(6, "0")) if digits.isdecimal() else 0)
    return None


def moments(moment: datetime, offset: str | None) -> dict[str, Any]:
    found = {"taken_at_local": moment.isoformat(), "utc_offset": offset}
    with suppress(ValueError, OverflowError):
        return {**found, "taken_at": in_utc(datetime.fromisoformat(moment.isoformat() + (offset or "")))}
    return {**found, "utc_offset": None, "taken_at": in_utc(moment)}


def place(gps: Tags) -> dict[str, Any]:
    """Where it was taken; nothing unless both coordinates make sense."""
    latitude, longitude = degrees(gps.get(2), gps.get(1), "S", 90), degrees(gps.get(4), gps.get(3), "W", 180)
    if latitude is None or longitude is None:
        return {}
    return {"latitude": latitude, "longitude": longitude, "altitude": altitude(gps.get(6), gps.get(5))}


def degrees(value: object, reference: object, negative: str, most: int) -> float | None:
    """Degrees, minutes and seconds as signed degrees."""
    parts = [number(one, 9) for one in cast("tuple[object, ...]", value)] if isinstance(value, tuple) else []
    known = [one for one in parts if one is not None]
    if not parts or len(known) != len(parts):
        return None
    size = sum(one / 60**power for power, one in enumerate(known[:3]))
    signed = -size if (words(reference) or "").upper().startswith(negative) else size
    return round(signed, 8) if 0 <= size <= most else None


def altitude(value: object, reference: object) -> float | None:
    """Metres above the sea, negative below it."""
    below = reference in (1, 3, b"\x01", b"\x03")
    found = number(value, 3)
    return -found if found is not None and below else found


def xmp(image: Image) -> dict[str, Any]:
    """Title and description that a program has written beside the camera's."""
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    found = dublin_core(packet.encode() if isinstance(packet, str) else bytes(packet))
    return {"title": words(found.get("title")), "description": description(found.get("description"))}


def dublin_core(packet: bytes) -> dict[str, str | None]:
    """Title, description and creator of an XMP packet. Entities are refused: XMP has no use for them, bombs have."""
    with suppress(Exception):
        if 0 < len(packet) <= LONGEST_XMP and b"<!" not in packet:
            root = ET.fromstring(packet.strip(b"\0 \r\n"))  # noqa: S314
            return {name: root.findtext(f".//{DC}{name}//{LI}") for name in ("title", "description", "creator")}
    return {}


def leftover(main: Tags, gps: Tags) -> Iterator[tuple[str, str, Any]]:
    """The named tags that are no fact of their own."""
    from PIL.ExifTags import GPSTAGS, TAGS  # noqa: PLC0415

    for tag, value in main.items():
        if tag in TAGS and tag not in USED | POINTERS:
            yield "exif", TAGS[tag], value
    for tag, value in gps.items():
        if tag in GPSTAGS and tag > 6:  # noqa: PLR2004
            yield "exif", GPSTAGS[tag], value
