"""Eighty documents that were made to stop a server, each with what it is."""

from collections.abc import Iterator
from typing import Any

WIDE = "title filename mimeType size sha256 path folder createdAt updatedAt takenAt rating isFavorite url version"
PAGES = "{ media(first: $n) { nodes { tags(first: $n) { nodes { media(first: $n) { nodes { id } } } } } } }"
FOUR = "{ media { nodes { tags { nodes { media { nodes { collections { nodes { name } } } } } } } } }"
OF_MEDIA = "query($f: MediaFilter) { media(filter: $f) { totalCount } }"
HOPS = ("media", "tags", "media", "collections")


def doubling(levels: int, leaf: str = "media { totalCount }") -> str:
    """Fragments that each take the next one twice: twice as many fields on every level."""
    chain = "".join(f"fragment F{level} on Query {{ ...F{level + 1} ...F{level + 1} }} " for level in range(levels))
    return f"{{ ...F0 }} {chain} fragment F{levels} on Query {{ {leaf} }}"


def doubling_fields(levels: int) -> str:
    """The same, each fragment below a field of the one before."""
    chain = "".join(
        f"fragment F{level} on Media {{ tags {{ nodes {{ media {{ nodes {{ ...F{level + 1} ...F{level + 1} }} }} }} }} }} "
        for level in range(levels)
    )
    return f"{{ media {{ nodes {{ ...F0 }} }} }} {chain} fragment F{levels} on Media {{ id }}"


def grid(rows: int, columns: int) -> str:
    """Fields of one name in many selections, which validation compares each with each."""
    row = " ".join(f"a{column}: title" for column in range(columns))
    return "{ " + " ".join(f"media {{ nodes {{ {row} }} }}" for _ in range(rows)) + " }"


def spread_grid(count: int) -> str:
    """Fragments that each spread all later ones, over the same names."""
    chain = "".join(
        f"fragment F{one} on Media {{ x: title {' '.join(f'...F{other}' for other in range(one + 1, count))} }} "
        for one in range(count)
    )
    return f"{{ media {{ nodes {{ ...F0 }} }} }} {chain}"


def deep(levels: int) -> str:
    return "{ " + "media { nodes { " * levels + "id" + " } }" * levels + " }"


def pages(*sizes: int) -> str:
    """Lists in lists, each of its size."""
    inner = "id"
    for number, size in reversed(list(enumerate(sizes))):
        inner = f"{HOPS[number % 4]}(first: {size}) {{ nodes {{ {inner} }} }}"
    return f"{{ {inner} }}"


def introspection(levels: int) -> str:
    return "{ __schema { types { " + "fields { type { " * levels + "name" + " } }" * levels + " } } }"


def narrowed(count: int) -> str:
    """Pages under one filter, no two alike."""
    return " ".join(f"n{one}: media(filter: $f, first: {one}) {{ nodes {{ id }} }}" for one in range(count))


def ring(count: int) -> str:
    """Fragments in a circle."""
    return "{ ...F0 } " + "".join(f"fragment F{one} on Query {{ ...F{(one + 1) % count} }} " for one in range(count))


