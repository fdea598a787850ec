"""What `document.probe` and `document.text` find in documents, and what they refuse."""

import pytest

from domain.errors import FailureCode

from .files import locked, pdf
from .reading import failure, fields_of, run

PDF = "application/pdf"


def probe(content):
    return run("document.probe", content, PDF)


def test_a_document_tells_its_pages_its_words_and_its_author():
    found = probe(pdf(info="/Title (Guide) /Author (Ann) /Producer (By hand)", catalog="/Lang (en-GB)"))
    assert found.facts == {
        "page_count": 2, "title": "Guide", "author": "Ann", "language": "en-GB", "is_encrypted": False, "word_count": 5,
    }  # fmt: skip
    assert found.text == "Hello brave world\n\nsecond page"
    assert found.extra == {"pdf_version": "1.6"}
    assert found.entries == (("pdf", "Producer", "By hand"),)
    assert set(found.facts) <= fields_of("DOCUMENT")


def test_of_a_locked_document_only_that_is_known():
    assert probe(locked(pdf(), "secret")).facts == {"is_encrypted": True}


def test_a_document_that_only_forbids_something_is_read():
    facts = probe(locked(pdf(), "")).facts
    assert (facts["is_encrypted"], facts["page_count"], facts["word_count"]) == (True, 2, 5)


def test_text_is_bounded():
    found = probe(pdf(pages=["word " * 30_000] * 9))
    assert len(found.text) <= 1 << 20


@pytest.mark.parametrize("content", [b"", b"\0" * 99, b"words", pdf()[:40], b"%PDF-1.7\n%%EOF"])
@pytest.mark.parametrize("key", ["document.probe", "document.preview"])
def test_what_is_no_document_is_unreadable(content, key):
    assert failure(key, content, PDF).code is FailureCode.UNREADABLE


def read(content, mime_type="text/plain"):
    return run("document.text", content, mime_type)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Größe and more".encode(), "Größe and more"),
        ("Größe and more".encode("latin-1"), "Größe and more"),
        ("\ufeffGröße and more".encode(), "Größe and more"),
        ("Größe and more".encode("utf-16"), "Größe and more"),
        (b"a\0b\x1b and\nmore", "ab and\nmore"),
    ],
)  # fmt: skip
def test_plain_text_is_read_in_the_encoding_it_has(content, text):
    found = read(content, "text/markdown")
    assert found.text == text
    assert found.facts == {"word_count": 3, "is_encrypted": False}


def test_an_empty_text_has_no_words():
    found = read(b"")
    assert (found.text, found.facts["word_count"]) == (None, 0)


def test_a_long_text_is_cut_and_stays_utf_8():
    found = read(("a" + "ü" * (3 << 20)).encode()).text
    assert found == "a" + "ü" * ((1 << 20) - 1)
