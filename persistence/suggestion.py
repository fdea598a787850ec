"""Completions of a prefix: the first names of each sort in a range of their index, and the best of all these."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    Table,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
    union_all,
)

from domain.reading import Ask
from domain.suggestion import MOST_COMPLETED, Suggestion
from persistence.columns import key
from persistence.expressions import of_library
from persistence.reading import answers
from persistence.rows import Kept, Selected
from persistence.tables import collection_table, media_table, tag_alias_table, tag_table
from persistence.types import Texts, Words

FOUND = Table(  # kept nowhere: each statement begins with its rows
    "suggestion",
    MetaData(),
    key("library_id"),
    key("id"),
    Column("name", Words, nullable=False),
    Column("folded", Words, nullable=False),
    Column("alias", Words),
    Column("aliases", Texts),
    Column("count", BigInteger, nullable=False),
    Column("rank", BigInteger, nullable=False),  # the largest count first
    key("tag_id", optional=True),
    key("collection_id", optional=True),
    key("media_id", optional=True),
)
MOST = literal_column(str(MOST_COMPLETED), Integer())


def begun(folded: Column[Any], *columns: Any, ties: tuple[Column[Any], ...] = ()) -> Any:
    """The first rows of a table in the range that `domain.suggestion.begun` says; by `ties` where many have one name."""
    start, end = (bindparam(f"value_{at}", type_=folded.type) for at in range(2))
    found = select(*columns).where(of_library(folded.table), folded >= start, folded < end)
    return found.order_by(folded, *ties).limit(MOST).subquery("begun")


def as_found(rows: Any, **cells: Any) -> Selected:
    """The columns of a suggestion, null where nothing is said of them."""
    cells |= {"library_id": rows.c.library_id, "rank": -cast(cells["count"], BigInteger)}
    return select(*(cells.get(one.name, cast(null(), one.type)).label(one.name) for one in FOUND.c))


def tags() -> Selected:
    tag = tag_table.c
    rows = begun(tag.folded_name, tag.library_id, tag.id, tag.name, tag.folded_name, tag.media_count)
    one = rows.c
    return as_found(rows, id=one.id, name=one.name, folded=one.folded_name, count=one.media_count, tag_id=one.id)


def aliases() -> Selected:
    tag, alias = tag_table.c, tag_alias_table.c
    rows = begun(alias.folded_name, alias.library_id, alias.folded_name, alias.tag_id)
    cells = {"id": tag.id, "name": tag.name, "aliases": tag.aliases, "count": tag.media_count, "tag_id": tag.id}
    found = as_found(rows, folded=rows.c.folded_name, alias=rows.c.folded_name, **cells)
    return found.join_from(rows, tag_table, tag.id == rows.c.tag_id).where(of_library(tag_table))


def collections() -> Selected:
    of = collection_table.c
    rows = begun(of.folded_name, of.library_id, of.id, of.name, of.folded_name, of.media_count, ties=(of.id,))
    one = rows.c
    return as_found(rows, id=one.id, name=one.name, folded=one.folded_name, count=one.media_count, collection_id=one.id)


def titles() -> Selected:
    """Titles, each once, of the newest media that has it. What lies in the trash is read too: else nothing would bound that."""
    media = media_table.c
    read = (media.library_id, media.id, media.title, media.folded_title, media.trashed_at)
    rows = begun(media.folded_title, *read, ties=(media.id,))
    one = rows.c
    count = func.count().over(partition_by=one.title).label("count")
    place = func.row_number().over(partition_by=one.title, order_by=one.id.desc()).label("place")
    by_title = (
        select(one.library_id, one.id, one.title, one.folded_title, count, place).where(one.trashed_at.is_(None)).subquery()
    )
    one = by_title.c
    cells = {"id": one.id, "name": one.title, "folded": one.folded_title, "count": one.count, "media_id": one.id}
    return as_found(by_title, **cells).where(one.place == 1)


def suggestions(ask: Ask) -> Selected:
    """The columns of all that was found, which the statement begins with."""
    each = (select(one.subquery()) for one in (tags(), aliases(), collections(), titles()))
    return select(*SUGGESTION.columns(ask)).select_from(FOUND).add_cte(union_all(*each).cte(FOUND.name))


SUGGESTION = Kept(FOUND, (Suggestion,))
answers(
    "library.suggestions", SUGGESTION, parent=FOUND.c.library_id, key=FOUND.c.id, order=(FOUND.c.rank, FOUND.c.folded),
    select=suggestions,
)  # fmt: skip
