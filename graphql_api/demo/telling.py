"""Makes the demo: files imported through the processors, then the tags and collections people would have given them."""

import os
import tempfile
from collections.abc import Callable
from fnmatch import fnmatchcase
from json import dumps
from pathlib import Path
from typing import Any

from domain import Id, MediaTag, MetadataSource, global_id
from domain.changes import now
from domain.collection import add_to_collection, create_collection
from domain.importing import Summary, candidates, import_files
from domain.ports import Work
from domain.tag import create_tag, tag_media
from graphql_api.bootstrap import Server
from graphql_api.demo import make_files
from graphql_api.demo.story import COLLECTIONS, TAGS, DemoCollection, DemoTag
from graphql_api.settings import Settings

ROOT = "Demo"
Told = Callable[[int, int], None]


def marker(settings: Settings) -> Path:
    return settings.data_dir / "demo-is-made"


def demo_is_made(settings: Settings) -> bool:
    """Whether the demo was made here, to the end; what people did to it since is theirs."""
    return marker(settings).exists()


async def make_demo(server: Server, *, drawn: Told, imported: Told) -> Summary:
    """Makes the files, imports them and tells their story; begun again after a crash, it adds what is missing."""
    with tempfile.TemporaryDirectory(prefix="mediagraph-demo-") as folder:
        root = Path(os.path.realpath(folder)) / ROOT  # noqa: ASYNC240 - a command of its own, nobody else waits
        make_files(root, drawn)
        found, done = list(candidates([root])), 0

        def step(*_: object) -> None:
            nonlocal done
            done += 1
            imported(done, len(found))

        summary = await import_files(server.parts, server.principal, found, progress=step)
    await tell(server, [candidate.path for candidate in found])
    if not summary.refused:
        marker(server.settings).touch()
    return summary


async def tell(server: Server, paths: list[str]) -> None:
    """Tags and collections, in one transaction."""
    info, _ = await server.parts.default_storage(server.principal)
    async with server.parts.database.writing(server.principal) as work:
        media = {path: one.id for path in paths if (one := await work.media.at_path(info.id, path))}
        tags: dict[str, Id] = {}
        for one in TAGS:
            tags[one.name] = await put_on(work, one, tags, matching(media, one.files))
        collections: dict[str, Id] = {}
        for told in COLLECTIONS:
            collections[told.name] = await put_together(work, told, collections, tags, media)


async def put_on(work: Work, told: DemoTag, made: dict[str, Id], media: list[Id]) -> Id:
    """A tag on these media; the ones made before it are told by name."""
    known = (await work.tags.named([told.name])).get(told.name.casefold())
    values = {"name": told.name, "color": told.color, "description": told.description, "category": told.category}
    values |= {"aliases": told.aliases, "parent_id": made[told.parent] if told.parent else None}
    found = known or await create_tag(work.tags, {**values, "implies": [made[name] for name in told.implies]})
    link = MediaTag(source=MetadataSource.MANUAL, confidence=None, tagged_at=now())
    await tag_media(work.tags, work.media, media, [found.id], [], link)
    return found.id


async def put_together(
    work: Work, told: DemoCollection, made: dict[str, Id], tags: dict[str, Id], media: dict[str, Id]
) -> Id:  # fmt: skip
    """A collection with its media in it; the ones made before it are told by name."""
    parent = made[told.parent] if told.parent else None
    known = await work.collections.named(parent, told.name)
    values: dict[str, Any] = {"name": told.name, "description": told.description, "parent_id": parent}
    if told.cover:
        values["cover_id"] = next(iter(matching(media, (told.cover,))), None)
    if told.wearing:
        values["rule"] = rule_of(tags[told.wearing])
    found = known or await create_collection(work.collections, work.media, values)
    if told.wearing is None:
        await add_to_collection(work.collections, work.media, found.id, matching(media, told.files))
    return found.id


def rule_of(tag: Id) -> str:
    """The rule of a collection that holds what wears a tag, or one below it."""
    worn = {"tags": {"any": [global_id(b"Tag", tag)], "withDescendants": True}}
    return dumps({"filter": worn, "orderBy": [{"field": "TAKEN_AT", "direction": "ASC"}], "limit": None}, separators=(",", ":"))


def matching(media: dict[str, Id], patterns: tuple[str, ...]) -> list[Id]:
    """The media whose path below the demo's folder matches, in the order of the patterns."""
    below = {path.removeprefix(f"{ROOT}/"): key for path, key in media.items()}
    return list(dict.fromkeys(key for pattern in patterns for path, key in below.items() if fnmatchcase(path, pattern)))
