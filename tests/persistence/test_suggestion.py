"""Completions of a prefix in both databases: how much is read for one, and of which library."""

from domain import MediaKind, MediaStatus, Principal, new_id
from domain.reading import Ask, Load
from domain.search import shape, values
from domain.suggestion import MOST_COMPLETED, Suggestion, begun
from persistence.database import SqlDatabase
from persistence.tables import media_table
from tests.persistence.builders import EPOCH, add_collection, add_media, add_names, add_tag


async def suggested(database: SqlDatabase, principal: Principal, prefix: str) -> list[Suggestion]:
    where = begun(prefix)
    ask = Ask(relation="library.suggestions", where=shape(where))
    load = Load(ask=ask, first=100, beyond=0, values=tuple(values(where)), keys=(principal.library_id,))
    async with database.reading(principal) as reader:
        return [found.entity for found in await reader.find(load)]


async def put_titles(database: SqlDatabase, principal: Principal, title: str, count: int) -> None:
    """So many media of one title, without all else that comes with a media."""
    own = {"library_id": principal.library_id, "kind": MediaKind.OTHER, "status": MediaStatus.READY, "version": 1}
    own |= {"filename": "x", "mime_type": "x/y", "folder": "", "is_favorite": False, "title": title}
    own |= dict.fromkeys(("created_at", "updated_at", "taken_at"), EPOCH)
    async with database.transaction() as connection:
        await connection.execute(media_table.insert(), [{**own, "id": new_id()} for _ in range(count)])


async def test_of_each_sort_no_more_names_are_read_than_the_bound(database: SqlDatabase, principal: Principal) -> None:
    await put_titles(database, principal, "aa", 3)
    await put_titles(database, principal, "ab", MOST_COMPLETED)
    await put_titles(database, principal, "ac", 1)
    found = await suggested(database, principal, "a")
    assert [(one.name, one.count) for one in found] == [("ab", MOST_COMPLETED - 3), ("aa", 3)]
    assert [(one.name, one.count) for one in await suggested(database, principal, "ac")] == [("ac", 1)]


async def test_nothing_of_another_library_is_suggested(database: SqlDatabase, principal: Principal, stranger: Principal) -> None:
    async with database.writing(stranger) as work:
        media = await add_media(work, 1, title="harbour")
        await add_tag(work, "harbour tag", media, aliases=("harbor",))
        await add_collection(work, "harbours", media)
    assert len(await suggested(database, stranger, "h")) == 4
    assert await suggested(database, principal, "h") == []


async def test_names_of_another_library_take_no_places(database: SqlDatabase, principal: Principal, stranger: Principal) -> None:
    """Else the number of names that somebody else has could be told from what is not suggested."""
    await add_names(database, stranger, "ha", MOST_COMPLETED)
    await add_names(database, principal, "hz", 1)
    found = await suggested(database, principal, "h")
    assert sorted(one.name for one in found) == ["hz0000"] * 4
