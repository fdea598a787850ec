"""The schema: a library is the root, its lists are the root fields."""

from functools import cache

import strawberry
from strawberry.schema.config import StrawberryConfig

from graphql_api.changelog import ChangeQuery
from graphql_api.collection import CollectionMutation, CollectionQuery
from graphql_api.core import core_of, mark_one_of
from graphql_api.duplicate import DuplicateMutation, DuplicateQuery
from graphql_api.editing import EditingMutation
from graphql_api.errors import ERROR_TYPES
from graphql_api.library import LibraryQuery
from graphql_api.media import Media, MediaQuery
from graphql_api.media_types import imported
from graphql_api.metadata import MediaMetadata, MetadataMutation
from graphql_api.node import NodeQuery
from graphql_api.processing import ProcessingMutation, ProcessingQuery
from graphql_api.results import SearchQuery
from graphql_api.scalars import SCALARS
from graphql_api.suggestion import SuggestionQuery
from graphql_api.tag import TagMutation, TagQuery
from graphql_api.upload import UploadMutation
from graphql_api.usage import UsageMutation, UsageQuery
from graphql_api.words import describe

imported()


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


def make_schema() -> strawberry.Schema:
    """The schema of all that is registered."""
    types = [*Media.__subclasses__(), *MediaMetadata.__subclasses__(), *ERROR_TYPES]
    made = strawberry.Schema(Query, Mutation, types=types, config=StrawberryConfig(scalar_map=SCALARS))
    describe(core_of(made))
    mark_one_of(core_of(made))
    return made


schema = make_schema()


@cache
def schema_text() -> str:
    """The schema as clients download it."""
    return f"{schema.as_str()}\n"
