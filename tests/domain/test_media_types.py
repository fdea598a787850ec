"""Which kind a file is of, and what becomes of kinds nobody here knows."""

import pytest

from domain import MediaKind
from domain.errors import UnknownKind
from domain.media_types import MEDIA_TYPES, known_as, media_type_of, type_of_kind

KINDS = {
    "image/jpeg": "IMAGE", "image/svg+xml": "IMAGE", "video/mp4": "VIDEO", "audio/flac": "AUDIO", "application/pdf": "DOCUMENT",
    "text/plain": "DOCUMENT", "text/html": "DOCUMENT", "application/epub+zip": "DOCUMENT",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCUMENT", "application/zip": "OTHER",
    "application/octet-stream": "OTHER", "": "OTHER", "imagejpeg": "OTHER",
}  # fmt: skip


@pytest.mark.parametrize(("mime_type", "kind"), KINDS.items())
def test_the_mime_type_says_the_kind(mime_type: str, kind: str) -> None:
    assert media_type_of(mime_type).kind == kind


def test_every_kind_has_one_type_and_the_last_takes_all() -> None:
    assert list(MEDIA_TYPES) == list(MediaKind)
    assert list(MEDIA_TYPES.values())[-1].mime_types == ("*",)
    assert all(made.kind is kind for kind, made in MEDIA_TYPES.items())


@pytest.mark.parametrize("kind", ["MODEL", "image", "", "__class__"])
def test_an_unknown_kind_is_refused(kind: str) -> None:
    with pytest.raises(UnknownKind):
        type_of_kind(kind)


def test_a_stored_kind_of_a_newer_version_is_read_as_other() -> None:
    assert known_as("HOLOGRAM") is MEDIA_TYPES[MediaKind.OTHER]
    assert all(known_as(kind) is type_of_kind(kind) is MEDIA_TYPES[kind] for kind in MediaKind)
