"""Every fault seeded into a library is found and named, none is in a sound one, and what is mended is sound again."""

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from domain import Principal, new_id
from domain.importing import candidates, import_files
from domain.processors.sandbox import ForkingSandbox
from domain.verify import Wrong
from domain.verify.mending import MENDABLE
from graphql_api.bootstrap import default_storage, opened
from graphql_api.demo.telling import make_demo
from graphql_api.settings import Settings
from graphql_api.sweeping import sweep_all
from tests import media
from tests.conftest import Site
from tests.graphql_api.asking import bulk, collection, on_disk, tag
from tests.graphql_api.served import run
from tests.persistence.builders import add_tag
from tests.storing import taken
from tests.verifying import flaws_of, sql


async def library(site: Site, folder: Path) -> None:
    """A picture with a rendition, a file of no kind, one imported in place; tags and collections in trees."""
    folder.mkdir()
    (folder / "in-place.bin").write_bytes(media.binary(7))
    await import_files(site.server.parts, site.server.principal, list(candidates([folder])), in_place=True)
    ids = [(await site.uploaded(media.png(), "a.png"))["id"], (await site.uploaded(media.binary(), "b.bin"))["id"]]
    outer = await collection(site, "Outer", ids)
    await collection(site, "Inner", ids, parent=outer)
    await bulk(site, "tagMedia", ids, tagNames=["word", "other"])
    word = await tag(site, "above")
    await site.ask(f'mutation {{ createTag(input: {{name: "below", parent: "{word}"}}) {{ tag {{ id }} }} }}')


def blobs(site: Site) -> list[Path]:
    """The originals, the largest first."""
    files = site.server.settings.files / "blobs"
    return sorted((path for path in files.iterdir()), key=lambda path: -path.stat().st_size)


async def missing_original(site: Site, _: Path) -> None:
    blobs(site)[0].unlink()


async def shorter_original(site: Site, _: Path) -> None:
    blobs(site)[0].write_bytes(blobs(site)[0].read_bytes()[:-1])


async def changed_original(site: Site, _: Path) -> None:
    content = bytearray(blobs(site)[0].read_bytes())
    content[-1] ^= 1
    blobs(site)[0].write_bytes(content)


async def missing_rendition(site: Site, _: Path) -> None:
    next((site.server.settings.files / "renditions").iterdir()).unlink()


async def damaged_rendition(site: Site, _: Path) -> None:
    next((site.server.settings.files / "renditions").iterdir()).write_bytes(b"")


async def orphaned_bytes(site: Site, _: Path) -> None:
    shutil.copy(blobs(site)[0], site.server.settings.files / "blobs" / new_id().hex())


async def unused_blob(site: Site, _: Path) -> None:
    await sql(site, "UPDATE media SET storage_id = NULL, blob_id = NULL, sha256 = NULL, size = NULL WHERE filename = 'b.bin'")


async def other_blob(site: Site, _: Path) -> None:
    await sql(site, "UPDATE media SET size = size + 1 WHERE filename = 'b.bin'")


async def moved_file(_: Site, folder: Path) -> None:
    (folder / "in-place.bin").rename(folder / "elsewhere.bin")


async def edited_file(_: Site, folder: Path) -> None:
    (folder / "in-place.bin").write_bytes(b"others")


async def no_metadata(site: Site, _: Path) -> None:
    await sql(site, "DELETE FROM media_metadata WHERE media_id = (SELECT id FROM media WHERE filename = 'a.png')")


async def foreign_link(site: Site, _: Path) -> None:
    """A tag of another library on a media of this one."""
    database = site.server.database
    stranger = Principal(library=await database.library("stranger"))
    async with database.writing(stranger) as work:
        await add_tag(work, "theirs")
    await sql(
        site, "INSERT INTO media_tag (media_id, tag_id, library_id, source, tagged_at, media_created_at) SELECT media.id, "
        "(SELECT id FROM tag WHERE name = 'theirs'), media.library_id, 'MANUAL', media.created_at, media.created_at FROM media "
        "WHERE filename = 'b.bin'",
    )  # fmt: skip


async def lost_pair_of_tags(site: Site, _: Path) -> None:
    await sql(site, "DELETE FROM tag_closure WHERE depth = 1")


async def wrong_path_of_a_tag(site: Site, _: Path) -> None:
    await sql(site, "UPDATE tag SET path = 'x' WHERE name = 'below'")


async def lost_pair_of_collections(site: Site, _: Path) -> None:
    await sql(site, "DELETE FROM collection_closure WHERE depth = 1")


async def wrong_count_of_a_tag(site: Site, _: Path) -> None:
    await sql(site, "UPDATE tag SET media_count = media_count + 1 WHERE name = 'word'")


async def wrong_count_of_a_collection(site: Site, _: Path) -> None:
    await sql(site, "UPDATE collection SET media_count = 0")


async def wrong_tally(site: Site, _: Path) -> None:
    await sql(site, "UPDATE media_tally SET count = count + 1 WHERE facet = 'KIND'")


async def lost_from_the_index(site: Site, _: Path) -> None:
    await sql(site, "DELETE FROM media_search WHERE media_id = (SELECT id FROM media WHERE filename = 'a.png')")


async def wrong_words(site: Site, _: Path) -> None:
    one = "WHERE media_id = (SELECT id FROM media WHERE filename = 'a.png')"
    column = "filename = 'zebra'" if site.server.database.is_sqlite else "lexemes = CAST('azebra' AS tsvector)"
    await sql(site, f"UPDATE media_search SET {column} {one}")  # noqa: S608 - our own text


