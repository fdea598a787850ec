"""The schema: a library is the root, its lists are the root fields."""

from collections.abc import Sequence
from functools import lru_cache

import strawberry

from graphql_api.changelog import ChangeQuery
from graphql_api.collection import CollectionMutation, CollectionQuery
from graphql_api.core import core_of, mark_one_of
from graphql_api.duplicate import DuplicateMutation, DuplicateQuery
from graphql_api.editing import EditingMutation
from graphql_api.errors import ERROR_TYPES
from graphql_api.extension import BadExtension, Extension, apart
from graphql_api.joining import LibrarySchema, check_fit, check_planned
from graphql_api.library import LibraryQuery
from graphql_api.media import Media, MediaQuery
from graphql_api.media_types import imported
from graphql_api.metadata import MediaMetadata, MetadataMutation
from graphql_api.node import NODES, node_query
from graphql_api.processing import ProcessingMutation, ProcessingQuery
from graphql_api.results import SearchQuery
from graphql_api.scalars import SCALARS
from graphql_api.suggestion import SuggestionQuery
from graphql_api.tag import TagMutation, TagQuery
from graphql_api.upload import UploadMutation
from graphql_api.usage import UsageMutation, UsageQuery
from graphql_api.words import describe

imported()
NodeQuery = node_query(NODES)


@strawberry.type(description="What can be asked of a library.")
class Query(
    NodeQuery, MediaQuery, TagQuery, CollectionQuery, SearchQuery, SuggestionQuery, UsageQuery, ProcessingQuery, LibraryQuery,
    ChangeQuery, DuplicateQuery,
):  # fmt: skip
    pass


@strawberry.type(description="What can be done to a library. Expected failures are `userErrors` of the payload.")
class Mutation(
    UploadMutation, EditingMutation, MetadataMutation, ProcessingMutation, TagMutation, CollectionMutation, UsageMutation,
    DuplicateMutation,
):  # fmt: skip
    pass


def make_schema(extensions: Sequence[Extension] = ()) -> LibrarySchema:
    """The schema of all that is registered, and of what extensions add to it."""
    types = [*Media.__subclasses__(), *MediaMetadata.__subclasses__(), *ERROR_TYPES]
    types += [one for extension in extensions for one in extension.types]
    made = LibrarySchema(Query, Mutation, extensions, types=types, scalars=SCALARS)
    describe(core_of(made), {name: text for extension in extensions for name, text in extension.words.items()})
    mark_one_of(core_of(made))
    return made


schema = make_schema()


@lru_cache(maxsize=8)
def schema_with(extensions: tuple[Extension, ...]) -> LibrarySchema:
    """The core's schema, or one that extensions have joined; made once.

    Raises:
        BadExtension: one of them does not fit to the core or to another one, or has a field that no plan could read.
    """
    if not extensions:
        return schema
    apart(extensions)
    check_fit(core_of(schema), extensions)
    try:
        made = make_schema(extensions)
    except BadExtension:
        raise
    except Exception as error:
        names = ", ".join(one.name for one in extensions)
        raise BadExtension(f"No schema can be made with {names}: {error}") from error
    check_planned(made)
    return made


@lru_cache(maxsize=8)
def text_of(made: LibrarySchema) -> str:
    """A schema as clients download it."""
    return f"{made.as_str()}\n"
