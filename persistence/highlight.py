"""The texts of media in which a search marks words."""

from typing import Any

from sqlalchemy import ColumnElement, String, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from domain.highlight import LONGEST_LOOKED_AT, Passages
from domain.metadata import ValueType
from domain.reading import Ask
from persistence.expressions import also_of_library
from persistence.indexing import METADATA
from persistence.reading import answers
from persistence.rows import Kept, Selected, field_names
from persistence.tables import (
    media_metadata_table,
    media_search_table,
    media_table,
    media_tag_table,
    media_text_table,
    metadata_entry_table,
    tag_table,
)  # fmt: skip

LINE = literal("\n")
link, tag, entry, told, text = (table.c for table in (
    media_tag_table, tag_table, metadata_entry_table, media_metadata_table, media_text_table))  # fmt: skip
media = media_table.c


class Lines(FunctionElement[str]):
    """Texts of many rows as the lines of one."""

    name = "lines"
    type = String()
    inherit_cache = True


@compiles(Lines)
def lines(element: Lines, compiler: Any, **kw: Any) -> str:
    text = compiler.process(element.clauses, **kw)
    return f"string_agg({text}, chr(10))" if compiler.dialect.name == "postgresql" else f"group_concat({text}, char(10))"


def tags() -> ColumnElement[Any]:
    worn = select(tag.name).join_from(media_tag_table, tag_table).where(
        link.media_id == media.id, also_of_library(media_tag_table), also_of_library(tag_table)
    )  # fmt: skip
    names = worn.order_by(tag.folded_name).correlate(media_table).subquery()
    return select(Lines(names.c.name)).scalar_subquery()


def metadata() -> ColumnElement[Any]:
    mine = (entry.media_id == media.id, also_of_library(metadata_entry_table), entry.type == ValueType.STRING)
    texts = select(entry.text).where(*mine).order_by(entry.namespace, entry.key).correlate(media_table).subquery()
    entries = select(Lines(texts.c.text)).scalar_subquery()
    own = select(*METADATA).where(told.media_id == media.id, also_of_library(media_metadata_table))
    values = [own.with_only_columns(column).correlate(media_table).scalar_subquery() for column in METADATA]
    all_of: ColumnElement[Any] = func.coalesce(entries, "")
    for value in reversed(values):
        all_of = func.coalesce(value, "") + LINE + all_of
    return all_of


def extracted() -> ColumnElement[Any]:
    mine = select(func.substr(text.text, 1, LONGEST_LOOKED_AT)).where(
        text.media_id == media.id, also_of_library(media_text_table)
    )  # fmt: skip
    return mine.correlate(media_table).scalar_subquery()


COLUMNS: dict[str, Any] = {
    "media_id": media.id, "title": media.title, "tags": tags(), "filename": media.filename, "alt_text": media.alt_text,
    "description": media.description, "metadata": metadata(), "extracted_text": extracted(),
}  # fmt: skip


def passages(ask: Ask) -> Selected:
    names = field_names(Passages) if ask.fields is None else ask.fields
    return select(*(COLUMNS[name].label(name) for name in names)).select_from(media_table)


answers("media.passages", Kept(media_search_table, (Passages,)), parent=media.id, key=media.id, select=passages)
