"""Suggestions: what a prefix can be completed to, among tags by all their names, collections, and titles of media."""

from dataclasses import dataclass

from domain.errors import Invalid, Path
from domain.ids import Id
from domain.search import All, Compare, Filter
from domain.text import comparable, fold, tidy

MOST_COMPLETED = 1_000
"""Names of each sort that are read for a prefix: the first in the alphabet. The best are chosen among these."""
LAST = "\U0010ffff"
"""No name goes on with this character: it will never be assigned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A name that begins so, and the one thing it is of.

    Attributes:
        name: of the thing; of media, their title.
        alias: of a tag, the other name that begins so, as it is compared; None where `name` does.
        aliases: of a tag that was met by an alias, all it has.
        count: how many media are behind it.
        tag_id: the key of the thing, as are `collection_id` and `media_id`; of several media the newest.
    """

    name: str
    alias: str | None
    aliases: tuple[str, ...]
    count: int
    tag_id: Id | None
    collection_id: Id | None
    media_id: Id | None


def begun(prefix: str) -> Filter:
    """The names that begin so, whatever their case, as a range. Raises Invalid for what `bounds` refuses."""
    start, end = bounds(prefix)
    return All((Compare("folded", "gte", start), Compare("folded", "lt", end)))


def bounds(prefix: str, path: Path = ("prefix",)) -> tuple[str, str]:
    """Between which texts the folded names are that begin so.

    Raises:
        Invalid: the prefix is empty, or no text to be looked for.
    """
    sought = fold(tidy(comparable(prefix, *path)))
    if not sought:
        raise Invalid("A prefix has at least one character.", path=path)
    return sought, sought + LAST


def text_of(name: str, alias: str | None, aliases: tuple[str, ...] | None) -> str:
    """What begins so: a name, or an alias as it is written."""
    return name if alias is None else next((one for one in aliases or () if fold(one) == alias), alias)
