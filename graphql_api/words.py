"""Words of the schema that stand in many places: enums of the domain, and names that mean the same wherever they stand."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema

import domain
from domain.changelog import ChangeAction
from domain.duplicate import DiscardAction, DuplicateKind, DuplicatePolicy
from domain.errors import FaultCode
from domain.matching import SearchField, SearchMode
from domain.media import LockableField, Orientation
from domain.media_types import MEDIA_TYPES
from domain.processing import ProcessingOperation, RunState
from domain.reading import TrashScope
from domain.summary import FacetKey
from domain.timeline import TimeBucketSize
from domain.usage import InUsePolicy

ENUMS: dict[type[Enum], str] = {
    domain.MediaKind: "What a media is.",
    domain.CollectionKind: "What fills a collection.",
    domain.MediaStatus: "How far the processors of a media are.",
    domain.MetadataSource: "Where a value comes from.",
    domain.ValueType: "What a value is.",
    domain.StreamKind: "What a stream of a container carries.",
    ProcessingOperation: "What a processor does.",
    RunState: "How a processor's work on a media stands.",
    SearchField: "A text of a media in which words are looked for.",
    SearchMode: "How the text of a search is read.",
    FacetKey: "What the media of a list are sorted by.",
    TimeBucketSize: "How long the spans of a timeline are.",
    Orientation: "Which side of a picture is the longer one.",
    LockableField: "What processors tell of a media and people may say better.",
    ChangeAction: "What became of a thing.",
    InUsePolicy: "What becomes of media that are to be deleted while something uses them.",
    DiscardAction: "What becomes of media that another is kept for.",
    DuplicateKind: "In what the media of a group are alike.",
    DuplicatePolicy: "What becomes of an upload whose bytes a media of the library has; what lies in the trash does not count.",
    TrashScope: "Whether a list shows what lies in the trash.",
}
for enum, description in ENUMS.items():
    strawberry.enum(enum, description=description)
strawberry.enum(FacetKey, name="MediaFacetKey", description=ENUMS[FacetKey])
strawberry.enum(FaultCode, name="UserErrorCode", description="What went wrong, for programs.")

REHEARSED = "Tell what would be done, and do nothing."
ARGUMENTS = {
    "after": "Behind the edge with this cursor.", "before": "Ahead of the edge with this cursor.",
    "dryRun": REHEARSED,
    "filter": "Only those of which all this holds.",
    "first": "How many at most, 0 to 100.", "id": "Its id.", "ids": "Their ids.", "input": "What to do.",
    "bucket": "How long each span is.", "keys": "Only these names.", "limit": "How many of each, 0 to 100.",
    "last": "As many, but the last ones.",
    "maxDistance": "In how many of 64 bits they may differ, 0 to 8.",
    "nodeTypes": "Only of things of these types: Media, Tag, Collection.",
    "maxChars": "How many characters at most.", "namespaces": "Only these vocabularies.",
    "orderBy": "The sort keys, the first one first.", "path": "Where it lies in the storage.",
    "prefix": "What somebody has typed; white space around it does not count.",
    "search": "Only those in which words are found; of more than 5,000, the newest.",
    "sha256": "64 hexadecimal digits.", "slug": "Its slug.", "storage": "The key of the storage.",
    "timeZone": "Where days begin at midnight.", "trash": "Whether the trash is shown.",
    "withChildren": "And what is in the collections inside it.", "withDescendants": "And what wears a tag below it.",
}  # fmt: skip
INPUTS = {
    "aliases": "Other words it is found by; each may be the name or alias of one tag only.",
    "altText": "What it shows, for those who cannot see it.", "attributes": "What people say of it.",
    "caseSensitive": "Tell upper from lower case.", "category": "What sort of tag it is.", "collection": "Which collection.",
    "collections": "By the collections it is in.", "color": "As #rrggbb.", "contains": "Has this in it.",
    "createdAt": "By when it came into the library.", "description": "What people say of it.",
    "direction": "From the least, or from the greatest.", "dryRun": REHEARSED, "endsWith": "Ends so.", "eq": "Is this.",
    "field": "What to order by.", "file": "The file, as a variable.", "filename": "The name it is downloaded under.",
    "folder": "The folder it was put in.", "gt": "Is more than this.", "gte": "Is this or more.", "id": "Which one.",
    "ifVersion": "Refuse if it is at another version.",
    "in": "Is one of these.", "isFavorite": "Whether it is marked.", "isNull": "Has no value, or has one.",
    "kind": "What it is.", "lt": "Is less than this.", "lte": "Is this or less.", "mediaIds": "Which media, in this order.",
    "mimeType": "By its type.", "name": "What it is called.", "ne": "Is not this.", "notIn": "Is none of these.",
    "nulls": "Where those without a value stand.", "patch": "What to change.", "rating": "0 to 5.",
    "selection": "Which media.", "size": "By its bytes.", "startsWith": "Begins so.", "status": "By how far its processors are.",
    "tagIds": "Tags by their ids.", "tagNames": "Tags by their names.", "tags": "By the tags it wears.",
    "takenAt": "When it was taken or published.", "title": "What people call it.", "to": "Where to.",
}  # fmt: skip
VALUES = {
    "NAME": "Its name, whatever its case.", "MEDIA_COUNT": "How many media it has, those in the trash aside.",
    "CREATED": "It was made.", "UPDATED": "It was edited.", "PROCESSED": "Processors have read it.",
    "TRASHED": "It was put into the trash.", "RESTORED": "It was taken out of the trash.", "TAGGED": "It was given tags.",
    "UNTAGGED": "Tags were taken off it.", "ATTACHED": "Something uses it.", "DETACHED": "Something uses it no more.",
    "DELETED": "It is gone.", "PURGED": "It is gone, with its bytes.",
    "RESTRICT": "What others still need is refused: a tag with others below it, a media that something uses.",
    "DETACH": "Their usages end; one that its provider alone can end is refused.",
    "FORCE": "They are deleted all the same: in the trash they are still used, and with what is removed for good its usages go.",
    "USED_BY": "By each application that uses it.",
    "ALL_OR_NOTHING": "Nothing is changed.", "SKIP_FAILED": "The others are changed.",
    "REPARENT_CHILDREN": "They move to the nearest one above that stays.", "DELETE_SUBTREE": "They are deleted too.",
    "ARTIST": "By artist.", "ALBUM": "By album.", "GENRE": "By genre.",
    "MIME_TYPE": "By MIME type.",
    "ORIENTATION": "LANDSCAPE, PORTRAIT or SQUARE.", "YEAR": "A year of the calendar; in facets, of UTC.",
    "CAMERA": "By maker and model.", "LENS": "By lens.", "VIDEO_CODEC": "By the codec of its pictures.",
    "DAY": "From midnight to midnight.", "WEEK": "From Monday on (ISO 8601).", "MONTH": "A month of the calendar.",
    "TAG": "By each tag it wears.", "COLLECTION": "By each collection it was put in.", "STORAGE": "By where its bytes are.",
    "KIND": "By kind.", "STATUS": "By how far its processors are.",
    "ASC": "From the least.", "DESC": "From the greatest.", "FIRST": "Before those with a value.",
    "LAST": "Behind those with a value.",
    "VIDEO": "A moving picture.", "AUDIO": "Sound.", "SUBTITLE": "Words to read.",
    "PENDING": "Not begun.", "RUNNING": "Begun, or cut off by a crash.",
    "SUCCEEDED": "Done.", "FAILED": "Ended with an error.", "SKIPPED": "Nothing to do.",
    "PROCESSING": "Some have not ended.", "READY": "All have ended well.", "EXTRACTED": "Read out of the file.",
    "MANUAL": "By people.", "SMART": "By a rule.", "IMPORT": "Brought along from elsewhere.",
    "IMPLIED": "Came with another tag, which implies it.", "STRING": "A text.", "INT": "A whole number.",
    "FLOAT": "A number.", "BOOLEAN": "True or false.", "JSON": "Any JSON.", "PROBE": "Tells its size, length or pages.",
    "EXTRACT_METADATA": "Reads tags and camera data.", "PHASH": "Hashes what it looks like.",
    "PLACEHOLDER": "Makes what to show before it has loaded.", "THUMBNAIL": "Makes a small still.",
    "EXTRACT_TEXT": "Reads its words.", "EXCLUDE": "Not what lies in the trash.", "ONLY": "Nothing but the trash.",
    "INCLUDE": "All, in the trash or not.", "CREATED_AT": "When it was made, or came into the library.",
    "UPDATED_AT": "When it last changed.", "TAKEN_AT": "When it was taken.", "WIDTH": "Its pixels across.",
    "DURATION": "How long it plays.", "RATING": "Its rating.", "LANDSCAPE": "Wider than high.",
    "PORTRAIT": "Higher than wide.", "SQUARE": "As wide as high.",
    "POSITION": "Its place in the collection; of the media of a collection only.",
    "RANDOM": "By chance, the same for the same `seed`; the last key.",
    "LOCATION": "Where it was taken.", "TITLE": "Its title.", "FILENAME": "Its file name.", "TAGS": "The names of its tags.",
    "ALT_TEXT": "What it shows.", "DESCRIPTION": "What people say of it.", "METADATA": "What its file says of it, in words.",
    "EXTRACTED_TEXT": "The words of a document.", "RELEVANCE": "How well it matches the search; DESC has the best first.",
    "WEB": 'As people type: all words, "words in a row", -without, this OR that.',
    "PREFIX": "All words, the last one perhaps only begun.", "PHRASE": "The words in a row.", "SIZE": "Its bytes.",
    "INVALID": "The input breaks a rule.", "NOT_FOUND": "No such thing in this library.",
    "CONFLICT": "Something else is in the way: a name, or a newer version.",
    "TRASH": "They go to the trash.",
    "DISMISS": "They stay as they are, and are never grouped with the one that is kept again.",
    "EXACT": "They have the same bytes.",
    "PERCEPTUAL": "They are pictures that look alike, those of the same bytes among them.",
    "DUPLICATE": "A media of the library has these bytes.",
    "REUSE": "Nothing is added; the oldest media that has them is answered.",
    "REJECT": "It is refused, and told which media has them.",
    "KEEP_BOTH": "It is a media of its own, that shares them.",
    "REPLACE": "It is a media of its own, with the tags of those that have them and their places in collections; these go to the "
    "trash. Where something uses one of them, it is refused.",
    "IN_USE": "It still holds something, or something uses it.",
    "LIMIT_EXCEEDED": "More than is allowed.", "TOO_LARGE": "More bytes than are allowed.",
    "UNAVAILABLE": "A part of the server does not answer just now.",
}  # fmt: skip

KINDS = {kind.value: (made.entity.__doc__ or "").partition(".")[0] + "." for kind, made in MEDIA_TYPES.items()}
"""A media type says what it is in its own file."""


def describe(core: GraphQLSchema, more: Mapping[str, str]) -> None:
    """Gives every argument, input field and enum value that says nothing of its own what its name means everywhere; `more`
    tells values of extensions, such as `ProductUsage.SWATCH`.
    """
    for kind in core.type_map.values():
        if kind.name.startswith("__"):
            continue
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field in kind.fields.values():
                fill(field.args, ARGUMENTS)
        elif isinstance(kind, GraphQLInputObjectType):
            fill(kind.fields, INPUTS)
        elif isinstance(kind, GraphQLEnumType):
            own = {name: more[place] for name in kind.values if (place := f"{kind.name}.{name}") in more}
            fill(kind.values, VALUES | KINDS | own)


def fill(items: dict[str, Any], words: dict[str, str]) -> None:
    for name, item in items.items():
        item.description = item.description or words.get(name)
