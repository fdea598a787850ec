"""Which of the formats inside a container the first bytes belong to: boxes, EBML, Ogg, ZIP, and plain signatures."""

import re
import struct
from collections.abc import Callable

import filetype  # pyright: ignore[reportMissingTypeStubs]

UNKNOWN = "application/octet-stream"
BRANDS = {
    "avif": "image/avif",
    "avis": "image/avif",
    **dict.fromkeys(("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"), "image/heic"),
    "mif1": "image/heif",
    "msf1": "image/heif",
    "crx ": "image/x-canon-cr3",
    "qt  ": "video/quicktime",
    **dict.fromkeys(("M4A ", "M4B ", "M4P "), "audio/mp4"),
    **dict.fromkeys(("M4V ", "mp41", "mp42", "mp71", "avc1", "dash", "MSNV", "f4v "), "video/mp4"),
}
BRAND_FAMILIES = {"3gp": "video/3gpp", "3g2": "video/3gpp2", "iso": "video/mp4"}
GENERAL_IMAGES = {"mif1", "msf1"}
QUICKTIME_BOXES = {b"moov", b"mdat", b"wide"}
OGG_CODECS = {b"OpusHead": "audio/opus", b"\x80theora": "video/ogg", b"fishead": "video/ogg"}
PACKED = {"word/": "wordprocessingml.document", "xl/": "spreadsheetml.sheet", "ppt/": "presentationml.presentation"}
COMMON_NAMES = {
    "audio/x-wav": "audio/wav",
    "audio/x-flac": "audio/flac",
    "audio/x-aiff": "audio/aiff",
    "video/x-m4v": "video/mp4",
    "image/jpx": "image/jp2",
}
DIB_HEADERS = {12, 40, 52, 56, 64, 108, 124}


def container_type(head: bytes) -> str:
    """The MIME type of bytes that are no text; `application/octet-stream` where nobody can tell."""
    told = (tell(head) for (at, mark), tell in CONTAINERS if head.startswith(mark, at))
    return next(filter(None, told), None) or known(head)


def boxed(head: bytes) -> str | None:
    """ISO base media (ISO/IEC 14496-12): the major brand decides, a general one asks the compatible brands."""
    size = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[at : at + 4].decode("latin-1") for at in (8, *range(16, size - 3, 4))]
    told = [mime for brand in brands if (mime := BRANDS.get(brand) or BRAND_FAMILIES.get(brand[:3]))]
    if brands[0] in GENERAL_IMAGES:
        return next((mime for mime in told if mime in ("image/avif", "image/heic")), "image/heif")
    return told[0] if told else None


def old_quicktime(head: bytes) -> str | None:
    return "video/quicktime" if head[4:8] in QUICKTIME_BOXES else None


def ebml(head: bytes) -> str | None:
    """WebM and Matroska share a container; its DocType (EBML id 42 82) tells them apart (RFC 8794)."""
    kind = head[:128].partition(b"\x42\x82")[2][1:]
    if kind.startswith(b"webm"):
        return "video/webm"
    return "video/x-matroska" if kind.startswith(b"matroska") else None


def ogg(head: bytes) -> str:
    """The first packet of the first page names the codec (RFC 3533)."""
    packet = head[27 + head[26] :] if len(head) > 26 else b""  # noqa: PLR2004 - RFC 3533, 6: the length of the segment table
    return next((mime for mark, mime in OGG_CODECS.items() if packet.startswith(mark)), "audio/ogg")


def packed(head: bytes) -> str:
    """OpenDocument and EPUB store their type as the first entry; Office is told by the folders of its entries."""
    names = entry_names(head)
    if names[:1] == ["mimetype"]:
        stored = re.match(rb"application/(epub\+zip|vnd\.oasis\.opendocument\.[a-z-]{1,40})(?![a-z-])", head[38:])
        return stored[0].decode() if stored else "application/zip"
    if "[Content_Types].xml" not in names:
        return "application/zip"
    kind = next((kind for folder, kind in PACKED.items() if any(name.startswith(folder) for name in names)), None)
    return f"application/vnd.openxmlformats-officedocument.{kind}" if kind else "application/zip"


def entry_names(head: bytes) -> list[str]:
    """The names in the local headers that lie whole within the head."""
    names: list[str] = []
    at = head.find(b"PK\x03\x04")
    while 0 <= at <= len(head) - 30:
        length = int.from_bytes(head[at + 26 : at + 28], "little")
        names.append(head[at + 30 : at + 30 + length].decode("utf-8", "replace"))
        at = head.find(b"PK\x03\x04", at + 30)
    return names


def bitmap(head: bytes) -> str:
    is_bitmap = head[6:10] == bytes(4) and int.from_bytes(head[14:18], "little") in DIB_HEADERS
    return "image/bmp" if is_bitmap else UNKNOWN


def graphics(head: bytes) -> str:
    return "image/gif" if head[3:6] in (b"87a", b"89a") else UNKNOWN


def transport(head: bytes) -> str | None:
    return "video/mp2t" if head[188:189] == head[376:377] == b"G" else None


def wave(head: bytes) -> str | None:
    return "audio/wav" if head[8:12] == b"WAVE" else None


CONTAINERS: list[tuple[tuple[int, bytes], Callable[[bytes], str | None]]] = [
    ((4, b"ftyp"), boxed),
    ((4, b""), old_quicktime),
    ((0, b"\x1a\x45\xdf\xa3"), ebml),
    ((0, b"OggS"), ogg),
    ((0, b"PK\x03\x04"), packed),
    ((0, b"BM"), bitmap),
    ((0, b"GIF"), graphics),
    ((0, b"G"), transport),
    ((0, b"RF64"), wave),
    ((0, b"%PDF-"), lambda _: "application/pdf"),
]


def known(head: bytes) -> str:
    """What the signature library says, under the names that are common now."""
    try:
        guessed: str | None = filetype.guess_mime(head)  # pyright: ignore[reportUnknownMemberType]
    except (struct.error, IndexError, ValueError, TypeError):
        return UNKNOWN
    return COMMON_NAMES.get(guessed or "", guessed) or UNKNOWN
