"""Searching by words over GraphQL: what is looked for, and where it was met."""

import strawberry

from domain.highlight import highlights
from domain.matching import Matching, SearchField, SearchMode, sought
from domain.reading import RELEVANCE, Order
from domain.search import All, Filter
from graphql_api.declare import of_search
from graphql_api.input import sparse
from graphql_api.price import Price

BEST_FIRST = (Order(field=RELEVANCE, descending=True),)
NEEDS = tuple(field.lower() for field in SearchField)


@strawberry.type(description="Where a search was met in one text of a media.")
class Highlight:
    field: SearchField = strawberry.field(description="Which text.")
    fragments: list[str] = strawberry.field(
        description="At most 3 pieces of it as HTML, in which words are inside `<mark>` and all else is text."
    )


def found_in() -> object:
    """The highlights of an edge of a list of media."""
    return of_search(
        "media.passages", highlights, needs=NEEDS, graphql_type=list[Highlight], price=Price(weight=5),
        description="Where the search was met; nothing without one. Words are marked in the first 10,000 characters of a text.",
    )  # fmt: skip


@sparse
@strawberry.input(description="What to look for by words.")
class SearchInput:
    query: str = strawberry.field(
        description='Whatever their case and accents, all words are looked for. In WEB also `"words in a row"`, `-without` '
        "and `this OR that`. At most 32 words."
    )
    mode: SearchMode | None = strawberry.field(default=SearchMode.WEB, description="How the query is read.")
    fields: list[SearchField] | None = strawberry.field(default=None, description="Look in these texts alone.")


def with_search(search: SearchInput | None, filter: Filter) -> Filter:
    """The filter, behind the search."""
    return All((to_matching(search), filter)) if search else filter


def to_matching(search: SearchInput) -> Matching:
    """The search as the domain has it."""
    return Matching(sought(search.query, search.mode or SearchMode.WEB, tuple(search.fields or ())))


def search_order(search: SearchInput | None, order: tuple[Order, ...]) -> tuple[Order, ...]:
    """What is given, else the best first where there is a search."""
    return order or (BEST_FIRST if search else ())
