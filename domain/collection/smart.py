"""What a collection with a rule may not have, and what a rule may name."""

from collections.abc import Iterable
from typing import Protocol

from domain.changes import Changes
from domain.collection.entity import Collection, CollectionRepository
from domain.errors import Invalid, NotEmpty, Path
from domain.ids import Id


class Findable(Protocol):
    """Things of one library by their keys."""

    async def find(self, ids: Iterable[Id], /) -> dict[Id, object]: ...


async def check_named(known: dict[str, Findable], named: Iterable[tuple[str, Id, Path]]) -> None:
    """Raises Invalid for the first of these things that the library does not have."""
    wanted: dict[str, dict[Id, Path]] = {}
    for thing, key, path in named:
        wanted.setdefault(thing, {}).setdefault(key, path)
    for thing, paths in wanted.items():
        found = await known[thing].find(paths)
        for key, path in paths.items():
            if key not in found:
                raise Invalid(f"No such {thing.lower()}.", path=path)


def check_manual(collection: Collection, path: Path) -> None:
    """Raises Invalid where a rule says what is in a collection."""
    if collection.rule is not None:
        raise Invalid("A SMART collection is filled by its rule.", path=path)


async def check_bare(collections: CollectionRepository, found: Collection, change: Changes, path: Path) -> None:
    """Raises NotEmpty where a collection that holds something would get a rule."""
    if found.rule is not None or change.get("rule") is None:
        return
    held = await collections.beside(found.id, None, 1, above=True, ignoring=[])
    if held or await collections.children([found.id]):
        raise NotEmpty("It holds media or collections, which a rule would hide; take them out first.", path=(*path, "rule"))
