"""Nothing of one library can be found, changed or deleted by somebody of another, even by one who knows the keys."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from domain import NOBODY, Blob, MediaStatus, Principal, new_id
from domain.changes import now
from domain.errors import Invalid
from domain.reading import Ask, Load, TrashScope
from domain.storage import StoredObject
from domain.usage import Consumer
from persistence.database import SqlDatabase, SqlWork
from persistence.reading import tables_of
from persistence.tables import schema
from tests.persistence.builders import CORE, EPOCH, LINK, OF_A_CALLER, OF_TEXT, Filled, entry_of, fill, rendition_of

REPOSITORIES = (
    "media", "metadata", "blobs", "runs", "tags", "collections", "usages", "duplicates", "storages", "leftovers", "answers",
)  # fmt: skip


async def rows_of(database: SqlDatabase, principal: Principal) -> dict[str, list[str]]:
    """Every row of a library, as text."""
    async with database.reader.connect() as connection:
        return {
            name: sorted(
                map(str, (await connection.execute(select(table).where(table.c.library_id == principal.library_id))).all())
            )
            for name, table in schema.tables.items()
        }


async def filled(database: SqlDatabase, principal: Principal) -> Filled:
    async with database.writing(principal) as work:
        return await fill(work)


@pytest.mark.parametrize("relation", sorted(CORE.keys() - OF_TEXT))
@pytest.mark.parametrize("trash", TrashScope)
async def test_the_keys_of_another_library_answer_as_unknown_ones(
    database: SqlDatabase, principal: Principal, stranger: Principal, relation: str, trash: TrashScope
) -> None:
    theirs, _ = await filled(database, stranger), await filled(database, principal)
    keys = tuple({**theirs.keys, "library": stranger.library_id}.values())
    async with database.reading(principal) as reader:
        assert await reader.find(Load(ask=Ask(relation=relation, trash=trash), first=100, keys=keys)) == []
        assert await reader.count(Load(ask=Ask(relation=relation, trash=trash, counted=True), keys=keys)) == {}
    async with database.reading(stranger) as reader:  # whose keys they are finds something
        found = await reader.find(Load(ask=Ask(relation=relation, trash=TrashScope.INCLUDE), first=100, keys=keys))
        assert found


async def known_keys(work: SqlWork, it: Filled) -> set[str]:
    """Of the key of a blob what a repository says is needed."""
    return {it.blob.key}.difference(await work.leftovers.unneeded(it.storage.id, [it.blob.key]))


def searches(it: Filled) -> dict[str, Any]:
    """Calls that find, by what of another library they name."""
    media, tag, collection = it.media.id, it.tag.id, it.collection.id
    return {
        "media.find": lambda w: w.media.find([media]),
        "media.with_sha256": lambda w: w.media.with_sha256(it.blob.sha256, 1),
        "media.at_path": lambda w: w.media.at_path(it.storage.id, it.media.path),
        "media.pending": lambda w: w.media.pending(list(MediaStatus), NOBODY, 100),
        "media.purge": lambda w: w.media.purge([media]),
        "media.forget_unused": lambda w: w.media.forget_unused([it.blob.id]),
        "media.stored": lambda w: w.media.stored(schema.tables["blob"]),
        "media.entities": lambda w: w.media.entities(w.media.mine()),
        "media.first": lambda w: w.media.first(w.media.mine()),
        "blobs.find": lambda w: w.blobs.find([it.blob.id]),
        "blobs.with_sha256": lambda w: w.blobs.with_sha256(it.storage.id, it.blob.sha256),
        "runs.of": lambda w: w.runs.of([media]),
        "tags.find": lambda w: w.tags.find([tag]),
        "tags.named": lambda w: w.tags.named([it.tag.name]),
        "tags.slugs": lambda w: w.tags.slugs(it.tag.slug),
        "tags.unused": lambda w: w.tags.unused(),
        "tags.worn": lambda w: w.tags.worn([media]),
        "tags.called": lambda w: w.tags.called(["rouge"]),
        "tags.children": lambda w: w.tags.children([tag]),
        "tags.below": lambda w: w.tags.below([tag]),
        "tags.implications": lambda w: w.tags.implications(tag),
        "tags.implied": lambda w: w.tags.implied([tag]),
        "tags.count_wearers": lambda w: w.tags.count_wearers([tag]),
        "collections.find": lambda w: w.collections.find([collection]),
        "collections.named": lambda w: w.collections.named(it.parent.id, it.collection.name),
        "collections.slugs": lambda w: w.collections.slugs(it.collection.slug),
        "collections.children": lambda w: w.collections.children([it.parent.id]),
        "collections.positions": lambda w: w.collections.positions(collection, [media]),
        "collections.above": lambda w: w.collections.above(collection),
        "collections.levels": lambda w: w.collections.levels(collection),
        "collections.beside": lambda w: w.collections.beside(collection, None, 1, above=True, ignoring=[]),
        "collections.holding": lambda w: w.collections.holding([media]),
        "answers.find": lambda w: w.answers.find(OF_A_CALLER.key),
        "usages.find": lambda w: w.usages.find([it.usage.id]),
        "usages.of_consumer": lambda w: w.usages.of_consumer(Consumer(app="shop", entity_type="page", entity_id="1")),
        "usages.of_media": lambda w: w.usages.of_media([media]),
        "usages.holding": lambda w: w.usages.holding([media], lasting=False),
        "leftovers.unneeded": lambda w: known_keys(w, it),
        "metadata.entries": lambda w: w.metadata.entries(it.media.id),
        "leftovers.among": lambda w: w.leftovers.among([StoredObject(storage_id=it.storage.id, key="blobs/gone")]),
        "leftovers.some": lambda w: w.leftovers.some(None, 100),
        "storages.all": lambda w: w.storages.all(),
        "storages.find": lambda w: w.storages.find([it.storage.id]),
    }


def changes(it: Filled) -> dict[str, Any]:
    """Calls that write, by what of another library they name."""
    media, tag, collection = it.media.id, it.tag.id, it.collection.id
    left = StoredObject(storage_id=it.storage.id, key="blobs/gone")
    again = Blob(id=it.blob.id, storage_id=it.storage.id, sha256="00" * 32, size=0, key="stolen")
    return {
        "media.add": lambda w: w.media.add(it.media),
        "media.insert": lambda w: w.media.insert(it.media),
        "media.change": lambda w: w.media.change(media, {"title": "Stolen"}),
        "media.delete": lambda w: w.media.delete([media]),
        "metadata.change": lambda w: w.metadata.change(media, {"artist": "Thief"}),
        "metadata.add_extra": lambda w: w.metadata.add_extra(media, {"a": 2}),
        "metadata.put_text": lambda w: w.metadata.put_text(media, "stolen"),
        "metadata.replace_entries": lambda w: w.metadata.replace_entries(media, ["exif"], [entry_of(it.media)]),
        "metadata.put_entries": lambda w: w.metadata.put_entries(media, [entry_of(it.media)], [entry_of(it.media)]),
        "metadata.put_rendition": lambda w: w.metadata.put_rendition(rendition_of(it.media, it.storage, "stolen")),
        "blobs.add": lambda w: w.blobs.add(again),
        "blobs.change": lambda w: w.blobs.change(it.blob.id, {"key": "stolen"}),
        "blobs.delete": lambda w: w.blobs.delete([it.blob.id]),
        "metadata.clear": lambda w: w.metadata.clear(media, it.media.kind),
        "runs.clear": lambda w: w.runs.clear(media),
        "runs.put": lambda w: w.runs.put([it.run]),
        "tags.add": lambda w: w.tags.add(it.tag),
        "tags.change": lambda w: w.tags.change(tag, {"name": "Stolen"}),
        "tags.delete": lambda w: w.tags.delete([tag]),
        "tags.attach": lambda w: w.tags.attach({(it.spare.id, tag): LINK}, {it.spare.id: it.spare}),
        "tags.detach": lambda w: w.tags.detach([(media, tag)]),
        "tags.move": lambda w: w.tags.move([tag], it.colour, None),
        "tags.loosen": lambda w: w.tags.loosen([tag], it.colour),
        "tags.hang": lambda w: w.tags.hang([tag], it.colour),
        "tags.respell": lambda w: w.tags.respell(tag, it.tag.path, "stolen"),
        "tags.rewrite": lambda w: w.tags.rewrite([tag], "stolen", 0, 1),
        "tags.call": lambda w: w.tags.call(tag, ["Stolen"]),
        "tags.imply": lambda w: w.tags.imply(tag, []),
        "tags.absorb": lambda w: w.tags.absorb([tag], it.colour.id),
        "tags.carry": lambda w: w.tags.carry([tag], it.colour.id),
        "collections.add": lambda w: w.collections.add(it.collection),
        "collections.change": lambda w: w.collections.change(collection, {"name": "Stolen", "parent_id": None, "path": "stolen"}),
        "collections.rename": lambda w: w.collections.rename(collection, "stolen"),
        "collections.move": lambda w: w.collections.move(collection, {media: "9"}),
        "collections.delete": lambda w: w.collections.delete([collection]),
        "collections.put": lambda w: w.collections.put(collection, {it.spare.id: "9"}, EPOCH),
        "collections.take": lambda w: w.collections.take(collection, [media]),
        "answers.keep": lambda w: w.answers.keep(replace(OF_A_CALLER, result="stolen")),
        "answers.forget": lambda w: w.answers.forget(now()),
        "usages.put": lambda w: w.usages.put([replace(it.usage, label="Stolen")]),
        "usages.delete": lambda w: w.usages.delete([it.usage.id]),
        "usages.change": lambda w: w.usages.change(it.usage.id, {"label": "Stolen"}),
        "usages.detach": lambda w: w.usages.detach([media]),
        "duplicates.dismiss": lambda w: w.duplicates.dismiss([(media, it.spare.id)]),
        "leftovers.add": lambda w: w.leftovers.add([left]),
        "leftovers.forget": lambda w: w.leftovers.forget([left]),
        "storages.add": lambda w: w.storages.add(it.storage),
        "storages.change": lambda w: w.storages.change(it.storage.id, {"root": "/stolen"}),
        "storages.delete": lambda w: w.storages.delete([it.storage.id]),
    }


async def test_no_repository_finds_anything_of_another_library(
    database: SqlDatabase, principal: Principal, stranger: Principal
) -> None:
    theirs = await filled(database, stranger)
    before = await rows_of(database, stranger)
    for name, call in searches(theirs).items():
        async with database.writing(principal) as work:
            assert not await call(work), name
    assert await rows_of(database, stranger) == before
    async with database.writing(stranger) as work:  # the same calls by whose things they are
        silent = {name for name, call in searches(theirs).items() if "purge" not in name and not await call(work)}
    assert silent == {"media.forget_unused"}


async def test_no_repository_changes_anything_of_another_library(
    database: SqlDatabase, principal: Principal, stranger: Principal
) -> None:
    theirs = await filled(database, stranger)
    before = await rows_of(database, stranger)
    for name, call in changes(theirs).items():
        try:
            async with database.writing(principal) as work:
                await call(work)
        except Invalid:
            continue
        assert await rows_of(database, stranger) == before, name


async def test_every_method_of_every_repository_is_tried(database: SqlDatabase, principal: Principal) -> None:
    async with database.writing(principal) as work:
        methods = {f"{name}.{method}" for name in REPOSITORIES for method in own_methods(work, name)}
        it = await fill(work)
    inherited = {"find", "insert", "delete", "change", "entities", "first"}
    tried = searches(it).keys() | changes(it).keys()
    missed = {name for name in methods - tried if name.split(".")[1] not in inherited}
    assert missed == set()
    assert tried <= methods


def own_methods(work: SqlWork, name: str) -> set[str]:
    plain = {"mine", "run", "within", "keys_below", "note", "told", "told_by"}
    of = type(getattr(work, name))
    return {method for method in dir(of) if not method.startswith("_") and callable(getattr(of, method))} - plain


async def test_a_link_that_names_two_libraries_shows_neither_the_other(
    database: SqlDatabase, principal: Principal, stranger: Principal
) -> None:
    """The domain never writes one; should one be there, nobody reads across it."""
    theirs, ours = await filled(database, stranger), await filled(database, principal)
    async with database.writing(principal) as work:
        await work.tags.attach({(ours.media.id, theirs.tag.id): LINK}, {ours.media.id: ours.media})
        await work.collections.put(theirs.collection.id, {ours.media.id: "9"}, EPOCH)
    relations = {"media.tags": ours.media.id, "media.collections": ours.media.id}
    backward = {"tag.media": theirs.tag.id, "collection.media": theirs.collection.id}
    for one, other, asked in ((principal, theirs, relations), (stranger, ours, backward)):
        async with database.reading(one) as reader:
            for relation, key in asked.items():
                found = await reader.find(Load(ask=Ask(relation=relation), first=100, keys=(key,)))
                assert len(found) == 1, relation
                assert {row.entity.id for row in found}.isdisjoint({other.media.id, other.tag.id, other.collection.id})


async def test_a_key_that_nobody_has_finds_nothing(database: SqlDatabase, principal: Principal) -> None:
    async with database.writing(principal) as work:
        await fill(work)
        for key in (NOBODY, new_id()):
            assert await work.media.find([key]) == {}
            assert await work.tags.find([key]) == {}


def test_the_tables_of_plain_joins_are_all_that_their_selects_read_from() -> None:
    """Those are not looked for in each select: a table that is missed would be held to no library."""
    plain = {name: source for name, source in CORE.items() if source.joined}
    assert plain
    for name, source in plain.items():
        assert set(source.joined) == set(tables_of(source.select(Ask(relation=name)))), name
