"""Suggestions over GraphQL: what a prefix can be completed to while somebody types."""

import strawberry

from domain.suggestion import begun, text_of
from graphql_api.declare import computed, either, relation_list
from graphql_api.fields import Relation, Wish
from graphql_api.relay import Node

MOST_SUGGESTED = 10
THINGS = {
    "Tag": Relation("tag.itself", key="tag_id"), "Collection": Relation("collection.itself", key="collection_id"),
    "Media": Relation("media.itself", key="media_id"),
}  # fmt: skip
"""What a suggestion can be of."""


@strawberry.type(description="What a prefix can be completed to.")
class Suggestion:
    text = computed(
        text_of, needs=("name", "alias", "aliases"),
        description="The completion: the name or an alias of a tag, the name of a collection, or a title.",
    )  # fmt: skip
    count: int = strawberry.field(
        description="How many media are behind it: the `mediaCount` of a tag or a MANUAL collection, 0 of a SMART one, or those "
        "with this very title among the first 1,000 that begin so."
    )
    node = either(THINGS, graphql_type=Node | None, description="What is called so; of several media with a title the newest.")


def suggestions_wish(prefix: str, first: int | None = MOST_SUGGESTED) -> Wish:
    """What the arguments ask for."""
    return Wish(first=MOST_SUGGESTED if first is None else first, filter=begun(prefix))


@strawberry.type
class SuggestionQuery:
    suggest = relation_list(
        "suggestion.Suggestion", "library.suggestions", wish=suggestions_wish,
        description="Completions of a prefix, whatever its case, among tags by their names and aliases, collections and titles "
        "of media, those of the most media first; at most 100. Of each sort the first 1,000 in the alphabet are considered.",
    )  # fmt: skip
