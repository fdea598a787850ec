"""Names and words as people type them: one normal form to keep, another to compare by."""

import re
import unicodedata

from domain.errors import Invalid

MARKS_AND_SPACE = re.compile(r"[^\w]+")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def tidy(text: str) -> str:
    """NFC, without control characters, white space folded and trimmed."""
    return " ".join(CONTROL.sub(" ", unicodedata.normalize("NFC", text)).split())


def clean(text: str) -> str:
    """NFC with its lines, without the control characters that databases and JSON refuse."""
    return CONTROL.sub("", unicodedata.normalize("NFC", text))


def fold(text: str) -> str:
    """What two texts have in common that differ only in case."""
    return unicodedata.normalize("NFC", text).casefold()


def slug(name: str) -> str:
    """The name for use in an address: letters and digits of any script, joined by hyphens."""
    return MARKS_AND_SPACE.sub("-", fold(name)).strip("-_") or "-"


def named(name: str, *, longest: int, path: tuple[str, ...] = ("input", "name")) -> str:
    """A name of 1 to `longest` characters, tidied.

    Raises:
        Invalid: it is empty or too long.
    """
    tidied = tidy(name)
    if not 1 <= len(tidied) <= longest:
        raise Invalid(f"A name has 1 to {longest} characters.", path=path)
    return tidied
