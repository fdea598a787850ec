"""What filters and orders call a field that is no column of the table: one map from names to expressions."""

from typing import Any

from sqlalchemy import ColumnElement, Double, String, case, cast, false, func, literal_column, null, or_, select
from sqlalchemy.types import Text

from persistence.expressions import Rotated, begin, of_library
from persistence.tables import media_likeness_table, media_metadata_table, media_table, media_tag_table, metadata_entry_table
from persistence.types import Words

MEDIA, METADATA, ENTRY = media_table.c, media_metadata_table.c, metadata_entry_table.c


def word(text: str) -> ColumnElement[str]:
    """A text of ours that stands in the SQL as it is."""
    return literal_column(f"'{text}'", String())


def told(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """What the metadata of a media say."""
    own = (METADATA.media_id == MEDIA.id, of_library(media_metadata_table))
    return select(value).where(*own).correlate(media_table).scalar_subquery()


def camera() -> ColumnElement[Any]:
    """Maker and model as one text; makers that the model begins with already are not said twice."""
    make, model = METADATA.make, METADATA.model
    begins = func.substr(model, 1, func.length(make)) == make
    return case((make.is_(None), model), (model.is_(None), make), (begins, model), else_=make + word(" ") + model)


def number() -> ColumnElement[Any]:
    """The value of an entry as a number; null where it is none."""
    return case(
        (or_(ENTRY.type == word("INT"), ENTRY.type == word("FLOAT")), cast(cast(ENTRY.value, Text), Double)), else_=null()
    )


def tag_count() -> ColumnElement[Any]:
    worn = (media_tag_table.c.media_id == MEDIA.id, of_library(media_tag_table))
    return select(func.count()).select_from(media_tag_table).where(*worn).correlate(media_table).scalar_subquery()


WIDTH, HEIGHT = func.nullif(MEDIA.width, 0, type_=MEDIA.width.type), func.nullif(MEDIA.height, 0, type_=MEDIA.height.type)
FIELDS: dict[tuple[Any, str], ColumnElement[Any]] = {
    **{(media_table, name): told(METADATA[name]) for name in ("lens", "iso", "artist", "album", "genre", "year", "video_codec")},
    (media_table, "audio_codec"): told(func.coalesce(METADATA.audio_codec, METADATA.codec, type_=Words)),
    (media_table, "camera"): told(camera()),
    (media_table, "is_animated"): func.coalesce(MEDIA.is_animated, false()),
    (media_table, "aspect_ratio"): cast(WIDTH, Double) / HEIGHT,
    (media_table, "orientation"): case(
        (WIDTH > HEIGHT, word("LANDSCAPE")), (WIDTH < HEIGHT, word("PORTRAIT")), (WIDTH == HEIGHT, word("SQUARE")), else_=null()
    ),
    (media_table, "tag_count"): tag_count(),
    (media_table, "likeness"): media_likeness_table.c.distance,  # of a list of what looks like another
    (media_table, "random"): Rotated(MEDIA.shuffle, begin()),
    (metadata_entry_table, "number"): number(),
}
FOLDED: dict[tuple[Any, str], ColumnElement[Any]] = {
    **{(media_table, name): MEDIA[f"folded_{name}"] for name in ("title", "filename", "folder")},
    **{(media_table, name): told(METADATA[f"folded_{name}"]) for name in ("artist", "album", "genre", "camera")},
}
"""Fields that are kept folded too, so that an index finds them whatever their case."""
