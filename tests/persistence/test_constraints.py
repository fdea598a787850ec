"""What the database itself refuses, whatever the code above it forgets, and what goes with what it belongs to."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Table, UniqueConstraint, func, insert, select, update

from domain import Principal, new_id
from domain.errors import Invalid
from persistence.database import SqlDatabase
from persistence.tables import schema
from tests.persistence.builders import Filled, add_collection, fill

TABLES = list(schema.tables.values())
UNIQUE: dict[tuple[str, ...], dict[str, Any]] = {
    ("library", "name"): {},
    ("storage", "library_id", "key"): {},
    ("blob", "library_id", "storage_id", "sha256"): {"key": "another"},
    ("media", "storage_id", "path"): {},
    ("metadata_entry", "media_id", "namespace", "key"): {},
    ("tag", "library_id", "folded_name"): {"slug": "another"},
    ("tag", "library_id", "slug"): {"folded_name": "another"},
    ("collection", "library_id", "parent_id", "folded_name"): {"slug": "another"},
    ("collection", "library_id", "slug"): {"folded_name": "another"},
    ("collection", "library_id", "folded_name"): {"slug": "another"},
    ("collection_item", "collection_id", "position"): {"media_id": None},
    ("media_search", "media_id"): {"seq": -1},
    ("media_usage", "library_id", "app", "entity_type", "entity_id", "field", "media_id"): {},
}
"""Each unique constraint, and what of a copied row has to differ for no other to be broken."""
FOR_EXTENSIONS = {("media", "library_id", "id")}
"""What refuses nothing that the primary key lets in: foreign keys of extensions point to it."""


@pytest_asyncio.fixture
async def filled(database: SqlDatabase, principal: Principal) -> AsyncIterator[Filled]:
    async with database.writing(principal) as work:
        made = await fill(work)
    yield made


async def row_of(database: SqlDatabase, principal: Principal, table: Table, **where: Any) -> dict[str, Any]:
    asked = select(table).where(
        table.c.library_id == principal.library_id, *(table.c[name] == value for name, value in where.items())
    )
    async with database.reader.connect() as connection:
        return dict((await connection.execute(asked.limit(1))).mappings().one())


def test_every_unique_constraint_is_tried() -> None:
    known = {
        (table.name, *(column.name for column in one.columns))
        for table in TABLES
        for one in [*(c for c in table.constraints if isinstance(c, UniqueConstraint)), *(i for i in table.indexes if i.unique)]
    }
    assert known == set(UNIQUE) | FOR_EXTENSIONS


@pytest.mark.parametrize("constraint", UNIQUE, ids=".".join)
async def test_a_row_that_is_there_already_is_refused(
    database: SqlDatabase, principal: Principal, filled: Filled, constraint: tuple[str, ...]
) -> None:
    table, other = schema.tables[constraint[0]], UNIQUE[constraint]
    where: dict[str, Any] = {}
    if constraint[0] == "media":
        where = {"id": filled.media.id}
    if constraint[0] == "collection":
        where = {"id": (filled.parent if constraint[1:] == ("library_id", "folded_name") else filled.collection).id}
    row = await row_of(database, principal, table, **where)
    copy = row | ({"id": new_id()} if "id" in row else {}) | other
    if "media_id" in other:
        copy["media_id"] = filled.spare.id
    if constraint[0] == "library":
        copy["library_id"] = copy["id"]
    distinct = copy | {constraint[-1]: "distinct"}  # the same row with this one difference is taken
    with pytest.raises(Invalid):
        async with database.transaction() as connection:
            await connection.execute(insert(table).values(copy))
    if constraint[-1] == "media_id":
        distinct["media_id"] = filled.spare.id
    if constraint[0] == "media_search":
        async with database.transaction() as connection:
            await connection.execute(table.delete().where(table.c.media_id == filled.spare.id))
    async with database.transaction() as connection:
        await connection.execute(
            insert(table).values(
                distinct | ({"name": f"distinct {new_id().hex()}"} if not other and constraint[0] == "library" else {})
            )
        )


@pytest.mark.parametrize("table", [table for table in TABLES if table.name != "library"], ids=lambda table: table.name)
async def test_a_row_without_a_value_it_needs_is_refused(
    database: SqlDatabase, principal: Principal, filled: Filled, table: Table
) -> None:
    needed = [column for column in table.columns if not column.nullable]
    assert len(needed) > 1
    for column in needed:
        with pytest.raises(Invalid):
            async with database.transaction() as connection:
                mine = update(table).where(table.c.library_id == principal.library_id)
                await connection.execute(mine.values({column.name: None}))


@pytest.mark.parametrize("table", [table for table in TABLES if table.foreign_keys], ids=lambda table: table.name)
async def test_a_key_of_nothing_is_refused(database: SqlDatabase, principal: Principal, filled: Filled, table: Table) -> None:
    for foreign in sorted(table.foreign_keys, key=lambda one: one.parent.name):
        mine = update(table).where(table.c.library_id == principal.library_id)
        with pytest.raises(Invalid):
            async with database.transaction() as connection:
                await connection.execute(mine.values({foreign.parent.name: new_id()}))


@pytest.mark.parametrize("name", [table.name for table in TABLES if "library_id" in table.c])
def test_every_table_points_to_its_library(name: str) -> None:
    targets = {foreign.target_fullname for foreign in schema.tables[name].c.library_id.foreign_keys}
    assert targets == ({"library.id"} if name != "library" else set())


async def test_a_library_belongs_to_itself(database: SqlDatabase, principal: Principal, stranger: Principal) -> None:
    table = schema.tables["library"]
    with pytest.raises(Invalid):
        async with database.transaction() as connection:
            changed = update(table).where(table.c.id == principal.library_id).values(library_id=stranger.library_id)
            await connection.execute(changed)


@pytest.mark.parametrize(("field", "value"), [("rating", 6), ("rating", -1), ("size", -1)])
async def test_a_figure_out_of_range_is_refused(
    database: SqlDatabase, principal: Principal, filled: Filled, field: str, value: int
) -> None:
    with pytest.raises(Invalid):
        async with database.writing(principal) as work:
            await work.media.change(filled.media.id, {field: value})


async def test_a_media_has_metadata_once(database: SqlDatabase, principal: Principal, filled: Filled) -> None:
    table = schema.tables["media_metadata"]
    row = await row_of(database, principal, table, media_id=filled.media.id)
    with pytest.raises(Invalid):
        async with database.transaction() as connection:
            await connection.execute(insert(table).values(row))


async def test_two_root_collections_of_one_name_are_refused_and_one_inside_another_is_not(
    database: SqlDatabase, principal: Principal, filled: Filled
) -> None:
    with pytest.raises(Invalid):
        async with database.writing(principal) as work:
            await add_collection(work, "ABOVE")
    async with database.writing(principal) as work:
        inside = await add_collection(work, "Above 2", parent=filled.parent)
        await work.collections.change(inside.id, {"name": "Above"})


async def counts(database: SqlDatabase, **where: bytes) -> dict[str, int]:
    """Rows by table that hold these values, in the tables that have the columns."""
    async with database.reader.connect() as connection:
        return {
            table.name: (
                await connection.execute(
                    select(func.count()).select_from(table).where(*(table.c[name] == value for name, value in where.items()))
                )
            ).scalar_one()
            for table in TABLES
            if set(where) <= set(table.c.keys())
        }


async def test_a_purged_media_takes_all_with_it_that_is_its_own(
    database: SqlDatabase, principal: Principal, filled: Filled
) -> None:
    before = await counts(database, media_id=filled.media.id)
    assert len(before) == 13
    assert all(before.values()), before
    async with database.writing(principal) as work:
        freed = await work.media.purge([filled.media.id])
    assert {one.key for one in freed} == {filled.blob.key, filled.rendition.key}
    after = await counts(database, media_id=filled.media.id)
    assert after.pop("change") > before["change"], "the log tells of what is gone"
    assert not any(after.values()), after
    left = await counts(database, library_id=principal.library_id)
    assert {name: left[name] for name in ("media", "media_metadata", "blob", "tag", "collection", "storage")} == {
        "media": 2, "media_metadata": 2, "blob": 0, "tag": 3, "collection": 3, "storage": 1,
    }  # fmt: skip


async def test_a_deleted_tag_or_collection_takes_its_links_and_no_media(
    database: SqlDatabase, principal: Principal, filled: Filled
) -> None:
    async with database.writing(principal) as work:
        assert (await counts(database, library_id=principal.library_id))["media_tag"] == 1
        await work.tags.delete(list(await work.tags.below([filled.tag.id])))
        below = await work.collections.children([filled.collection.id])
        await work.collections.delete([*below, filled.collection.id])
    left = await counts(database, library_id=principal.library_id)
    assert (left["media"], left["media_tag"], left["collection_item"], left["collection"]) == (3, 0, 0, 1)


async def test_a_library_that_is_deleted_leaves_nothing(database: SqlDatabase, principal: Principal, filled: Filled) -> None:
    table = schema.tables["library"]
    async with database.transaction() as connection:
        await connection.execute(table.delete().where(table.c.id == principal.library_id))
    assert not any((await counts(database, library_id=principal.library_id)).values())
