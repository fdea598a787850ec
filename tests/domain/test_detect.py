"""Types are told from bytes; names refine text and nothing else."""

import io
import json
import random
import time
import zipfile

import pytest
from PIL import Image

from domain.detect import HEAD_SIZE, detect, extension_of, safe_filename


def box(major: str, *compatible: str) -> bytes:
    brands = major.encode() + bytes(4) + "".join(compatible).encode()
    return (len(brands) + 8).to_bytes(4, "big") + b"ftyp" + brands + bytes(8)


def ebml(kind: bytes) -> bytes:
    return b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82" + bytes([0x80 | len(kind)]) + kind + bytes(20)


def ogg(packet: bytes) -> bytes:
    return b"OggS\0\2" + bytes(20) + b"\1" + bytes([len(packet)]) + packet


def zipped(**entries: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name) if name == "mimetype" else name, content)
    return made.getvalue()


def picture(kind: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (20, 20), "teal").save(made, kind)
    return made.getvalue()[:HEAD_SIZE]


OFFICE = "application/vnd.openxmlformats-officedocument."
TEXTUAL = [
    (b"hello world", "text/plain"),
    ("Grüße, 世界\n".encode(), "text/plain"),
    (b"\xef\xbb\xbfwith a mark", "text/plain"),
    ("from Windows".encode("utf-16"), "text/plain"),
    (b"BMW and GIF and MZ and SQLite and 8BPS are words", "text/plain"),
    (b"GIF is a format", "text/plain"),
    (b"SQLite is a database", "text/plain"),
    (b"MZ is a mark, ID3 another", "text/plain"),
    (b"ID3 tags are text here", "text/plain"),
    (b"1 < 2 and <3", "text/plain"),
    (b"<3 you", "text/plain"),
    (b"see <svg> in the middle", "text/plain"),
    (b"[not json] at all", "text/plain"),
    (b'{"a": [1, 2]}', "application/json"),
    (b"[" * 5000, "text/plain"),
    (json.dumps([{"n": n} for n in range(2000)]).encode()[:HEAD_SIZE], "application/json"),
    (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
    (b'<?xml version="1.0"?>\n<!-- <html> -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">\n<svg>', "image/svg+xml"),
    (b'\xef\xbb\xbf  <svg:svg xmlns:svg="x">', "image/svg+xml"),
    ('<?xml version="1.0" encoding="iso-8859-1"?><svg><text>Grüße</text></svg>'.encode("latin-1"), "image/svg+xml"),
    ('<svg onload="alert(1)"/>'.encode("utf-16"), "image/svg+xml"),
    (b'<!DOCTYPE svg [<!ENTITY a "b">]><x:svg>', "image/svg+xml"),
    (b"<!DOCTYPE html><p>Hi", "text/html"),
    (b"\n <!-- note --> <HTML lang=en>", "text/html"),
    (b"<script>alert(1)</script>", "text/html"),
    (b"<body onload=alert(1)>", "text/html"),
    (b"<p>Only a piece</p>", "text/html"),
    (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', "application/xhtml+xml"),
    (b'<?xml version="1.0"?><gpx version="1.1">', "application/xml"),
    (b"{\\rtf1\\ansi Hi}", "application/rtf"),
    (b"%PDF-1.4\n1 0 obj", "application/pdf"),
    (b"WEBVTT\n\n00:00.000 --> 00:01.000\nHi", "text/vtt"),
]
BINARY = [
    (box("isom", "isom", "iso2", "avc1", "mp41"), "video/mp4"),
    (box("mp42"), "video/mp4"),
    (box("dash", "iso6"), "video/mp4"),
    (box("M4V ", "mp42"), "video/mp4"),
    (box("M4A ", "mp42", "isom"), "audio/mp4"),
    (box("M4B "), "audio/mp4"),
    (box("qt  ", "mp42"), "video/quicktime"),
    (b"\0\0\0\x08wide\0\0\1\0mdat", "video/quicktime"),
    (box("3gp5", "isom"), "video/3gpp"),
    (box("heic", "mif1"), "image/heic"),
    (box("mif1", "heic"), "image/heic"),
    (box("mif1", "miaf", "avif"), "image/avif"),
    (box("mif1", "miaf"), "image/heif"),
    (box("avif", "mif1"), "image/avif"),
    (box("none", "nope"), "application/octet-stream"),
    (ebml(b"webm"), "video/webm"),
    (ebml(b"matroska"), "video/x-matroska"),
    (ebml(b"else"), "application/octet-stream"),
    (ogg(b"OpusHead\1\2"), "audio/opus"),
    (ogg(b"\1vorbis"), "audio/ogg"),
    (ogg(b"\x80theora"), "video/ogg"),
    (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
    (b"fLaC\0\0\0\x22", "audio/flac"),
    (b"ID3\4\0\0\0\0\0\0\xff\xfb", "audio/mpeg"),
    (b"\xff\xfb\x90\x64\0\0\0\0", "audio/mpeg"),
    ((b"G" + bytes(187)) * 3, "video/mp2t"),
    (b"BM not a picture\0", "application/octet-stream"),
    (b"GIFt\0", "application/octet-stream"),
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
    (zipped(**{"a.txt": "x"}), "application/zip"),
    (zipped(**{"[Content_Types].xml": "x", "_rels/.rels": "x", "word/document.xml": "x"}), f"{OFFICE}wordprocessingml.document"),
    (zipped(**{"[Content_Types].xml": "x", "_rels/.rels": "x", "xl/workbook.xml": "x"}), f"{OFFICE}spreadsheetml.sheet"),
    (zipped(**{"[Content_Types].xml": "x", "ppt/presentation.xml": "x"}), f"{OFFICE}presentationml.presentation"),
    (zipped(**{"word/document.xml": "no office without its content types"}), "application/zip"),
    (zipped(mimetype="application/vnd.oasis.opendocument.text", content="x"), "application/vnd.oasis.opendocument.text"),
    (zipped(mimetype="application/epub+zip", content="x"), "application/epub+zip"),
    (zipped(mimetype="text/html", content="x"), "application/zip"),
    (b"", "application/octet-stream"),
    (b"\0\1\2\3", "application/octet-stream"),
    (b"caf\xe9 in Latin-1", "application/octet-stream"),
    (b"text with a \0 inside", "application/octet-stream"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "expected"), TEXTUAL + BINARY)
def test_the_type_is_in_the_bytes_whatever_the_name_says(head: bytes, expected: str) -> None:
    for name in ("file", "file.png", "file.html", "file.mp4", "file.pdf"):
        assert detect(head, name) == expected


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF"])
def test_pictures_are_pictures(kind: str) -> None:
    assert detect(picture(kind), "x.txt") == f"image/{kind.lower()}"


def test_a_jpeg_2000_has_its_common_name() -> None:
    assert detect(picture("JPEG2000"), "x") == "image/jp2"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.md", "text/markdown"),
        ("A.CSV", "text/csv"),
        ("a.tsv", "text/tab-separated-values"),
        ("a.js", "text/plain"),
        ("a.css", "text/plain"),
        ("a.html", "text/plain"),
        ("a.svg", "text/plain"),
        ("a.docx", "text/plain"),
        ("md", "text/plain"),
    ],
)
def test_a_name_tells_text_from_text_and_never_makes_it_active(name: str, expected: str) -> None:
    assert detect(b"a,b\n1,2\n", name) == expected


def test_markdown_may_begin_with_a_piece_of_html_but_not_with_a_page() -> None:
    assert detect(b'<p align="center">Logo</p>\n\n# Title', "readme.md") == "text/markdown"
    assert detect(b"<!DOCTYPE html><p>Hi", "readme.md") == "text/html"
    assert detect(b"<script>alert(1)</script>", "readme.md") == "text/html"


def test_a_head_may_end_within_a_character_and_a_file_may_not() -> None:
    assert detect(("ä" * HEAD_SIZE).encode()[1:][: HEAD_SIZE - 1], "x") == "application/octet-stream"
    assert detect(("x" + "ä" * HEAD_SIZE).encode()[:HEAD_SIZE], "x") == "text/plain"
    assert detect("ä".encode()[:1], "x") == "application/octet-stream"


def test_no_bytes_whatever_break_it_or_take_long() -> None:
    chance = random.Random(1)
    marks = [head[:12] for head, _ in TEXTUAL + BINARY] + [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x7fELF", b"\xff\xfe"]
    for _ in range(5000):
        assert "/" in detect(chance.choice(marks) + chance.randbytes(chance.choice([0, 1, 4, 20, 300])), "x")
    started = time.monotonic()
    for piece in (b"<!---->", b"<??>", b"<!>", b"<", b"[", b'{"a":', b"PK\3\4", b"\x1a", b"<!["):
        detect((piece * HEAD_SIZE)[:HEAD_SIZE], "x")
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("photo.JPG", "jpg"),
        ("archive.tar.gz", "gz"),
        ("noextension", None),
        (".bashrc", None),
        ("trailing.", None),
        ("odd.j pg", None),
        ("odd.jpé", None),
        ("long." + "x" * 17, None),
        ("", None),
    ],
)
def test_an_extension_is_short_and_plain(name: str, expected: str | None) -> None:
    assert extension_of(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("holiday.jpg", "holiday.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\photo.png", "photo.png"),
        ("a/b\\c.txt", "c.txt"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("li\nne\x00\x9f.txt", "line.txt"),
        ("Cafe\u0301.txt", "Café.txt"),
        ("  spaced name .txt  ", "spaced name .txt"),
        ("\ud800lone.txt", "lone.txt"),
        ("👩\u200d🚀.png", "👩\u200d🚀.png"),
        (".htaccess", ".htaccess"),
        ("", "unnamed"),
        (".", "unnamed"),
        ("..", "unnamed"),
        ("folder/", "unnamed"),
        ("\u202e\x00", "unnamed"),
    ],
)
def test_a_filename_is_one_visible_name(name: str, expected: str) -> None:
    assert safe_filename(name) == expected


@pytest.mark.parametrize("letter", ["x", "ä", "世", "👩", "."])
def test_a_long_filename_is_cut_within_whole_characters_and_keeps_its_extension(letter: str) -> None:
    cut = safe_filename("n" + letter * 400 + ".JPEG")
    assert cut.endswith(".JPEG")
    assert 250 < len(cut.encode()) <= 255
    assert safe_filename(cut) == cut
    assert len(safe_filename("n" + letter * 400).encode()) <= 255
