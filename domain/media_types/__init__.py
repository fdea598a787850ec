"""The registry of media types: a line in MediaKind, and the file here that has the type of that kind."""

from importlib import import_module
from pkgutil import iter_modules

from domain.errors import UnknownKind
from domain.media import MediaKind
from domain.media_types.media_type import MediaType

__all__ = ["MEDIA_TYPES", "MediaType", "known_as", "media_type_of", "type_of_kind"]


def discovered() -> dict[MediaKind, MediaType]:
    """The media types of the modules of this package, in the order of MediaKind: its last one takes what no other does.

    Raises:
        KeyError: a kind has no file here, or a file no kind.
    """
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    types = [value for module in modules for value in vars(module).values() if isinstance(value, MediaType)]
    by_kind = {made.kind: made for made in types}
    if by_kind.keys() != set(MediaKind):
        raise KeyError(f"MediaKind and domain/media_types disagree about {by_kind.keys() ^ set(MediaKind)}.")
    return {kind: by_kind[kind] for kind in MediaKind}


MEDIA_TYPES = discovered()


def media_type_of(mime_type: str) -> MediaType:
    """The first media type that takes bytes of this MIME type; the last takes all."""
    return next(made for made in MEDIA_TYPES.values() if made.takes(mime_type))


def type_of_kind(kind: str) -> MediaType:
    """The media type of a kind.

    Raises:
        UnknownKind: there is none.
    """
    if kind not in MediaKind.__members__:
        raise UnknownKind(kind)
    return MEDIA_TYPES[MediaKind(kind)]


def known_as(kind: str) -> MediaType:
    """The media type of a stored kind. One that a newer version wrote is read as OTHER: it must not break a list."""
    return MEDIA_TYPES[MediaKind(kind)] if kind in MediaKind.__members__ else MEDIA_TYPES[MediaKind.OTHER]
