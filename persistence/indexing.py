"""The words of media as they are indexed: made anew, before a transaction ends, for every media it touched."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, func, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import Id
from domain.matching import BOUNDARY, LONGEST_INDEXED, MOST_WORDS, SearchField, words
from domain.metadata import ValueType
from persistence.matching import LETTERS
from persistence.rows import Selected, in_pieces
from persistence.tables import (
    media_metadata_table,
    media_search_seq,
    media_search_table,
    media_table,
    media_tag_table,
    media_text_table,
    metadata_entry_table,
    tag_table,
)  # fmt: skip

PIECE = 100
"""Media whose words are made at a time; a text can have LONGEST_INDEXED characters."""
MOST_PLACES = 256
"""Of one word in a text, that PostgreSQL keeps."""
OF_A_LIBRARY = 40
"""Bits of a number on SQLite that count within a library; those above tell libraries apart."""
TOLD = ("title", "artist", "album", "genre", "author", "subject", "make", "model", "lens")
METADATA = [media_metadata_table.c[name] for name in TOLD if name in media_metadata_table.c]
PLAIN = {
    SearchField.TITLE: media_table.c.title, SearchField.FILENAME: media_table.c.filename,
    SearchField.ALT_TEXT: media_table.c.alt_text, SearchField.DESCRIPTION: media_table.c.description,
}  # fmt: skip
INDEXED = frozenset(column.name for column in (*PLAIN.values(), *METADATA))
"""The fields of media and of metadata whose words are indexed."""
Texts = dict[SearchField, list[str]]
search = media_search_table.c


@dataclass(slots=True)
class Touched:
    """What a transaction changed that is indexed: media by their keys, and whether more are marked in the table; and those that
    may look otherwise than before.
    """

    media: set[Id] = field(default_factory=set[Id])
    marked: bool = False
    looks: set[Id] = field(default_factory=set[Id])

    def fields(self, key: Id, names: Collection[str]) -> None:
        """Fields of a media, or of its metadata, were changed."""
        if not INDEXED.isdisjoint(names):
            self.media.add(key)
        if "phash" in names:
            self.looks.add(key)


async def mark_wearers(connection: AsyncConnection, library: Id, tags: Sequence[Id], touched: Touched) -> None:
    """Marks the media that wear one of these tags, however many: a tag is about to get another name, or to go."""
    for some in in_pieces(tags):
        wear = select(media_tag_table.c.media_id).where(
            media_tag_table.c.tag_id.in_(some), media_tag_table.c.library_id == library
        )
        await connection.execute(update(media_search_table).where(search.library_id == library, search.media_id.in_(wear))
                                 .values(stale=True))  # fmt: skip
    touched.marked = touched.marked or bool(tags)


async def bring_up_to_date(connection: AsyncConnection, library: Id, touched: Touched) -> None:
    """Indexes all that was touched, a piece at a time."""
    for some in in_pieces(touched.media, PIECE):
        await index(connection, library, some)
    while touched.marked:
        stale = select(search.media_id).where(search.library_id == library, search.stale).limit(PIECE)
        some = list((await connection.execute(stale)).scalars())
        await index(connection, library, some)
        touched.marked = bool(some)
    touched.media.clear()


async def following(connection: AsyncConnection, after: Id, *, only_missing: bool, most: int = PIECE) -> dict[Id, list[Id]]:
    """The next media behind a key, in any library, by library."""
    behind = select(media_table.c.library_id, media_table.c.id).where(media_table.c.id > after)
    found: defaultdict[Id, list[Id]] = defaultdict(list)
    rows = await connection.execute(missing(behind, only_missing).order_by(media_table.c.id).limit(most))
    for row in rows.mappings():
        found[row["library_id"]].append(row["id"])
    return found


async def number(connection: AsyncConnection, *, only_missing: bool) -> int:
    """How many media there are, in any library."""
    counted = missing(select(func.count()).select_from(media_table), only_missing)
    return (await connection.execute(counted)).scalar_one()


def missing(found: Any, only_missing: bool) -> Any:  # noqa: FBT001
    """Of these media those that are not indexed."""
    known = select(search.media_id).where(search.media_id == media_table.c.id)
    return found.where(~known.exists()) if only_missing else found


async def index(connection: AsyncConnection, library: Id, keys: Sequence[Id]) -> None:
    """Puts the words of these media, at most PIECE, into the index as they are now; those that are gone are left out."""
    found = await texts(connection, library, keys) if keys else {}
    if found:
        made = on_postgresql if connection.dialect.name == "postgresql" else on_sqlite
        rows = [{"media_id": key, "library_id": library, "stale": False, **made(text)} for key, text in found.items()]
        await connection.execute(putting(connection.dialect.name, library, list(rows[0])), rows)


async def texts(connection: AsyncConnection, library: Id, keys: Sequence[Id]) -> dict[Id, Texts]:
    """What is indexed of each of these media, as people wrote it."""
    found: dict[Id, Texts] = {}
    for row in (await connection.execute(of_media(library, keys))).mappings():
        own = found[row["id"]] = defaultdict(list)
        for name in SearchField:
            own[name] += [row[column] for column in named(name) if row[column]]
    for table, name in ((tags_of(library, keys), SearchField.TAGS), (entries_of(library, keys), SearchField.METADATA)):
        for key, value in await connection.execute(table):
            if key in found:
                found[key][name].append(value)
    return found


def named(name: SearchField) -> Iterator[str]:
    """The columns of `of_media` that are indexed under this name."""
    match name:
        case SearchField.EXTRACTED_TEXT:
            yield "text"
        case SearchField.METADATA:
            yield from (f"told_{column.name}" for column in METADATA)
        case _ if name in PLAIN:
            yield PLAIN[name].name
        case _:
            pass


def of_media(library: Id, keys: Sequence[Id]) -> Selected:
    told, text = media_metadata_table, media_text_table
    start = func.substr(text.c.text, 1, LONGEST_INDEXED).label("text")
    own = (media_table.c.id, *PLAIN.values(), *(column.label(f"told_{column.name}") for column in METADATA), start)
    joined = media_table.outerjoin(told, and_(told.c.media_id == media_table.c.id, told.c.library_id == library))
    joined = joined.outerjoin(text, and_(text.c.media_id == media_table.c.id, text.c.library_id == library))
    return select(*own).select_from(joined).where(media_table.c.library_id == library, media_table.c.id.in_(keys))


def tags_of(library: Id, keys: Sequence[Id]) -> Selected:
    link = media_tag_table
    worn = select(link.c.media_id, tag_table.c.name.label("text")).join_from(link, tag_table)
    return worn.where(link.c.library_id == library, tag_table.c.library_id == library, link.c.media_id.in_(keys)).order_by(
        tag_table.c.folded_name
    )


def entries_of(library: Id, keys: Sequence[Id]) -> Selected:
    """Texts under the names their files, or people, give them."""
    entry = metadata_entry_table.c
    mine = (entry.library_id == library, entry.media_id.in_(keys), entry.type == ValueType.STRING)
    return select(entry.media_id, entry.text).where(*mine).order_by(entry.namespace, entry.key)


def on_sqlite(text: Texts) -> dict[str, str]:
    """The words of each field, by spaces."""
    return {name.lower(): " ".join(bounded(text[name])) for name in SearchField}


def on_postgresql(text: Texts) -> dict[str, str]:
    """The words of all fields with their places, each with the letter of its field before it."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for name in SearchField:
        for at, word in enumerate(bounded(text[name]), 1):
            if word != BOUNDARY:
                places[f"'{LETTERS[name]}{word}'"].append(at)
    return {"lexemes": " ".join(f"{word}:{','.join(map(str, at[:MOST_PLACES]))}" for word, at in places.items())}


