"""Still pictures."""

from dataclasses import dataclass

from domain.media import Media, MediaKind
from domain.media_types.media_type import MediaType
from domain.metadata import MediaMetadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(Media):
    """A still picture, animated ones included. Pixels as seen, after orientation; null until it is probed."""

    width: int | None = None
    height: int | None = None
    is_animated: bool | None = None
    has_alpha: bool | None = None
    phash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageMetadata(MediaMetadata):
    """What the file says of a picture, most of it EXIF 3.0. Exposure in seconds, focal lengths in millimetres."""

    width: int | None = None
    height: int | None = None
    orientation: int | None = None
    color_space: str | None = None
    make: str | None = None
    model: str | None = None
    lens: str | None = None
    exposure_time: float | None = None
    f_number: float | None = None
    iso: int | None = None
    focal_length: float | None = None
    focal_length_35mm: float | None = None
    flash_fired: bool | None = None
    taken_at_local: str | None = None
    utc_offset: str | None = None
    artist: str | None = None
    copyright: str | None = None
    software: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None


def camera(make: str | None, model: str | None) -> str | None:
    """Maker and model as one text; a model that begins with its maker stands alone."""
    if make is None or model is None:
        return model if make is None else make
    return model if model.startswith(make) else f"{make} {model}"


IMAGE = MediaType(kind=MediaKind.IMAGE, entity=Image, metadata=ImageMetadata, mime_types=("image/*",))
