"""What a file is, told from its first bytes; its name only refines text, and what a client declares is not asked."""

import json
import re
import struct
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Callable

import filetype  # pyright: ignore[reportMissingTypeStubs]

from domain.storage import HEAD

HEAD_SIZE = HEAD
UNKNOWN = "application/octet-stream"
PLAIN = "text/plain"
LONGEST_NAME = 255

# Scripts and styles stay plain text: with `nosniff` no page can then load an uploaded one as its own.
TEXTS = {
    "md": "text/markdown",
    "markdown": "text/markdown",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "ics": "text/calendar",
    "vcf": "text/vcard",
}
TEXT_MARKS = {"%PDF-": "application/pdf", "{\\rtf": "application/rtf", "%!PS": "application/postscript", "WEBVTT": "text/vtt"}
PAGES = {"html", "head", "body", "script", "iframe", "style", "title", "meta", "link"}
FRAGMENTS = {"a", "b", "br", "div", "font", "form", "h1", "h2", "img", "p", "table"}
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
ELEMENT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
JSON_START = re.compile(r'\{\s*"|\[\s*\{\s*"')

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


def detect(head: bytes, filename: str) -> str:
    """The MIME type of a file; `application/octet-stream` where nobody can tell.

    Args:
        head: its first HEAD_SIZE bytes, or all if it has fewer.
        filename: what it is called; tells one kind of text from another and nothing else.
    """
    text = readable(head)
    if text is not None:
        return text_type(text, extension_of(filename), is_whole=len(head) < HEAD_SIZE)
    return next((found for mark, tell in CONTAINERS if head.startswith(mark[1], mark[0]) and (found := tell(head))), known(head))


def readable(head: bytes) -> str | None:
    """The head as text: UTF-8, UTF-16 with its mark, or markup in some 8-bit encoding; None for anything else."""
    encoding = "utf-16" if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = getincrementaldecoder(encoding)().decode(head, final=len(head) < HEAD_SIZE)
    except UnicodeDecodeError:
        text = head.decode("latin-1") if head.lstrip().startswith(b"<") else "\0"
    return text if text and not UNPRINTABLE.search(text) else None


def text_type(text: str, extension: str | None, *, is_whole: bool) -> str:
    start = text.lstrip()
    if marked := next((mime for mark, mime in TEXT_MARKS.items() if start.startswith(mark)), None):
        return marked
    if start.startswith("<") and (markup := markup_type(start, extension)):
        return markup
    if start.startswith(("{", "[")) and is_json(start, extension, is_whole=is_whole):
        return "application/json"
    return TEXTS.get(extension or "", PLAIN)


def markup_type(text: str, extension: str | None) -> str | None:
    """SVG, HTML or XML by the first element behind declaration, comments and document type."""
    is_xml = text.startswith("<?xml")
    prologue, rest = split_prologue(text)
    element = ELEMENT.match(rest)
    name = element[1].lower() if element else ""
    if name == "svg" or "<!doctype svg" in prologue:
        return "image/svg+xml"
    if name == "html" and is_xml:
        return "application/xhtml+xml"
    if name in PAGES or "<!doctype html" in prologue:
        return "text/html"
    if name in FRAGMENTS and TEXTS.get(extension or "") != "text/markdown":
        return "text/html"
    return "application/xml" if is_xml else None


def split_prologue(text: str) -> tuple[str, str]:
    """What stands before the first element, in lower case and without comments, and the rest."""
    prologue = ""
    for start, end in iter(lambda: opening(text), None):
        stop = text.find(end, len(start))
        piece = text if stop < 0 else text[: stop + len(end)]
        prologue += "" if start == "<!--" else piece.lower()
        text = text[len(piece) :].lstrip()
    return prologue, text


def opening(text: str) -> tuple[str, str] | None:
    """How a declaration, comment or document type at the start begins and ends."""
    if text.startswith("<!--"):
        return "<!--", "-->"
    if text.startswith("<?"):
        return "<?", "?>"
    if text.startswith("<!"):
        return "<!", "]>" if "[" in text.partition(">")[0] else ">"
    return None


def is_json(text: str, extension: str | None, *, is_whole: bool) -> bool:
    if not is_whole:
        return bool(JSON_START.match(text)) or extension == "json"
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


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
    packet = head[27 + head[26] :] if len(head) > 26 else b""  # noqa: PLR2004
    return next((mime for mark, mime in OGG_CODECS.items() if packet.startswith(mark)), "audio/ogg")


def packed(head: bytes) -> str:
    """OpenDocument and EPUB store their type as the first entry; Office is told by the folders of its entries."""
    names = entry_names(head)
    if names[:1] == ["mimetype"]:
        stored = re.match(rb"application/(epub\+zip|vnd\.oasis\.opendocument\.[a-z-]+)", head[38:])
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
