"""Names and words as people type them: one normal form to keep, another to compare by."""

import re
import unicodedata
from datetime import UTC, datetime

from domain.errors import Invalid

MARKS_AND_SPACE = re.compile(r"[^\w]+")
LONGEST_SOUGHT = 2_000
KEPT_YEARS = range(2, 9999)
"""A day of any offset more or less, and every database still has a word for the time."""
UNKEPT = re.compile(r"[\x00\ud800-\udfff]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def tidy(text: str) -> str:
    """NFC, without control characters, white space folded and trimmed."""
    return " ".join(CONTROL.sub(" ", unicodedata.normalize("NFC", text)).split())


def without_controls(text: str) -> str:
    """The text with its lines, without the control characters that databases and JSON refuse."""
    return CONTROL.sub("", text)


def clean(text: str) -> str:
    """The same in NFC; for texts of bounded length, as that can take time with the square of it."""
    return CONTROL.sub("", unicodedata.normalize("NFC", text))


def fold(text: str) -> str:
    """What two texts have in common that differ only in case."""
    return unicodedata.normalize("NFC", text).casefold()


def slug(name: str) -> str:
    """The name for use in an address: letters and digits of any script, joined by hyphens."""
    return MARKS_AND_SPACE.sub("-", fold(name)).strip("-_") or "-"


def comparable(text: str, *path: str) -> str:
    """A text to be looked for.

    Raises:
        Invalid: it is longer than LONGEST_SOUGHT, or has a character that no database keeps.
    """
    if len(text) > LONGEST_SOUGHT or UNKEPT.search(text):
        raise Invalid(f"A text to be looked for has at most {LONGEST_SOUGHT:,} characters, none of them NUL.", path=path)
    return text


def named(name: str, *, longest: int, path: tuple[str, ...] = ("input", "name")) -> str:
    """A name of 1 to `longest` characters, tidied.

    Raises:
        Invalid: it is empty or too long.
    """
    tidied = tidy(name) if len(name) <= 4 * longest else ""  # to normalise a long text takes long
    if not 1 <= len(tidied) <= longest:
        raise Invalid(f"A name has 1 to {longest} characters.", path=path)
    return tidied


def rfc3339(time: datetime) -> str:
    """A time as the wire and SQLite have it: UTC, six decimals, Z. Not strftime, which writes the year 33 in two digits."""
    return f"{time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def bounded(text: str, longest: int, path: tuple[str, ...]) -> str:
    """The text, clean.

    Raises:
        Invalid: it has more than `longest` characters.
    """
    if len(text) > longest:
        raise Invalid(f"At most {longest:,} characters.", path=path)
    return clean(text)


def camel(name: str) -> str:
    """The name of a field as clients write it."""
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def free_slug(name: str, taken: set[str]) -> str:
    """A slug for the name that is not taken, numbered if it must be."""
    found = slug(name)
    return next(one for number in range(1, len(taken) + 2) if (one := found if number == 1 else f"{found}-{number}") not in taken)
