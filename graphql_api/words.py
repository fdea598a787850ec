"""Words of the schema that stand in many places: enums of the domain, and names that mean the same wherever they stand."""

from enum import Enum
from typing import Any

import strawberry
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema

import domain
from domain.errors import FaultCode
from domain.media_types import MEDIA_TYPES
from domain.processing import ProcessingOperation, RunState
from domain.reading import TrashScope

ENUMS: dict[type[Enum], str] = {
    domain.MediaKind: "What a media is.",
    domain.MediaStatus: "How far the processors of a media are.",
    domain.MetadataSource: "Where a value comes from.",
    domain.ValueType: "What a value is.",
    domain.StreamKind: "What a stream of a container carries.",
    ProcessingOperation: "What a processor does.",
    RunState: "How a processor's work on a media stands.",
    TrashScope: "Whether a list shows what lies in the trash.",
}
for enum, description in ENUMS.items():
    strawberry.enum(enum, description=description)
strawberry.enum(FaultCode, name="UserErrorCode", description="What went wrong, for programs.")

ARGUMENTS = {
    "after": "Behind the edge with this cursor.", "filter": "Only those of which all this holds.",
    "first": "How many at most, 0 to 100.", "id": "Its id.", "ids": "Their ids.", "input": "What to do.",
    "keys": "Only these names.", "maxChars": "How many characters at most.", "namespaces": "Only these vocabularies.",
    "orderBy": "The sort keys, the first one first.", "path": "Where it lies in the storage.",
    "sha256": "64 hexadecimal digits.", "slug": "Its slug.", "storage": "The key of the storage.",
    "trash": "Whether the trash is shown.",
}  # fmt: skip
INPUTS = {
    "altText": "What it shows, for those who cannot see it.", "attributes": "What people say of it.",
    "caseSensitive": "Tell upper from lower case.", "category": "What sort of tag it is.", "collection": "Which collection.",
    "collections": "By the collections it is in.", "color": "As #rrggbb.", "contains": "Has this in it.",
    "createdAt": "By when it came into the library.", "description": "What people say of it.",
    "direction": "From the least, or from the greatest.", "endsWith": "Ends so.", "eq": "Is this.",
    "field": "What to order by.", "file": "The file, as a variable.", "filename": "The name it is downloaded under.",
    "folder": "The folder it was put in.", "gt": "Is more than this.", "gte": "Is this or more.", "id": "Which one.",
    "in": "Is one of these.", "isFavorite": "Whether it is marked.", "isNull": "Has no value, or has one.",
    "kind": "What it is.", "lt": "Is less than this.", "lte": "Is this or less.", "mediaIds": "Which media, in this order.",
    "mimeType": "By its type.", "name": "What it is called.", "ne": "Is not this.", "notIn": "Is none of these.",
    "nulls": "Where those without a value stand.", "patch": "What to change.", "rating": "0 to 5.",
    "selection": "Which media.", "size": "By its bytes.", "startsWith": "Begins so.", "status": "By how far its processors are.",
    "tagIds": "Tags by their ids.", "tagNames": "Tags by their names.", "tags": "By the tags it wears.",
    "takenAt": "When it was taken or published.", "title": "What people call it.", "to": "Where to.",
}  # fmt: skip
VALUES = {
    "ASC": "From the least.", "DESC": "From the greatest.", "FIRST": "Before those with a value.",
    "LAST": "Behind those with a value.",
    "VIDEO": "A moving picture.", "AUDIO": "Sound.", "SUBTITLE": "Words to read.",
    "PENDING": "Not begun.", "RUNNING": "Begun, or cut off by a crash.",
    "SUCCEEDED": "Done.", "FAILED": "Ended with an error.", "SKIPPED": "Nothing to do.",
    "PROCESSING": "Some have not ended.", "READY": "All have ended well.", "EXTRACTED": "Read out of the file.",
    "MANUAL": "Written by people.", "IMPORT": "Brought along from elsewhere.", "STRING": "A text.", "INT": "A whole number.",
    "FLOAT": "A number.", "BOOLEAN": "True or false.", "JSON": "Any JSON.", "PROBE": "Tells its size, length or pages.",
    "EXTRACT_METADATA": "Reads tags and camera data.", "PHASH": "Hashes what it looks like.",
    "PLACEHOLDER": "Makes what to show before it has loaded.", "THUMBNAIL": "Makes a small still.",
    "EXTRACT_TEXT": "Reads its words.", "EXCLUDE": "Not what lies in the trash.", "ONLY": "Nothing but the trash.",
    "INCLUDE": "All, in the trash or not.", "CREATED_AT": "When it came into the library.",
    "TAKEN_AT": "When it was taken.", "TITLE": "Its title.", "FILENAME": "Its file name.", "SIZE": "Its bytes.",
    "INVALID": "The input breaks a rule.", "NOT_FOUND": "No such thing in this library.",
    "CONFLICT": "Something else is in the way: a name, or a newer version.", "IN_USE": "It still holds something.",
    "LIMIT_EXCEEDED": "More than is allowed.", "TOO_LARGE": "More bytes than are allowed.",
    "UNAVAILABLE": "A part of the server does not answer just now.",
}  # fmt: skip

KINDS = {kind.value: (made.entity.__doc__ or "").partition(".")[0] + "." for kind, made in MEDIA_TYPES.items()}
"""A media type says what it is in its own file."""


def describe(core: GraphQLSchema) -> None:
    """Gives every argument, input field and enum value that says nothing of its own what its name means everywhere."""
    for kind in core.type_map.values():
        if kind.name.startswith("__"):
            continue
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field in kind.fields.values():
                fill(field.args, ARGUMENTS)
        elif isinstance(kind, GraphQLInputObjectType):
            fill(kind.fields, INPUTS)
        elif isinstance(kind, GraphQLEnumType):
            fill(kind.values, VALUES | KINDS)


def fill(items: dict[str, Any], words: dict[str, str]) -> None:
    for name, item in items.items():
        item.description = item.description or words.get(name)
