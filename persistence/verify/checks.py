"""What can be wrong with rows, each as a select of at most MOST of them: `thing` is a key, `what` is for people."""
# ruff: noqa: S608 - all of it is our own text

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ForeignKey, Table

from domain.verify import Wrong
from persistence import tallies
from persistence.counters import COUNTERS
from persistence.tables import schema

MOST = 1_000
"""Flaws told of one check; those behind are found by the next run."""
DEEPEST = 1_000
"""A circle of parents would go on for ever."""
TREES = {"tag": "tag_closure", "collection": "collection_closure"}
AMONG_ROWS = (
    "EXISTS (SELECT 1 FROM blob WHERE blob.storage_id = leftover.storage_id AND blob.key = leftover.key) "
    "OR EXISTS (SELECT 1 FROM rendition WHERE rendition.storage_id = leftover.storage_id AND rendition.key = leftover.key)"
)


@dataclass(frozen=True, slots=True)
class Check:
    """A select, with the binds `library` and `most`, of what is wrong with rows of one table."""

    wrong: Wrong
    table: str
    sql: str


def checks(dialect: str) -> Iterator[Check]:
    """All that looks at rows alone."""
    yield Check(
        Wrong.NO_METADATA, "media", "SELECT id AS thing, filename AS what FROM media WHERE library_id = :library "
        "AND NOT EXISTS (SELECT 1 FROM media_metadata WHERE media_metadata.media_id = media.id) LIMIT :most",
    )  # fmt: skip
    yield Check(
        Wrong.UNUSED_BLOB, "blob", "SELECT id AS thing, key AS what, storage_id, key FROM blob WHERE library_id = :library "
        "AND NOT EXISTS (SELECT 1 FROM media WHERE media.blob_id = blob.id) LIMIT :most",
    )  # fmt: skip
    yield Check(
        Wrong.OTHER_BLOB, "media", "SELECT media.id AS thing, media.filename AS what FROM media "
        "LEFT JOIN blob ON blob.id = media.blob_id WHERE media.library_id = :library AND media.storage_id IS NOT NULL "
        "AND (blob.id IS NULL OR coalesce(blob.sha256 <> media.sha256 OR blob.size <> media.size "
        "OR blob.storage_id <> media.storage_id, 1 = 1)) LIMIT :most",
    )  # fmt: skip
    for table in schema.sorted_tables:
        yield from (foreign(table, key) for key in sorted(table.foreign_keys, key=lambda one: one.parent.name) if leads(key))
    for tree in TREES:
        yield from of_tree(tree)
    for counter in COUNTERS:
        yield Check(
            Wrong.WRONG_COUNT, counter.table, f"SELECT id AS thing, name AS what FROM {counter.table} "
            f"WHERE library_id = :library AND media_count <> {counter.counted} LIMIT :most",
        )  # fmt: skip
    yield tally(dialect)
    yield Check(
        Wrong.NOT_INDEXED, "media", "SELECT media.id AS thing, media.filename AS what FROM media "
        "LEFT JOIN media_search ON media_search.media_id = media.id WHERE media.library_id = :library "
        "AND (media_search.media_id IS NULL OR media_search.stale) LIMIT :most",
    )  # fmt: skip
    yield Check(
        Wrong.WRONG_LEFTOVER, "leftover", "SELECT key AS what, storage_id, key FROM leftover WHERE library_id = :library "
        f"AND ({AMONG_ROWS} OR storage_id IN (SELECT id FROM storage WHERE is_read_only)) LIMIT :most",
    )  # fmt: skip


def leads(key: ForeignKey) -> bool:
    """Whether it leads to a row that is of a library as well."""
    return key.column.table.name != "library"


def foreign(table: Table, key: ForeignKey) -> Check:
    """Rows that lead to a row of another library, or to none."""
    other, thing = key.column.table.name, f"one.{'id' if 'id' in table.c else key.parent.name}"
    return Check(
        Wrong.FOREIGN_LINK, f"{table.name}.{key.parent.name}",
        f"SELECT {thing} AS thing, '{table.name}.{key.parent.name}' AS what FROM {table.name} AS one "
        f"LEFT JOIN {other} AS other ON other.{key.column.name} = one.{key.parent.name} WHERE one.library_id = :library "
        f"AND one.{key.parent.name} IS NOT NULL AND (other.{key.column.name} IS NULL OR other.library_id <> one.library_id) "
        "LIMIT :most",
    )  # fmt: skip


def pairs(table: str) -> str:
    """What lies in what, as parents say."""
    return (
        f"WITH RECURSIVE tree(ancestor_id, descendant_id, depth) AS (SELECT id, id, 0 FROM {table} WHERE library_id = :library "
        f"UNION ALL SELECT tree.ancestor_id, child.id, tree.depth + 1 FROM tree JOIN {table} AS child "
        f"ON child.parent_id = tree.descendant_id WHERE tree.depth < {DEEPEST}) "
    )


def of_tree(table: str) -> Iterator[Check]:
    kept = f"SELECT ancestor_id, descendant_id, depth FROM {TREES[table]} WHERE library_id = :library"
    parents = "SELECT ancestor_id, descendant_id, depth FROM tree"
    yield Check(
        Wrong.WRONG_TREE, table, f"{pairs(table)} SELECT DISTINCT descendant_id AS thing, '{table}' AS what FROM "
        f"(SELECT * FROM ({parents} EXCEPT {kept}) AS missing UNION ALL SELECT * FROM ({kept} EXCEPT {parents}) AS beyond) "
        "AS differing LIMIT :most",
    )  # fmt: skip
    deep = "OR one.depth <> coalesce(above.depth + 1, 0)" if table == "tag" else ""
    yield Check(
        Wrong.WRONG_TREE, table, f"SELECT one.id AS thing, one.name AS what FROM {table} AS one "
        f"LEFT JOIN {table} AS above ON above.id = one.parent_id WHERE one.library_id = :library "
        f"AND (one.path <> coalesce(above.path || '/', '') || one.slug {deep}) LIMIT :most",
    )  # fmt: skip
    if table == "tag":
        yield Check(
            Wrong.WRONG_TREE, table, "SELECT id AS thing, name AS what FROM tag WHERE library_id = :library "
            "AND NOT EXISTS (SELECT 1 FROM tag_key WHERE tag_key.key = tag.id AND tag_key.tag_id = tag.id) LIMIT :most",
        )  # fmt: skip


def tally(dialect: str) -> Check:
    columns = ", ".join(("library_id", "facet", "value", *tallies.NUMBERS))
    some = " OR ".join(f"{name} <> 0" for name in tallies.NUMBERS)
    kept = f"SELECT {columns} FROM media_tally WHERE library_id = :library AND ({some})"
    counted = tallies.summed(*tallies.counted(dialect), where="library_id = :library")
    return Check(
        Wrong.WRONG_TALLY, "media_tally", f"SELECT DISTINCT facet || ': ' || value AS what FROM "
        f"(SELECT * FROM ({kept} EXCEPT {counted}) AS beyond UNION ALL SELECT * FROM ({counted} EXCEPT {kept}) AS missing) "
        "AS differing LIMIT :most",
    )  # fmt: skip
