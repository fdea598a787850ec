"""Making derived rows anew, each in the transaction it is called in."""
# ruff: noqa: S608 - all of it is our own text

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import Id
from domain.verify import Flaw, Wrong
from persistence import tallies
from persistence.counters import COUNTERS
from persistence.indexing import index
from persistence.rows import in_pieces
from persistence.tables import schema
from persistence.types import Key
from persistence.verify.checks import DEEPEST, TREES, pairs

LINKS = {table for table in schema.tables.values() if "id" not in table.c and table.name != "leftover"}
"""Tables whose rows say nothing but what belongs together, or is derived."""
PIECE = 100


def bound(sql: str, library: Id, **values: Any) -> Any:
    """A statement of ours with the keys that it names."""
    binds = [bindparam("library", library, type_=Key)] if ":library" in sql else []
    return text(sql).bindparams(*binds, *(bindparam(name, value, type_=Key) for name, value in values.items()))


def anew(flaw: Flaw, dialect: str) -> Iterator[str]:
    """The statements that make what is derived anew, for the whole library."""
    match flaw.wrong:
        case Wrong.WRONG_COUNT:
            yield from (f"{one.recount()} WHERE {one.table}.library_id = :library" for one in COUNTERS)
        case Wrong.WRONG_TALLY:
            yield from tallies.recount(dialect, "library_id = :library")
        case _:
            yield from of_tree(flaw.table)


def of_tree(table: str) -> Iterator[str]:
    """Pairs, paths, depths and own keys, as parents say."""
    closure = TREES[table]
    yield f"DELETE FROM {closure} WHERE library_id = :library"
    yield (
        f"INSERT INTO {closure} (ancestor_id, descendant_id, depth, library_id) {pairs(table)} "
        "SELECT ancestor_id, descendant_id, depth, :library FROM tree"
    )
    depth = ", depth = tree.depth" if table == "tag" else ""
    yield (
        f"WITH RECURSIVE tree(id, path, depth) AS (SELECT id, slug, 0 FROM {table} WHERE parent_id IS NULL "
        f"AND library_id = :library UNION ALL SELECT child.id, tree.path || '/' || child.slug, tree.depth + 1 FROM tree "
        f"JOIN {table} AS child ON child.parent_id = tree.id WHERE tree.depth < {DEEPEST}) "
        f"UPDATE {table} SET path = tree.path{depth} FROM tree WHERE {table}.id = tree.id"
    )
    if table == "tag":
        yield (
            "INSERT INTO tag_key (key, library_id, tag_id) SELECT id, library_id, id FROM tag WHERE library_id = :library "
            "AND NOT EXISTS (SELECT 1 FROM tag_key WHERE tag_key.key = tag.id)"
        )


async def rebuild(connection: AsyncConnection, library: Id, flaws: Sequence[Flaw]) -> list[Flaw]:
    for wanted in dict.fromkeys(sql for one in flaws for sql in anew(one, connection.dialect.name)):
        await connection.execute(bound(wanted, library))
    return list(flaws)


async def reindex(connection: AsyncConnection, library: Id, flaws: Sequence[Flaw]) -> list[Flaw]:
    for some in in_pieces([one.thing for one in flaws if one.thing], PIECE):
        await index(connection, library, some)
    return list(flaws)


async def empty_metadata(connection: AsyncConnection, library: Id, flaws: Sequence[Flaw]) -> list[Flaw]:
    """Gives media the metadata they lack."""
    lacking = (
        "INSERT INTO media_metadata (media_id, library_id, kind, extra) SELECT id, library_id, kind, '{}' FROM media "
        "WHERE library_id = :library AND id = :thing "
        "AND NOT EXISTS (SELECT 1 FROM media_metadata WHERE media_metadata.media_id = media.id)"
    )
    return await each(connection, library, lacking, flaws)


async def unlink(connection: AsyncConnection, library: Id, flaws: Sequence[Flaw]) -> list[Flaw]:
    """Takes away links that lead out of the library; other rows that do are for people to judge."""
    done: list[Flaw] = []
    for one in flaws:
        name, _, column = one.table.partition(".")
        table = schema.tables[name]
        if table in LINKS:
            (key,) = table.c[column].foreign_keys
            own = f"SELECT 1 FROM {key.column.table.name} AS other WHERE other.{key.column.name} = :thing"
            sql = f"DELETE FROM {name} WHERE library_id = :library AND {column} = :thing "
            sql += f"AND NOT EXISTS ({own} AND other.library_id = :library)"
            done += await each(connection, library, sql, [one])
    return done


async def forget_blobs(connection: AsyncConnection, library: Id, flaws: Sequence[Flaw]) -> list[Flaw]:
    unused = (
        "DELETE FROM blob WHERE library_id = :library AND id = :thing "
        "AND NOT EXISTS (SELECT 1 FROM media WHERE media.blob_id = blob.id)"
    )
    return await each(connection, library, unused, flaws)


async def forget_pictures(connection: AsyncConnection, library: Id, flaws: Sequence[Flaw]) -> list[Flaw]:
    """Takes rows of pictures away; what bytes they have is left over."""
    same = "library_id = :library AND media_id = :thing AND storage_id = :storage AND key = :place"
    done: list[Flaw] = []
    for one in flaws:
        if one.place and one.thing:
            values = {"thing": one.thing, "storage": one.place.storage_id}
            now = "strftime('%Y-%m-%dT%H:%M:%f000Z')" if connection.dialect.name == "sqlite" else "now()"
            row = f"SELECT library_id, storage_id, key, {now} FROM rendition WHERE {same}"
            left = f"INSERT INTO leftover (library_id, storage_id, key, since) {row}"
            await connection.execute(bound(left, library, **values).bindparams(place=one.place.key))
            found = await connection.execute(
                bound(f"DELETE FROM rendition WHERE {same}", library, **values).bindparams(place=one.place.key)
            )
            done += [one] if found.rowcount else []
    return done


async def forget_leftovers(connection: AsyncConnection, library: Id, flaws: Sequence[Flaw]) -> list[Flaw]:
    for one in flaws:
        if one.place:
            sql = "DELETE FROM leftover WHERE library_id = :library AND storage_id = :storage AND key = :place"
            await connection.execute(bound(sql, library, storage=one.place.storage_id).bindparams(place=one.place.key))
    return list(flaws)


async def each(connection: AsyncConnection, library: Id, sql: str, flaws: Sequence[Flaw]) -> list[Flaw]:
    """Runs a statement for each; those where it did something."""
    return [one for one in flaws if (await connection.execute(bound(sql, library, thing=one.thing))).rowcount]


Mend = Callable[[AsyncConnection, Id, Sequence[Flaw]], Any]
MENDED_BY: dict[Wrong, Mend] = {
    Wrong.WRONG_COUNT: rebuild, Wrong.WRONG_TALLY: rebuild, Wrong.WRONG_TREE: rebuild, Wrong.NOT_INDEXED: reindex,
    Wrong.WRONG_WORDS: reindex, Wrong.NO_METADATA: empty_metadata, Wrong.FOREIGN_LINK: unlink, Wrong.UNUSED_BLOB: forget_blobs,
    Wrong.MISSING_RENDITION: forget_pictures, Wrong.DAMAGED_RENDITION: forget_pictures, Wrong.WRONG_LEFTOVER: forget_leftovers,
}  # fmt: skip
