"""What one text finds in all of a library: tags and collections by their names, media by their words, and the best of all."""

from dataclasses import dataclass
from typing import Any

from domain.matching import SearchMode, Sought, sought
from domain.search import All, Compare, Filter
from domain.suggestion import bounds, text_of

Row = tuple[Any, ...]
RANK = ("goes_on", "rank", "folded")
"""What says of a name how well it fits: the smaller, the better."""


@dataclass(frozen=True, slots=True)
class Search:
    """A text that somebody searches a library for, read as words and as the beginning of a name; `first` things are wanted."""

    sought: Sought
    start: str
    end: str
    first: int

    @property
    def begun(self) -> Filter:
        """The suggestions that begin with the text."""
        return self.between("folded")

    @property
    def named(self) -> Filter:
        """The things with a name or an alias that begins with the text."""
        return self.between("named")

    def between(self, field: str) -> Filter:
        return All((Compare(field, "gte", self.start), Compare(field, "lt", self.end)))


@dataclass(frozen=True, slots=True, kw_only=True)
class NameMatch:
    """How well the name of a thing fits, or the best of its aliases.

    Attributes:
        goes_on: 0 where it is all of the text, 1 where it only begins so.
        rank: the less, the more media are behind the thing.
        folded: the name as it is compared.
    """

    goes_on: int
    rank: int
    folded: str


def read(query: str, first: int) -> Search:
    """What a text asks for.

    Raises:
        Invalid: it has no word to look for, or is too long.
        LimitExceeded: it has too many words.
    """
    path = ("query",)
    found = sought(query, SearchMode.WEB, path=path)
    return Search(found, *bounds(query, path), first)


def best(search: Search, tags: list[Row], collections: list[Row], media: list[Row]) -> list[Any]:
    """The best of all, of rows that end with the thing itself and begin with the RANK of its name if it has one.

    Names come first, those that are all of the text before those that go on, as many as there are up to half of the places; or
    more where there are fewer media.
    """
    names = [row[-1] for row in sorted([*tags, *collections], key=lambda row: row[:-1])]
    places = max(search.first - len(media), (search.first + 1) // 2)
    return [*names[:places], *(row[-1] for row in media)][: search.first]


def completions(_search: Search, rows: list[Row]) -> list[str]:
    """The texts of suggestions, each once."""
    return list(dict.fromkeys(text_of(*row) for row in rows))
