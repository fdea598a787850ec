"""What a file is, told from its first bytes; its name only refines text, and what a client declares is not asked."""

import json
import re
import unicodedata
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder

from domain.containers import container_type
from domain.storage import HEAD

HEAD_SIZE = HEAD
PLAIN = "text/plain"
LONGEST_NAME = 255
LONGEST_EXTENSION = 16
NAMELESS = "unnamed"

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
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]")
ELEMENT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
JSON_START = re.compile(r'\{\s*"|\[\s*\{\s*"')


def detect(head: bytes, filename: str) -> str:
    """The MIME type of a file; `application/octet-stream` where nobody can tell.

    Args:
        head: its first HEAD_SIZE bytes, or all if it has fewer.
        filename: what it is called; tells one kind of text from another and nothing else.
    """
    text = readable(head)
    if text is None:
        return container_type(head)
    return text_type(text, extension_of(filename), is_whole=len(head) < HEAD_SIZE)


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
    while (marks := opening(text)) is not None:
        start, end = marks
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


def extension_of(filename: str) -> str | None:
    """What stands behind the last dot, in lower case; None unless it is 1 to 16 letters or digits of ASCII."""
    stem, _, extension = filename.rpartition(".")
    is_plain = extension.isascii() and extension.isalnum() and len(extension) <= LONGEST_EXTENSION
    return extension.lower() if stem and is_plain else None


def safe_filename(name: str) -> str:
    """A name to show and to offer for saving: no folders, nothing invisible that turns text around.

    At most 255 characters and 255 bytes of UTF-8, the extension kept; `unnamed` where nothing is left.
    """
    last = re.split(r"[/\\]", name)[-1][-4 * LONGEST_NAME :]  # to normalise a long text takes long
    shown = UNSAFE.sub("", unicodedata.normalize("NFC", last)).strip()
    if not shown.strip("."):
        return NAMELESS
    extension = extension_of(shown)
    ending = f".{shown[-len(extension) :]}" if extension else ""
    return shortened(shown[: len(shown) - len(ending)], LONGEST_NAME - len(ending)) + ending


def shortened(text: str, longest: int) -> str:
    """As many whole characters as fit into so many bytes of UTF-8."""
    return text.encode()[:longest].decode(errors="ignore")