def documents() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """A name, a document and its variables."""
    for levels in (18, 24, 30, 40, 50, 60, 70, 80, 90):
        yield f"doubling {levels}", doubling(levels), {}
        yield f"doubling pages {levels}", doubling(levels, "media(first: 100) { nodes { id } }"), {}
    for levels in (4, 6, 8, 12, 20):
        yield f"doubling fields {levels}", doubling_fields(levels), {}
    for count in (31, 101, 600, 1_000, 10_000):
        yield f"aliases {count}", "{ " + " ".join(f"a{one}: __typename" for one in range(count)) + " }", {}
        yield f"the same field {count}", "{ " + "__typename " * count + "}", {}
    for rows, columns in ((31, 20), (40, 10), (10, 60), (100, 5), (400, 1), (20, 31)):
        yield f"grid {rows} x {columns}", grid(rows, columns), {}
    for levels in (16, 50, 150, 300, 1_000, 20_000):
        yield f"depth {levels}", deep(levels), {}
    yield "inline depth 600", "{ " + "... { " * 600 + "__typename" + " }" * 600 + " }", {}
    yield "braces 20,000", "{" * 20_000, {}
    yield "lists 900", "{ media(filter: " + "[" * 900 + "]" * 900 + ") { totalCount } }", {}
    yield "objects 600", "{ media(filter: " + "{and: [" * 300 + "]}" * 300 + ") { totalCount } }", {}
    yield "page 10^6", pages(1_000_000), {}
    yield "page 10^4000", "{ media(first: " + "9" * 4_000 + ") { totalCount } }", {}
    yield "pages of 100", pages(100, 100, 100), {}
    yield (
        "pages of 100, wide",
        f"{{ media(first: 100) {{ nodes {{ tags(first: 100) {{ nodes {{ media {{ nodes {{ {WIDE} }} }} }} }} }} }} }}",
        {},
    )
    yield (
        "pages of the usual size",
        "{ media { nodes { tags { nodes { media { nodes { collections { nodes { name } } } } } } } } }",
        {},
    )
    yield (
        "pages by variable",
        "query($n: Int) { media(first: $n) { nodes { tags(first: $n) { nodes { media(first: $n) { nodes { id } } } } } } }",
        {"n": 100},
    )
    yield (
        "pages by default",
        "query($n: Int = 100) { media(first: $n) { nodes { tags(first: $n) { nodes { media(first: $n) { nodes { id } } } } } } }",
        {},
    )
    yield "pages by null", f"query($n: Int = 1) {PAGES}".replace("id", FOUR[2:-2]), {"n": None}
    yield "page by variable", "query($n: Int) { media(first: $n) { nodes { id } } }", {"n": 2_000_000_000}
    yield "ids by variable", "query($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": ["x"] * 60_000}
    yield (
        "values in variables",
        "query($f: MediaFilter) { media(filter: $f) { totalCount } }",
        {"f": {"or": [{"title": {"eq": "x"}}] * 20_000}},
    )
    yield "a filter by variable, deep", OF_MEDIA, {"f": nested(400)}
    for size in (100_000, 1_000_000):
        yield f"name of {size}", "{ " + "a" * size + " }", {}
        yield f"text of {size}", '{ tag(slug: "' + "\\n" * (size // 2) + '") { id } }', {}
    yield "operation's name", f"query {'a' * 900_000} {{ __typename }}", {}
    long = {"f": {"or": [{"title": {"contains": "t" * 100}}] * 199}}
    yield "a long filter under thirty aliases", f"query($f: MediaFilter) {{ {narrowed(30)} }}", long
    yield "a long filter in fragments", f"query($f: MediaFilter) {doubling(20, narrowed(2))}", long
    yield "spaces", "{ __typename" + " " * 900_000 + "}", {}
    yield "comments", "{ __typename " + "#\n" * 400_000 + "}", {}
    yield "block text", '{ tag(slug: """' + "a\n" * 400_000 + '""") { id } }', {}
    for count in (51, 500, 5_000):
        yield f"directives {count}", "{ __typename " + "@skip(if: false) " * count + "}", {}
    yield "unknown directives", "{ __typename " + "@a" * 500 + " }", {}
    for levels in (3, 4, 6):
        yield f"introspection {levels}", introspection(levels), {}
    yield (
        "introspection, possible types",
        "{ __schema { types { possibleTypes { possibleTypes { fields { type { possibleTypes { name } } } } } } } }",
        {},
    )
    for count in (2, 150):
        yield f"ring of {count}", ring(count), {}
    yield "spread grid", spread_grid(40), {}
    yield "unknown fields", "{ " + " ".join(f"x{one}" for one in range(900)) + " }", {}
    yield "unused variables", f"query({' '.join(f'$v{one}: Int' for one in range(450))}) {{ __typename }}", {}
    yield "many operations", " ".join(f"query Q{one} {{ __typename }}" for one in range(390)), {}


def nested(levels: int) -> dict[str, Any]:
    found: dict[str, Any] = {"title": {"eq": "x"}}
    for _ in range(levels):
        found = {"not": found}
    return found
