"""The demo's documents: a PDF written byte by byte, and two texts."""

from collections.abc import Callable, Iterator
from pathlib import Path

TITLE, AUTHOR, MADE = "A Small Field Guide to Light", "Ada Winter", "D:20250601093000+02'00'"

PAGES = (
    ("A Small Field Guide to Light", (
        "Notes from a year of carrying a camera.",
        "",
        "Light has a direction, a colour and a hardness. Whoever can name these",
        "three can describe any picture without showing it.",
    )),
    ("The golden hour", (
        "In the hour after sunrise and before sunset, light crosses more air.",
        "Blue is scattered away, shadows grow long, and faces look kind.",
        "In Lisbon the river doubles it: stand on the southern bank.",
    )),
    ("Mist", (
        "Mist takes contrast from what is far and gives it to what is near.",
        "In Kyoto it lies on the water until about seven in late October.",
        "Expose for the brightest part and let the rest stay quiet.",
    )),
    ("The northern lights", (
        "A tripod, a wide lens, six seconds and patience.",
        "Reykjavik is bright; the point by the lighthouse is dark enough.",
        "Focus on a star before your fingers are cold.",
    )),
)  # fmt: skip

PACKING = """# Packing list

What came along to **Reykjavik**, and what should have.

- [x] Tripod
- [x] Two batteries, kept warm
- [ ] Gloves that work with buttons

## Settings

| subject | seconds | aperture | ISO |
|---|---|---|---|
| northern lights | 6 | f/4 | 1600 |
| lighthouse | 1/320 | f/9 | 100 |

> The best light comes after you have packed up.
"""

LETTER = """Nairobi, 25 August 2024

Dear Lena,

yesterday evening the sun went down behind the acacias as it does on posters, only quicker. I had
time for four pictures. The third is the good one; you will find it in the folder with the city
at night, which I took from the roof with the telephone.

The songs are recorded too. The kettle on the second track is a real kettle.

Yours,
Ada
"""


def make_papers(folder: Path) -> list[Callable[[], Path]]:
    """The steps that write one document each and tell where it is."""
    written = {
        "Documents/field-guide-to-light.pdf": pdf(TITLE, AUTHOR, PAGES),
        "Documents/packing-list.md": PACKING.encode(),
        "Documents/letter-from-nairobi.txt": LETTER.encode(),
    }
    return [lambda path=path, content=content: write(folder / path, content) for path, content in written.items()]


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def pdf(title: str, author: str, pages: tuple[tuple[str, tuple[str, ...]], ...]) -> bytes:
    """A PDF 1.4 (ISO 32000-1) of A5 pages with a heading and lines each, set in Helvetica."""
    file, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", list[int]()
    for number, body in enumerate(objects(title, author, pages), 1):
        places.append(len(file))
        file += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer\n<< /Size {len(places) + 1} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{len(file)}\n%%EOF\n"
    return file + f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def objects(title: str, author: str, pages: tuple[tuple[str, tuple[str, ...]], ...]) -> Iterator[str]:
    """Catalog, page tree, two fonts, information, then two objects a page."""
    kids = " ".join(f"{6 + 2 * n} 0 R" for n in range(len(pages)))
    yield "<< /Type /Catalog /Pages 2 0 R /Lang (en) >>"
    yield f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} /MediaBox [0 0 420 595] >>"
    for font in ("Helvetica", "Helvetica-Bold"):
        yield f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>"
    yield f"<< /Title {quoted(title)} /Author {quoted(author)} /CreationDate ({MADE}) >>"
    for n, (heading, lines) in enumerate(pages):
        drawn = page(heading, lines, n + 1)
        yield f"<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {7 + 2 * n} 0 R >>"
        yield f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream"


def page(heading: str, lines: tuple[str, ...], number: int) -> str:
    """A bar of colour, the heading, the lines and the number of the page, as drawing operators."""
    text = " ".join(f"{quoted(line)} Tj T*" for line in lines)
    return (
        f"0.95 0.55 0.36 rg 48 505 60 6 re f 0.15 0.17 0.3 rg BT /F2 20 Tf 48 470 Td {quoted(heading)} Tj ET\n"
        f"BT /F1 10.5 Tf 17 TL 48 436 Td {text} ET\nBT /F1 9 Tf 205 36 Td ({number}) Tj ET"
    )


def quoted(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"({escaped})"
