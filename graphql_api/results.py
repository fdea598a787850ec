"""Searching all of a library over GraphQL: media, tags and collections that one text finds, and the best of all."""

from dataclasses import replace
from typing import Annotated, Any, Union

import strawberry

from domain.matching import Matching
from domain.reading import LINK
from domain.results import RANK, Search, best, completions, read
from domain.search import All
from graphql_api.collection import Collection
from graphql_api.declare import gathered, given, parameters_of, relation, relation_list, taking
from graphql_api.fields import Gathering, Relation, Wish, check_page
from graphql_api.matching import BEST_FIRST
from graphql_api.media import Media, media_wish
from graphql_api.media_types import imported
from graphql_api.price import PAGED
from graphql_api.tag import Tag

MOST_FOUND = 10
imported()
SearchHit: Any = Annotated[
    Union[(*Media.__subclasses__(), Tag, Collection)],
    strawberry.union("SearchHit", description="What a search can find."),
]


def media_found(search: Search, **arguments: Any) -> Wish:
    """The media that have the words, the best first unless ordered."""
    wish = media_wish(**arguments)
    return replace(wish, filter=All((Matching(search.sought), wish.filter)), order=wish.order or BEST_FIRST)


def best_media(search: Search) -> Wish:
    return replace(media_found(search), first=search.first)


def named_so(search: Search) -> Wish:
    """The things whose names begin with the text."""
    return Wish(first=search.first, filter=search.named)


def suggested(search: Search) -> Wish:
    return Wish(first=search.first, filter=search.begun)


NAME = tuple(f"{LINK}{name}" for name in RANK)
HITS = (
    Gathering(Relation("library.tags_named", wish=named_so, given=True), NAME, "Tag"),
    Gathering(Relation("library.collections_named", wish=named_so, given=True), NAME, "Collection"),
    Gathering(Relation("library.media", wish=best_media, given=True), (), "Media"),
)
TEXTS = (Gathering(Relation("library.suggestions", wish=suggested, given=True), ("name", "alias", "aliases")),)


@strawberry.type(description="What a text finds.")
class SearchResults:
    hits = gathered(
        HITS, best, graphql_type=list[SearchHit],
        description="The best of all: tags and collections whose names are the text, then those whose names begin so, as many as "
        "there are up to half of the places; then media, the best first.",
    )  # fmt: skip
    media = relation(
        "media.MediaConnection", "library.media", wish=taking(media_found, parameters_of(media_wish)), given=True,
        description="The media that have the words, as `media(search:)` finds them: the best first unless ordered.",
    )  # fmt: skip
    tags = relation_list(
        "tag.Tag", "library.tags_named", wish=named_so, given=True,
        description="Tags with a name or an alias that begins with the text: those where it is all of it, then those of the most "
        "media.",
    )  # fmt: skip
    collections = relation_list(
        "collection.Collection", "library.collections_named", wish=named_so, given=True,
        description="Collections whose names begin with the text: those where it is all of it, then those of the most media.",
    )  # fmt: skip
    suggestions = gathered(TEXTS, completions, graphql_type=list[str], description="What the text can be completed to.")


Text = Annotated[
    str, strawberry.argument(description="Words to look for, read as in `media(search:)` of WEB; also the beginning of a name.")
]


def searched_for(query: Text, first: int | None = MOST_FOUND) -> Search:
    """What the arguments ask for."""
    wanted = MOST_FOUND if first is None else first
    check_page(Wish(first=wanted))
    return read(query, wanted)


@strawberry.type
class SearchQuery:
    search = given(
        searched_for, "results.SearchResults", price=PAGED,
        description="Searches all of the library: `first` things of each sort, at most 100. The text is read as in "
        "`media(search:)`, and as the beginning of a name.",
    )  # fmt: skip
