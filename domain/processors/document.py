"""`document.probe` and `document.text`: the pages, the words and the particulars of documents."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportMissingTypeStubs=false
# The codecs tell only part of their types.
from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from domain.errors import FailureCode, ProcessingFailed
from domain.media import MediaKind
from domain.processing import Extraction, ProcessingOperation, Subject, processor
from domain.processors.exif import dublin_core
from domain.processors.reading import bounded, known, reading, words
from domain.text import clean

if TYPE_CHECKING:
    from collections.abc import Generator

    from pypdfium2 import PdfDocument

LONGEST_TEXT = 1 << 20
MOST_PAGES_READ = 2_000
LONGEST_LANGUAGE = 64
FILE_KEYS = {"Title", "Author"}
LANGUAGE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")
PLAIN = ("text/plain", "text/markdown", "text/x-markdown", "text/csv", "text/tab-separated-values")


@processor(
    "document.probe", kinds=(MediaKind.DOCUMENT,), mime_types=("application/pdf",), requires=("pypdfium2", "pypdf"),
    operations=(ProcessingOperation.PROBE, ProcessingOperation.EXTRACT_METADATA, ProcessingOperation.EXTRACT_TEXT),
)  # fmt: skip
def probe_pdf(file: BinaryIO, subject: Subject) -> Extraction:
    """Reads the particulars and, up to 1 Mi characters, the words. Of a locked document only that is known."""
    del subject
    try:
        with opened_pdf(file) as pdf:
            return particulars(pdf, file)
    except ProcessingFailed as error:
        if error.code is FailureCode.ENCRYPTED:
            return Extraction(facts={"is_encrypted": True})
        raise


@contextmanager
def opened_pdf(file: BinaryIO) -> Generator[PdfDocument]:
    """The document.

    Raises:
        ProcessingFailed: ENCRYPTED where it opens only with a password, UNREADABLE where it does not open.
    """
    import pypdfium2  # noqa: PLC0415

    with reading("document"):
        try:
            document = pypdfium2.PdfDocument(file)
        except pypdfium2.PdfiumError as error:
            if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
                raise ProcessingFailed(FailureCode.ENCRYPTED, "The document opens only with a password.") from error
            raise
        with document:
            yield document


def particulars(pdf: PdfDocument, file: BinaryIO) -> Extraction:
    info = pdf.get_metadata_dict(skip_empty=True)
    title, author = words(info.get("Title")), words(info.get("Author"))
    told = {} if title and author else xmp(file)
    text = text_of(pdf)
    facts = {
        "page_count": len(pdf), "title": title or words(told.get("title")), "author": author or words(told.get("creator")),
        "language": language(pdf), "is_encrypted": is_encrypted(pdf), "word_count": len(text.split()),
    }  # fmt: skip
    extra = {"pdf_version": version(pdf)}
    left = (("pdf", key, value) for key, value in info.items() if key not in FILE_KEYS)
    return Extraction(facts=known(facts), extra=known(extra), entries=bounded(left), text=text or None)


def xmp(file: BinaryIO) -> dict[str, str | None]:
    """What the catalogue's XMP packet says, for documents that have no better; PDFium does not read it."""
    from pypdf import PdfReader  # noqa: PLC0415

    with suppress(Exception):
        file.seek(0)
        root: Any = PdfReader(file).root_object
        return dublin_core(bytes(root["/Metadata"].get_object().get_data()))
    return {}


def text_of(pdf: PdfDocument) -> str:
    """The words of the first pages, a form feed's worth of lines between them; a damaged page has none."""
    found: list[str] = []
    left = LONGEST_TEXT
    for index in range(min(len(pdf), MOST_PAGES_READ)):
        with suppress(Exception):
            text = clean(page_text(pdf, index))[:left].strip()
            found.append(text)
            left -= len(text) + 2
        if left <= 0:
            break
    return "\n\n".join(found).strip()


def page_text(pdf: PdfDocument, index: int) -> str:
    page = pdf[index]
    try:
        text = page.get_textpage()
        return str(text.get_text_bounded()).replace("\r\n", "\n")
    finally:
        page.close()


def version(pdf: PdfDocument) -> str | None:
    found = pdf.get_version()
    return f"{found // 10}.{found % 10}" if found else None


def is_encrypted(pdf: PdfDocument) -> bool:
    """Whether it is, though it opens without a password: its owner forbids something."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    return cast("int", pdfium.FPDF_GetSecurityHandlerRevision(pdf)) != -1


def language(pdf: PdfDocument) -> str | None:
    """The catalogue's language, a BCP 47 tag."""
    from ctypes import c_ushort, sizeof  # noqa: PLC0415

    import pypdfium2.raw as pdfium  # noqa: PLC0415

    buffer = (c_ushort * LONGEST_LANGUAGE)()
    length = cast("int", pdfium.FPDFCatalog_GetLanguage(pdf, buffer, sizeof(buffer)))
    told = bytes(buffer)[: max(0, min(length, sizeof(buffer)) - 2)].decode("utf-16-le", "ignore")
    return told if LANGUAGE.fullmatch(told) else None


@processor("document.text", kinds=(MediaKind.DOCUMENT,), mime_types=PLAIN, operations=(ProcessingOperation.EXTRACT_TEXT,))
def read_text(file: BinaryIO, subject: Subject) -> Extraction:
    """The words of a plain text, UTF-8 or else Latin-1, up to 1 Mi characters."""
    del subject
    with reading("text"):
        content = file.read(LONGEST_TEXT * 4)
        text = clean(decoded(content))[:LONGEST_TEXT]
        facts: dict[str, Any] = {"word_count": len(text.split()), "is_encrypted": False}
        return Extraction(facts=facts, text=text or None)


def decoded(content: bytes) -> str:
    """UTF-16 has its mark; a character cut in two at the end is no reason to think it is not UTF-8."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    with suppress(UnicodeDecodeError):
        return content.decode("utf-8-sig")
    ending = content[:-3] if len(content) == LONGEST_TEXT * 4 else content
    with suppress(UnicodeDecodeError):
        return ending.decode("utf-8-sig")
    return content.decode("latin-1")
