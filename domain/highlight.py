"""Where a search was met: short pieces of a text with the words marked, safe to show as HTML."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain, islice

from domain.ids import Id
from domain.matching import SearchField, Sought, Term, placed

MOST_FRAGMENTS = 3
CONTEXT = 60
"""Characters on either side of a mark."""
LONGEST_LOOKED_AT = 10_000
"""Characters of one text in which words are marked."""
IN_LINES = (SearchField.TAGS, SearchField.METADATA)
"""Fields that have a value in each line."""
Span = tuple[int, int]
Word = tuple[str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight:
    """Pieces of one field, HTML in which `<mark>` is the only element."""

    field: SearchField
    fragments: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """The texts of a media in which words are marked, by the names of search fields; several values in lines."""

    media_id: Id
    title: str | None
    tags: str | None
    filename: str | None
    alt_text: str | None
    description: str | None
    metadata: str | None
    extracted_text: str | None


def highlights(sought: Sought | None, texts: Sequence[str | None]) -> list[Highlight]:
    """The fields in which words are met; `texts` has one for each search field, or none at all."""
    if sought is None or not texts:
        return []
    terms = [term for clause in sought.clauses for term in clause.wanted]
    found = [
        Highlight(field=field, fragments=met(field, text[:LONGEST_LOOKED_AT], terms))
        for field, text in zip(SearchField, texts, strict=True)
        if text and (not sought.fields or field in sought.fields)
    ]
    return [one for one in found if one.fragments]


def met(field: SearchField, text: str, terms: list[Term]) -> list[str]:
    """The pieces of a text in which terms are met, and of each line by itself where lines are values."""
    values = text.split("\n") if field in IN_LINES else [text]
    return list(islice(chain.from_iterable(fragments(value, terms) for value in values), MOST_FRAGMENTS))


def fragments(text: str, terms: list[Term]) -> list[str]:
    """At most MOST_FRAGMENTS pieces around what is met; marks that are near each other share one."""
    groups: list[list[Span]] = []
    for mark in joined(marks(list(placed(text)), terms)):
        if groups and mark[0] - groups[-1][-1][1] <= 2 * CONTEXT and mark[1] - groups[-1][0][0] <= 6 * CONTEXT:
            groups[-1].append(mark)
        elif len(groups) == MOST_FRAGMENTS:
            break
        else:
            groups.append([mark])
    return [fragment(text, group) for group in groups]


def marks(found: list[Word], terms: list[Term]) -> Iterator[Span]:
    """From the first to the last character of each place where a term is met."""
    first = {term.words[0] for term in terms}
    prefixes = tuple(term.words[0] for term in terms if term.is_prefix and len(term.words) == 1)
    for at, (word, start, _) in enumerate(found):
        if word not in first and not (prefixes and word.startswith(prefixes)):
            continue
        for term in terms:
            if meets(found, at, term):
                yield start, found[at + len(term.words) - 1][2]


def meets(found: list[Word], at: int, term: Term) -> bool:
    here = tuple(word for word, _, _ in found[at : at + len(term.words)])
    if term.is_prefix:
        return len(here) == len(term.words) and here[:-1] == term.words[:-1] and here[-1].startswith(term.words[-1])
    return here == term.words


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same places in order, each once."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def fragment(text: str, group: list[Span]) -> str:
    """The marks of a group with some text around them, cut between words where that is near."""
    start, end = cut(text, group[0][0], group[-1][1])
    pieces, at = ["\u2026" * (start > 0)], start
    for begin, stop in group:
        pieces += [escape(text[at:begin]), "<mark>", escape(text[begin:stop]), "</mark>"]
        at = stop
    return "".join([*pieces, escape(text[at:end]), "\u2026" * (end < len(text))])


def cut(text: str, first: int, last: int) -> Span:
    start, end = max(first - CONTEXT, 0), min(last + CONTEXT, len(text))
    if start > 0:
        start = min(text.find(" ", start, first) + 1 or start, first)
    if end < len(text):
        end = max(text.rfind(" ", last, end), last) if " " in text[last:end] else end
    return start, end
