"""Still pictures over GraphQL."""

import strawberry

import domain
from graphql_api.declare import computed, part, relation_one
from graphql_api.media import LOCATION, GeoPoint, Media
from graphql_api.metadata import MediaMetadata


@strawberry.type(description="What the camera wrote: EXIF 3.0.")
class ImageExif:
    make: str | None = strawberry.field(description="Who made the camera.")
    model: str | None = strawberry.field(description="The camera.")
    lens: str | None = strawberry.field(description="The lens.")
    exposure_time: float | None = strawberry.field(description="Seconds.")
    f_number: float | None = strawberry.field(description="The aperture, as N of f/N.")
    iso: int | None = strawberry.field(description="Sensitivity.")
    focal_length: float | None = strawberry.field(description="Millimetres.")
    focal_length_35mm: float | None = strawberry.field(description="Millimetres, as on 35 mm film.")
    flash_fired: bool | None = strawberry.field(description="Whether the flash fired.")
    taken_at_local: str | None = strawberry.field(description="When, by the camera's own clock.")
    utc_offset: str | None = strawberry.field(description="The offset of that clock, such as +01:00.")
    artist: str | None = strawberry.field(description="Who took the picture.")
    copyright: str | None = strawberry.field(description="Whose picture it is.")
    software: str | None = strawberry.field(description="What wrote the file.")


EXIF = (
    "make", "model", "lens", "exposure_time", "f_number", "iso", "focal_length", "focal_length_35mm", "flash_fired",
    "taken_at_local", "utc_offset", "artist", "copyright", "software",
)  # fmt: skip


@strawberry.type(description="What was read out of a picture's file.")
class ImageMetadata(MediaMetadata):
    width: int | None = strawberry.field(description="Pixels, after orientation.")
    height: int | None = strawberry.field(description="Pixels, after orientation.")
    orientation: int | None = strawberry.field(description="The EXIF orientation, 1 to 8, that has been applied to the size.")
    color_space: str | None = strawberry.field(description="The colour space the file claims.")
    exif = part("media_types.image.ImageExif", needs=EXIF, description="What the camera wrote; null if it wrote nothing.")
    location: GeoPoint | None = part("media.GeoPoint", needs=LOCATION, description="Where the camera was.")


@strawberry.type(description="A still picture, animated ones included.")
class Image(Media):
    width: int | None = strawberry.field(description="Pixels as seen, after orientation; null until it is probed.")
    height: int | None = strawberry.field(description="Pixels as seen, after orientation; null until it is probed.")
    aspect_ratio = computed(domain.aspect_ratio, needs=("width", "height"), description="Width over height.")
    is_animated = computed(bool, needs=("is_animated",), graphql_type=bool, description="Whether it has more than one frame.")
    has_alpha: bool | None = strawberry.field(description="Whether it can be seen through.")
    phash: str | None = strawberry.field(description="A perceptual hash of 64 bits, as hexadecimal digits.")
    metadata = relation_one(
        "media_types.image.ImageMetadata", "media.metadata", required=True, description="What was read out of the file."
    )
