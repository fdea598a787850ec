"""The limit: the answers to the three operations by sqlite3 and orjson, written by hand over the same tables and conditions.

No parsing, no planning, no entities, no thread: what an engineer would write who has to answer these three and nothing else.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import orjson

from domain import DEFAULT_LIBRARY, Id, from_global_id, global_id

Row = tuple[Any, ...]
Groups = dict[Id, list[Any]]
By = Callable[[sqlite3.Connection, Id, str], bytes]
PRAGMAS = ("query_only = ON", "cache_size = -65536", "mmap_size = 2147483648", "temp_store = MEMORY")
MOST = 100
"""Parents in one UNION: SQLite has room for 500 parts."""
EXIF = (
    "d.make, d.model, d.lens, d.exposure_time, d.f_number, d.iso, d.focal_length, d.focal_length_35mm, d.flash_fired, "
    "d.taken_at_local, d.utc_offset, d.artist, d.copyright, d.software"
)
PICTURE = f"""SELECT m.id, m.filename, m.mime_type, m.size, m.title, m.created_at, m.width, m.height, m.kind,
  d.latitude, d.longitude, d.altitude, d.make, d.model, d.iso, coalesce({EXIF}) IS NOT NULL
  FROM media m JOIN media_metadata d ON d.media_id = m.id"""  # noqa: S608 - our own text
PAGE = f"""{PICTURE} WHERE m.library_id = ? AND d.library_id = ? AND m.kind = 'IMAGE' AND m.trashed_at IS NULL
  ORDER BY m.created_at DESC, m.id DESC LIMIT ?"""
ONE = f"{PICTURE} WHERE m.id = ? AND m.library_id = ? AND d.library_id = ?"
TAGS = """SELECT l.media_id, t.id, t.name, t.color FROM media_tag l JOIN tag t ON t.id = l.tag_id
  WHERE l.media_id IN ({}) AND l.library_id = ? AND t.library_id = ? ORDER BY t.folded_name, t.id"""
COLLECTIONS = """SELECT l.media_id, c.id, c.name FROM collection_item l JOIN collection c ON c.id = l.collection_id
  WHERE l.media_id IN ({}) AND l.library_id = ? AND c.library_id = ? ORDER BY c.folded_name, c.id"""
ALL_COLLECTIONS = "SELECT id, name FROM collection WHERE library_id = ? ORDER BY folded_name, id LIMIT ?"
ITEMS = """SELECT l.collection_id, m.id, m.title, l.position FROM collection_item l JOIN media m ON m.id = l.media_id
  WHERE l.collection_id = ? AND l.library_id = ?1 AND m.library_id = ?1 AND m.trashed_at IS NULL
  ORDER BY l.position, l.media_id LIMIT ?2"""
TAGGED = """SELECT l.tag_id, m.id, m.title FROM media_tag l JOIN media m ON m.id = l.media_id
  WHERE l.tag_id = ? AND l.library_id = ?1 AND m.library_id = ?1 AND m.trashed_at IS NULL
  ORDER BY l.media_created_at DESC, l.media_id DESC LIMIT ?2"""


def connect(path: str) -> sqlite3.Connection:
    """A connection that reads, and keeps its statements."""
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=512, check_same_thread=False)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def library_of(db: sqlite3.Connection) -> Id:
    """The library a server answers from."""
    return db.execute("SELECT id FROM library WHERE name = ?", (DEFAULT_LIBRARY,)).fetchone()[0]


@cache
def with_keys(sql: str, count: int) -> str:
    return sql.format(", ".join("?" * count))


@cache
def page_each(sql: str, count: int) -> str:
    """The statement once for each of `count` parents, the third bind and those behind it."""
    return " UNION ALL ".join(f"SELECT * FROM ({sql.replace('= ? AND', f'= ?{at + 3} AND')})" for at in range(count))  # noqa: S608


def grouped(rows: Iterable[Row], first: int) -> Groups:
    """The rows of each parent, `first` at most."""
    groups: Groups = defaultdict(list)
    for row in rows:
        groups[row[0]].append(row)
    for group in groups.values():
        del group[first:]
    return groups


def of_all(db: sqlite3.Connection, sql: str, library: Id, keys: list[Id], first: int) -> Groups:
    """Where a parent has few: all of them by one IN."""
    return grouped(db.execute(with_keys(sql, len(keys)), (*keys, library, library)), first)


def of_each(db: sqlite3.Connection, sql: str, library: Id, keys: list[Id], first: int) -> Groups:
    """Where a parent may have many: a limit each."""
    groups: Groups = {}
    for start in range(0, len(keys), MOST):
        some = keys[start : start + MOST]
        groups |= grouped(db.execute(page_each(sql, len(some)), (library, first, *some)), first)
    return groups


def picture(row: Row) -> dict[str, Any]:
    (key, filename, mime_type, size, title, created_at, width, height, kind, latitude, longitude, altitude, make, model, iso,
     wrote) = row  # fmt: skip
    node = {
        "id": global_id(b"Media", key), "filename": filename, "mimeType": mime_type, "size": size, "title": title,
        "createdAt": created_at,
    }  # fmt: skip
    if kind == "IMAGE":
        here = latitude is not None or longitude is not None
        place = {"latitude": latitude, "longitude": longitude, "altitude": altitude} if here else None
        exif = {"make": make, "model": model, "iso": iso} if wrote else None
        node |= {"width": width, "height": height, "metadata": {"location": place, "exif": exif}}
    return node


def tags_of(rows: Iterable[Row]) -> dict[str, Any]:
    return {"nodes": [{"id": global_id(b"Tag", row[1]), "name": row[2], "color": row[3]} for row in rows]}


def collections_of(rows: Iterable[Row]) -> dict[str, Any]:
    return {"nodes": [{"id": global_id(b"Collection", row[1]), "name": row[2]} for row in rows]}


def q1(db: sqlite3.Connection, library: Id, _: str = "") -> bytes:
    """The nested page: three statements."""
    rows = db.execute(PAGE, (library, library, 50)).fetchall()
    keys = [row[0] for row in rows]
    tags, collections = of_all(db, TAGS, library, keys, 50), of_all(db, COLLECTIONS, library, keys, 20)
    nodes = [
        picture(row) | {"tags": tags_of(tags.get(row[0], ())), "collections": collections_of(collections.get(row[0], ()))}
        for row in rows
    ]
    return orjson.dumps({"data": {"media": {"nodes": nodes}}})


def q2(db: sqlite3.Connection, library: Id, _: str = "") -> bytes:
    """Four lists deep: three statements, and one for each hundred tags. What several lead to is made once."""
    roots = db.execute(ALL_COLLECTIONS, (library, 10)).fetchall()
    items = of_each(db, ITEMS, library, [row[0] for row in roots], 10)
    tags = of_all(db, TAGS, library, list({row[1]: None for group in items.values() for row in group}), 20)
    worn = {row[1]: row[2] for group in tags.values() for row in group}
    tagged = of_each(db, TAGGED, library, list(worn), 5)
    tag = {key: {"id": global_id(b"Tag", key), "name": name, "media": titles(tagged.get(key, ()))} for key, name in worn.items()}
    nodes = [
        {
            "id": global_id(b"Collection", row[0]), "name": row[1],
            "media": {"edges": [item(one, tag, tags.get(one[1], ())) for one in items.get(row[0], ())]},
        }
        for row in roots
    ]  # fmt: skip
    return orjson.dumps({"data": {"collections": {"nodes": nodes}}})


def titles(rows: Iterable[Row]) -> dict[str, Any]:
    return {"nodes": [{"id": global_id(b"Media", row[1]), "title": row[2]} for row in rows]}


def item(row: Row, tag: dict[Id, Any], tags: Iterable[Row]) -> dict[str, Any]:
    node = {"id": global_id(b"Media", row[1]), "title": row[2], "tags": {"nodes": [tag[one[1]] for one in tags]}}
    return {"position": row[3], "node": node}


def q3(db: sqlite3.Connection, library: Id, text: str) -> bytes:
    """One picture: two statements. `text` is its id as clients have it."""
    name, key = from_global_id(text)
    row = db.execute(ONE, (key, library, library)).fetchone() if name == "Media" else None
    if row is None:
        return b'{"data":{"mediaItem":null}}'
    tags = of_all(db, TAGS, library, [key], 50)
    return orjson.dumps({"data": {"mediaItem": picture(row) | {"tags": tags_of(tags.get(key, ()))}}})


BY_HAND: dict[str, By] = {"Q1": q1, "Q2": q2, "Q3": q3}
STATEMENTS = {"Q1": 3, "Q2": 5, "Q3": 2}
