"""Things by the beginning of their names in both databases: each once, the best first, and of which library."""

import pytest

from domain import Principal
from domain.reading import Ask, Found, Load
from domain.results import read
from domain.search import shape, values
from domain.suggestion import MOST_COMPLETED
from persistence.database import SqlDatabase
from tests.persistence.builders import add_collection, add_media, add_names, add_tag


async def named_so(database: SqlDatabase, principal: Principal, relation: str, text: str, first: int = 100) -> list[Found]:
    where = read(text, first).named
    load = Load(
        ask=Ask(relation=relation, where=shape(where)), first=first, beyond=0, values=tuple(values(where)),
        keys=(principal.library_id,),
    )  # fmt: skip
    async with database.reading(principal) as reader:
        return await reader.find(load)


async def test_a_tag_is_found_once_however_many_of_its_names_begin_so(database: SqlDatabase, principal: Principal) -> None:
    async with database.writing(principal) as work:
        media = await add_media(work, 1)
        await add_tag(work, "sea", aliases=("seaside", "SEAFRONT"))
        await add_tag(work, "Seal", media)
        await add_tag(work, "ocean", aliases=("Sea air", "deep"))
        await add_tag(work, "the sea")
    found = await named_so(database, principal, "library.tags_named", " SEA ")
    told = [(one.entity.name, one.link.goes_on, one.link.rank, one.link.folded) for one in found]
    assert told == [("sea", 0, 0, "sea"), ("Seal", 1, -1, "seal"), ("ocean", 1, 0, "sea air")]
    assert [one.entity.name for one in await named_so(database, principal, "library.tags_named", "sea", 1)] == ["sea"]
    (alias,) = await named_so(database, principal, "library.tags_named", "seafront")
    assert (alias.entity.name, alias.link.goes_on) == ("sea", 0)


async def test_the_collection_called_so_comes_before_those_with_more_media(database: SqlDatabase, principal: Principal) -> None:
    async with database.writing(principal) as work:
        first, second = await add_media(work, 1), await add_media(work, 2)
        outer = await add_collection(work, "Trips", first)
        await add_collection(work, "Summer", parent=outer)
        await add_collection(work, "SUMMER, again", first, second)
        await add_collection(work, "Summer 2024", first)
    found = await named_so(database, principal, "library.collections_named", "summer")
    assert [(one.entity.name, one.link.goes_on) for one in found] == [("Summer", 0), ("SUMMER, again", 1), ("Summer 2024", 1)]


@pytest.mark.parametrize("relation", ["library.tags_named", "library.collections_named"])
async def test_nothing_of_another_library_is_found(
    database: SqlDatabase, principal: Principal, stranger: Principal, relation: str
) -> None:
    async with database.writing(stranger) as work:
        await add_tag(work, "harbour tag", aliases=("harbor",))
        await add_collection(work, "harbours")
    assert len(await named_so(database, stranger, relation, "h")) == 1
    assert await named_so(database, principal, relation, "h") == []


@pytest.mark.parametrize("relation", ["library.tags_named", "library.collections_named"])
async def test_names_of_another_library_take_no_places(
    database: SqlDatabase, principal: Principal, stranger: Principal, relation: str
) -> None:
    """Else the number of names that somebody else has could be told from what is not found."""
    await add_names(database, stranger, "ha", MOST_COMPLETED)
    await add_names(database, principal, "hz", 1)
    assert [one.entity.name for one in await named_so(database, principal, relation, "h")] == ["hz0000"]