async def leftover_of_a_row(site: Site, _: Path) -> None:
    await sql(site, "INSERT INTO leftover (library_id, storage_id, key, since) "
              "SELECT blob.library_id, blob.storage_id, blob.key, media.created_at "
              "FROM blob JOIN media ON media.blob_id = blob.id WHERE filename = 'b.bin'")  # fmt: skip


Seed = Callable[[Site, Path], Awaitable[None]]
SEEDED: list[tuple[Seed, set[Wrong], bool]] = [
    (missing_original, {Wrong.MISSING_ORIGINAL}, False),
    (shorter_original, {Wrong.DAMAGED_ORIGINAL}, False),
    (changed_original, {Wrong.DAMAGED_ORIGINAL}, True),
    (missing_rendition, {Wrong.MISSING_RENDITION}, False),
    (damaged_rendition, {Wrong.DAMAGED_RENDITION}, False),
    (orphaned_bytes, {Wrong.ORPHANED_BYTES}, False),
    (unused_blob, {Wrong.UNUSED_BLOB}, False),
    (other_blob, {Wrong.OTHER_BLOB}, False),
    (moved_file, {Wrong.MISSING_FILE}, False),
    (edited_file, {Wrong.CHANGED_FILE}, False),
    (no_metadata, {Wrong.NO_METADATA}, False),
    (foreign_link, {Wrong.FOREIGN_LINK, Wrong.WRONG_COUNT}, False),
    (lost_pair_of_tags, {Wrong.WRONG_TREE}, False),
    (wrong_path_of_a_tag, {Wrong.WRONG_TREE}, False),
    (lost_pair_of_collections, {Wrong.WRONG_TREE}, False),
    (wrong_count_of_a_tag, {Wrong.WRONG_COUNT}, False),
    (wrong_count_of_a_collection, {Wrong.WRONG_COUNT}, False),
    (wrong_tally, {Wrong.WRONG_TALLY}, False),
    (lost_from_the_index, {Wrong.NOT_INDEXED}, False),
    (wrong_words, {Wrong.WRONG_WORDS}, True),
    (leftover_of_a_row, {Wrong.WRONG_LEFTOVER}, False),
]
"""How a fault is made, what it is called, and whether only a deep look finds it."""


@pytest.mark.parametrize(("seed", "wrong", "deep"), SEEDED, ids=lambda one: getattr(one, "__name__", ""))
async def test_a_seeded_fault_is_found_named_and_mended_if_it_can_be(
    site: Site, tmp_path: Path, seed: Seed, wrong: set[Wrong], deep: bool
) -> None:
    await library(site, tmp_path / "in")
    assert await flaws_of(site, deep=True) == set()
    await seed(site, tmp_path / "in")
    assert await flaws_of(site, deep=deep) in (wrong, wrong - {Wrong.WRONG_COUNT})
    if deep:
        assert await flaws_of(site, deep=False) == set()
    originals = {name for name in on_disk(site) if name.startswith(("blobs/", "aside/"))}
    found = await flaws_of(site, deep=deep, repair=True)
    assert found & wrong
    if wrong <= MENDABLE:
        await sweep_all(site.server)
        assert await flaws_of(site, deep=True) == set()
    else:
        assert await flaws_of(site, deep=deep) == wrong
    kept = {Path(name).name for name in on_disk(site) if name.startswith(("blobs/", "aside/"))}
    assert kept >= {Path(name).name for name in originals}


async def test_a_sound_demo_library_has_no_flaw(settings: Settings, sandbox: ForkingSandbox) -> None:
    async with opened(settings, sandbox) as server:
        await make_demo(server, drawn=lambda *_: None, imported=lambda *_: None)
        assert await flaws_of(server, deep=True) == set()


async def test_bytes_of_another_library_in_the_same_folder_are_no_orphans(site: Site) -> None:
    database = site.server.database
    theirs = Principal(library=await database.library("other"))
    await default_storage(site.server.parts, theirs, site.server.settings)
    await taken(site.server.parts, theirs, media.binary(1))
    await taken(site.server.parts, site.server.principal, media.binary(2))
    assert await flaws_of(site, deep=True) == set()
    assert (await sweep_all(site.server)).collected == 0


async def test_a_storage_that_is_away_is_told_once_and_nothing_of_it_is_mended(site: Site, tmp_path: Path) -> None:
    await library(site, tmp_path / "in")
    files = site.server.settings.files
    files.rename(files.with_name("away"))
    files.mkdir()
    assert await flaws_of(site, deep=False, repair=True) == {Wrong.UNREACHABLE_STORAGE}
    files.rmdir()
    files.with_name("away").rename(files)
    assert await flaws_of(site, deep=True) == set()


def test_the_command_tells_for_people_and_machines_and_by_its_status(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert run(data, "verify").returncode == 2
    (tmp_path / "a.bin").write_bytes(media.binary())
    run(data, "import", str(tmp_path / "a.bin"))
    sound = run(data, "verify", "--deep")
    assert (sound.returncode, sound.stdout.strip()) == (0, "Sound."), sound.stderr
    (data / "files" / "blobs" / new_id().hex()).write_bytes(b"x")
    found = run(data, "verify", "--repair", "--dry-run", "--json")
    assert found.returncode == 1
    assert '"flaw":"ORPHANED_BYTES"' in found.stdout
    assert '"state":"would be mended"' in found.stdout
    assert '{"ok":false,"flaws":{"ORPHANED_BYTES":{"found":1,"mended":0}}}' in found.stdout
    mended = run(data, "verify", "--repair")
    assert (mended.returncode, mended.stdout.strip().splitlines()[-1]) == (0, "All is mended."), mended.stdout
    assert run(data, "verify").stdout.strip() == "Sound."
