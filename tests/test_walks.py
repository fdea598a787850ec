"""What a change touches: a new media type three files by hand, a new field of all media three, of one type two."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
ARCHIVE = '''"""Archives."""

from dataclasses import dataclass

from domain.media import Media, MediaKind
from domain.media_types.media_type import MediaType
from domain.metadata import MediaMetadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive(Media):
    """An archive of files."""

    entry_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveMetadata(MediaMetadata):
    """What the archive says."""

    compression: str | None = None


ARCHIVE = MediaType(kind=MediaKind.ARCHIVE, entity=Archive, metadata=ArchiveMetadata, mime_types=("application/zip",))
'''
ARCHIVE_VIEW = '''"""Archives over GraphQL."""

import strawberry

from graphql_api.declare import relation_one
from graphql_api.media import Media
from graphql_api.metadata import MediaMetadata


@strawberry.type(description="What was read out of an archive.")
class ArchiveMetadata(MediaMetadata):
    compression: str | None = strawberry.field(description="How it is packed.")


@strawberry.type(description="An archive of files.")
class Archive(Media):
    entry_count: int | None = strawberry.field(description="How many files are in it.")
    metadata = relation_one("media_types.archive.ArchiveMetadata", "media.metadata", required=True, description="Facts.")
'''
TRY = """
import asyncio, io, sys, zipfile
from pathlib import Path
import domain; assert domain.__file__.startswith("{copy}"), domain.__file__
from tests.conftest import Site, client_of
from graphql_api.bootstrap import opened
from graphql_api.settings import Settings

def zipped():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive: archive.writestr("a.txt", "a")
    return file.getvalue()

async def main():
    async with opened(Settings(data_dir=Path("{copy}/data"), public_url="http://site")) as server, client_of(server) as client:
        site = Site(server, client)
        {story}
asyncio.run(main())
"""


def copied(tmp_path: Path) -> Path:
    for name in ("domain", "persistence", "graphql_api"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) >= 1, (path, old)
    path.write_text(text.replace(old, new, 1), "utf-8")


def run(copy: Path, *command: str) -> str:
    environment = {**os.environ, "PYTHONPATH": f"{copy}:{ROOT}"}
    done = subprocess.run([sys.executable, *command], cwd=copy, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def migrated(copy: Path) -> None:
    run(copy, "-m", "persistence.migrate", "What this walk adds")
    assert len(list((copy / "persistence/migrations/versions").glob("*.py"))) > len(
        list((ROOT / "persistence/migrations/versions").glob("*.py"))
    )


def tried(copy: Path, story: str) -> str:
    return run(copy, "-c", TRY.format(copy=copy, story=story))


async def test_a_new_media_type_is_an_entity_file_a_registry_line_and_a_graphql_file(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    (copy / "domain/media_types/archive.py").write_text(ARCHIVE, "utf-8")
    replaced(copy / "domain/media.py", '    OTHER = "OTHER"\n', '    ARCHIVE = "ARCHIVE"\n    OTHER = "OTHER"\n')
    (copy / "graphql_api/media_types/archive.py").write_text(ARCHIVE_VIEW, "utf-8")
    await asyncio.to_thread(migrated, copy)
    story = 'media = await site.uploaded(zipped(), "a.zip"); print(media["__typename"], media["kind"], media["status"]);'
    story += ' print(await site.ask("{ media { nodes { ... on Archive { entryCount metadata { compression } } } } }"))'
    told = await asyncio.to_thread(tried, copy, story)
    assert "Archive ARCHIVE READY" in told
    assert "{'entryCount': None, 'metadata': {'compression': None}}" in told


async def test_a_new_field_of_all_media_is_one_line_in_each_layer(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    line = "    rating: int | None = None\n"
    replaced(copy / "domain/media.py", line, f"{line}    mood: str | None = None\n")
    replaced(
        copy / "persistence/tables/media.py",
        '    Column("rating", Integer),\n',
        '    Column("rating", Integer),\n    Column("mood", Words),\n',
    )
    line = '    rating: int | None = strawberry.field(description="0 to 5.")\n'
    replaced(copy / "graphql_api/media.py", line, f'{line}    mood: str | None = strawberry.field(description="How it feels.")\n')
    await asyncio.to_thread(migrated, copy)
    story = 'await site.uploaded(b"words", "a.txt"); print(await site.ask("{ media { nodes { mood } } }"))'
    assert "{'mood': None}" in await asyncio.to_thread(tried, copy, story)


async def test_a_new_field_of_one_media_type_is_one_line_in_two_files(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    line = "    page_count: int | None = None\n"
    replaced(copy / "domain/media_types/document.py", line, f"{line}    mood: str | None = None\n")
    line = '    page_count: int | None = strawberry.field(description="How many pages; null until it is probed.")\n'
    view = f'{line}    mood: str | None = strawberry.field(description="How it feels.")\n'
    replaced(copy / "graphql_api/media_types/document.py", line, view)
    await asyncio.to_thread(migrated, copy)
    story = 'await site.uploaded(b"words", "a.txt"); print(await site.ask("{ media { nodes { ... on Document { mood } } } }"))'
    assert "{'mood': None}" in await asyncio.to_thread(tried, copy, story)


async def test_a_kind_without_a_file_fails_at_import(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    replaced(copy / "domain/media.py", '    OTHER = "OTHER"\n', '    ARCHIVE = "ARCHIVE"\n    OTHER = "OTHER"\n')
    command = [sys.executable, "-c", "import domain.media_types"]
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    done = await asyncio.to_thread(subprocess.run, command, cwd=copy, env=environment, capture_output=True, text=True)
    assert "disagree about" in done.stderr
