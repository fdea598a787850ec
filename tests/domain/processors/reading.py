"""Runs a strategy in this process on bytes, as its child would on a file."""

from io import BytesIO

import pytest

from domain.errors import ProcessingFailed
from domain.media import MediaKind
from domain.media_types import MEDIA_TYPES, media_type_of
from domain.processing import PROCESSORS, Subject
from domain.processors import register_built_in

register_built_in()


def subject(mime_type, **other):
    return Subject(**{"kind": media_type_of(mime_type).kind, "mime_type": mime_type, "filename": "f", "size": None} | other)


def run(key, content, mime_type):
    return PROCESSORS.known[key].strategy(BytesIO(content), subject(mime_type))


def failure(key, content, mime_type):
    with pytest.raises(ProcessingFailed) as caught:
        run(key, content, mime_type)
    return caught.value


def fields_of(kind):
    """The names of facts that have a place in the media or its metadata."""
    made = MEDIA_TYPES[MediaKind(kind)]
    return set(made.entity.__dataclass_fields__) | set(made.metadata.__dataclass_fields__)