def bounded(values: list[str]) -> list[str]:
    """The words of several values, with a boundary between; as many as one text may have."""
    found: list[str] = []
    left = LONGEST_INDEXED
    for value in values:
        if left <= 0:
            break
        found += [BOUNDARY] * bool(found) + words(value[:left])
        left -= len(value)
    return found[:MOST_WORDS]


def putting(dialect: str, library: Id, names: list[str]) -> Any:
    """Adds a row, or writes over the words of the one there is."""
    made: Any = (postgresql if dialect == "postgresql" else sqlite).insert(media_search_table)
    values: dict[str, Any] = {name: bindparam(name, type_=search[name].type) for name in names}
    values["seq"] = next_number(dialect, library)
    words_of = {name: made.excluded[name] for name in names if name not in ("media_id", "library_id")}
    return made.values(values).on_conflict_do_update(index_elements=["media_id"], set_=words_of)


def next_number(dialect: str, library: Id) -> Any:
    """Of the newest row: on SQLite a library has a range to itself, since its full-text index knows of nothing but numbers."""
    if dialect == "postgresql":
        return media_search_seq.next_value()
    own = select(func.max(search.seq) + 1).where(search.library_id == library).scalar_subquery()
    span: Any = literal_column(str(1 << OF_A_LIBRARY), BigInteger())
    free = select((func.coalesce(func.max(search.seq), 0) / span + 1) * span).scalar_subquery()
    return func.coalesce(own, free)
