"""Searching by words: what the words of a text are, what a query asks for, and the filter it becomes."""

import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from domain.errors import Invalid, LimitExceeded, Path
from domain.text import comparable

MOST_SOUGHT = 32
"""Words of one query."""
LONGEST_WORD = 100
MOST_WORDS = 16_000
"""Of one text that are indexed; PostgreSQL counts no positions beyond."""
LONGEST_INDEXED = 100_000
"""Characters of one text that are looked at."""
MOST_CANDIDATES = 5_000
"""Media that a search takes into account: those that came last. All else about a list is done with them."""
BOUNDARY = "\u00b7"
"""Stands between values that no phrase crosses; a word never is this."""
QUERY: Path = ("search", "query")
ASCII = re.compile(r"[a-z0-9]+")
ONE_BY_ONE = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
"""Kana and ideographs: between such words nobody writes spaces."""
PIECE = re.compile(r'"([^"]*)"?|([^\s"]+)')


class SearchField(StrEnum):
    """Where words are looked for; what is named first says most of a media."""

    TITLE = "TITLE"
    TAGS = "TAGS"
    FILENAME = "FILENAME"
    ALT_TEXT = "ALT_TEXT"
    DESCRIPTION = "DESCRIPTION"
    METADATA = "METADATA"
    EXTRACTED_TEXT = "EXTRACTED_TEXT"


class SearchMode(StrEnum):
    """How the text of a query is read."""

    WEB = "WEB"
    PREFIX = "PREFIX"
    PHRASE = "PHRASE"


@dataclass(frozen=True, slots=True)
class Term:
    """Words in a row; with `is_prefix` the last one may go on."""

    words: tuple[str, ...]
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """All of these terms, and none of those."""

    wanted: tuple[Term, ...]
    excluded: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Sought:
    """One clause or another, within these fields; without fields, in all of them."""

    clauses: tuple[Clause, ...]
    fields: tuple[SearchField, ...] = ()


@dataclass(frozen=True, slots=True)
class Matching:
    """A filter: the media in which the index finds what is sought, of the last MOST_CANDIDATES that came."""

    sought: Sought | None


def words(text: str) -> list[str]:
    """The words of a text in their order, in the form in which they are indexed and looked for."""
    text = text[:LONGEST_INDEXED]
    if text.isascii():
        found = [word[:LONGEST_WORD] for word in ASCII.findall(text.lower())]
    else:
        found = [word for word, _, _ in placed(text)]
    return found[:MOST_WORDS]


def placed(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word of a text, where it begins and where it ends."""
    for run in runs().finditer(text):
        for word in normalised(run[0]):
            yield word, run.start(), run.end()


@cache
def runs() -> re.Pattern[str]:
    """Letters, digits and marks in a row; what is written without spaces, character by character."""
    marks = [chr(at) for at in range(0x300, min(sys.maxunicode, 0x1FFFF)) if unicodedata.category(chr(at))[0] == "M"]
    mark = f"[{''.join(marks)}]"
    return re.compile(rf"[{ONE_BY_ONE}]{mark}*|(?:(?![{ONE_BY_ONE}])[^\W_]|{mark})+")


@cache
def of_a_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNM"


def normalised(run: str) -> list[str]:
    """Without case, accents and other ways to write the same; `½` is two words."""
    if run.isascii():
        return [run.lower()[:LONGEST_WORD]]
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", run).casefold())
    kept = "".join(char if of_a_word(char) else " " for char in plain if not unicodedata.combining(char))
    return [word[:LONGEST_WORD] for word in kept.split()]


def sought(query: str, mode: SearchMode, fields: tuple[SearchField, ...] = (), path: Path = QUERY) -> Sought:
    """What a query asks for.

    Raises:
        Invalid: it has no word to look for, or a part of it only says what is not wanted.
        LimitExceeded: it has more than MOST_SOUGHT words.
    """
    comparable(query, *path)
    clauses = tuple(web(query)) if mode is SearchMode.WEB else tuple(in_a_row(query, mode))
    if sum(len(term.words) for one in clauses for term in (*one.wanted, *one.excluded)) > MOST_SOUGHT:
        raise LimitExceeded(f"A search has at most {MOST_SOUGHT} words.", limit=MOST_SOUGHT, path=path)
    if not clauses or not all(one.wanted for one in clauses):
        raise Invalid("A search has a word to look for, beside those that are not wanted.", path=path)
    return Sought(clauses, tuple(dict.fromkeys(fields)))


def in_a_row(query: str, mode: SearchMode) -> Iterator[Clause]:
    """All words as one phrase; or each by itself, the last one perhaps only begun."""
    found = words(query)
    if mode is SearchMode.PHRASE and found:
        yield Clause((Term(tuple(found)),))
    elif found:
        yield Clause((*(Term((word,)) for word in found[:-1]), Term((found[-1],), is_prefix=True)))


def web(query: str) -> Iterator[Clause]:
    """As people type: words, "phrases", -not, OR."""
    wanted: list[Term] = []
    excluded: list[Term] = []
    for piece, is_not in pieces(query):
        if piece is not None:
            (excluded if is_not else wanted).append(piece)
        elif wanted or excluded:
            yield Clause(tuple(wanted), tuple(excluded))
            wanted, excluded = [], []
    if wanted or excluded:
        yield Clause(tuple(wanted), tuple(excluded))


def pieces(query: str) -> Iterator[tuple[Term | None, bool]]:
    """Terms, and whether each is not wanted; None where it says OR."""
    is_not = False
    for piece in PIECE.finditer(query):
        phrase, word = piece[1], piece[2] or ""
        if word == "OR":
            yield None, False
            continue
        is_not = is_not or word.startswith("-")
        if found := words(phrase if phrase is not None else word):
            yield Term(tuple(found)), is_not
        is_not = word == "-" and query[piece.end() : piece.end() + 1] == '"'
