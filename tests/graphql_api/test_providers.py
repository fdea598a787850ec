"""Providers of usages besides the library itself: what they tell, and the media that they hold back."""

from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, delete, insert, literal, select
from sqlalchemy.exc import ProgrammingError

import domain
from domain.errors import Unavailable
from domain.processors.sandbox import ForkingSandbox
from domain.reading import Ask, Load
from graphql_api.bootstrap import opened
from graphql_api.extension import Extension
from graphql_api.settings import Settings
from persistence.database import SqlDatabase
from persistence.extension import Keeping
from persistence.providers import Provider
from persistence.tables import media_table
from persistence.types import Key, Words
from tests.conftest import Site, client_of
from tests.graphql_api.asking import HELD, bulk, consumer, filled, use
from tests.graphql_api.test_usage import FACET, FOUND, OF_MEDIA, REFUSED, counts, in_use, read, used

NOTHING = Path(__file__).parent / "no revisions"
pictures = Table(
    "shop_picture", MetaData(), Column("library_id", Key, nullable=False),
    Column("media_id", Key, ForeignKey(media_table.c.id, ondelete="CASCADE"), nullable=False),
    Column("product", Words, nullable=False), Column("slot", Words, nullable=False), Column("place", Integer),
)  # fmt: skip
"""What a module outside the core keeps: it has no key, and no time."""


async def forget(connection: Any, library: bytes, media_ids: Any) -> None:
    mine = (pictures.c.library_id == library, pictures.c.media_id.in_(media_ids))
    await connection.execute(delete(pictures).where(*mine))


def telling(detach: Any = None) -> Provider:
    """A second provider of usages, over a table of its own."""
    columns = [pictures.c.library_id, pictures.c.media_id, literal("catalog", Words()).label("app")]
    columns += [literal("product", Words()).label("entity_type"), pictures.c.product.label("entity_id")]
    columns += [pictures.c.slot.label("field"), pictures.c.place.label("position")]
    return Provider("catalog", select(*columns), detach)


@pytest_asyncio.fixture(params=[None, forget], ids=["that cannot detach", "that detaches"])
async def catalog(request: pytest.FixtureRequest, settings: Settings, sandbox: ForkingSandbox) -> AsyncIterator[Site]:
    """A server that a second provider has joined; it can end what it tells, or cannot."""
    extension = Extension(name="catalog", keeping=Keeping(name="catalog", versions=NOTHING, provider=telling(request.param)))
    async with opened(settings, sandbox, [extension]) as server, client_of(server) as client:
        async with server.database.transaction() as connection:
            await connection.run_sync(pictures.create)
        yield Site(server, client)
        async with server.database.transaction() as connection:
            await connection.run_sync(pictures.drop)


async def picture(site: Site, media: str, product: str, slot: str = "MAIN", place: int | None = None) -> None:
    row = {"library_id": site.server.principal.library_id, "media_id": domain.key_of("Media", media)}
    async with site.server.database.transaction() as connection:
        await connection.execute(insert(pictures).values({**row, "product": product, "slot": slot, "place": place}))


async def test_a_second_provider_tells_of_usages_as_the_first_does(catalog: Site) -> None:
    site = catalog
    a, b, c = await filled(site, 3)
    await use(site, consumer(), a, b)
    for number in range(25):
        await picture(site, a, f"{number:02}", place=number)
    await picture(site, c, "red", "GALLERY")
    assert await counts(site) == {a: 26, b: 1, c: 1}
    first = (await read(site, OF_MEDIA))["media"]["nodes"][0]["usages"]["nodes"]
    assert [one["consumer"]["entityId"] for one in first[:25]] == [f"{number:02}" for number in range(25)]
    assert len({one["id"] for one in first}) == 26
    assert ([one["createdAt"] is None for one in first], first[25]["consumer"]["app"]) == ([True] * 25 + [False], "shop")
    (red,) = await used(site, consumer("red", "catalog", "product"))
    assert (red["field"], red["position"], red["crop"], red["media"]["id"]) == ("GALLERY", None, None, c)
    pages, after = list[str](), None
    query = "query($after: String) { media(first: 1, orderBy: [{field: CREATED_AT}]) { nodes { usages(first: 9, after: $after) {"
    for _ in range(3):
        found = await read(site, f"{query} nodes {{ id }} pageInfo {{ endCursor }} }} }} }} }}", {"after": after})
        ((page,),) = ([one["usages"] for one in found["media"]["nodes"]],)
        pages, after = [*pages, *(one["id"] for one in page["nodes"])], page["pageInfo"]["endCursor"]
    assert pages == [one["id"] for one in first]
    found = await read(site, FOUND, {"f": {"usage": {"app": {"eq": "catalog", "caseSensitive": True}}}})
    assert [one["id"] for one in found["media"]["nodes"]] == [a, c]
    for narrowed in (None, {"kind": {"eq": "OTHER"}}):
        (_, facet) = (await read(site, FACET, {"f": narrowed}))["media"]["facets"]
        assert {one["value"]: one["count"] for one in facet["buckets"]} == {"catalog": 2, "shop": 2}
    assert (await use(site, consumer()))["detached"] == 2
    assert await counts(site) == {a: 25, b: 0, c: 1}


async def test_a_second_provider_holds_media_back(catalog: Site) -> None:
    site = catalog
    a, b, c = await filled(site, 3)
    await use(site, consumer(), a, b)
    await picture(site, a, "red")
    (error,) = (await bulk(site, "purgeMedia", [a], fields=HELD))["results"][0]["userErrors"]
    assert (error["usageCount"], [one["consumer"]["app"] for one in error["usages"]]) == (2, ["catalog", "shop"])
    done = await in_use(site, "trashMedia", a, "DETACH")
    if all(one.detach for one in site.server.database.providers):
        assert done == (True, [])
        assert await counts(site) == {a: 0, b: 1, c: 0}
    else:
        assert done == (False, [REFUSED])  # by the one that stays
        assert await counts(site) == {a: 2, b: 1, c: 0}
    assert await in_use(site, "purgeMedia", a, "FORCE") == (True, [])
    assert await counts(site) == {b: 1, c: 0}


async def test_the_count_is_the_truth_after_random_usages(catalog: Site) -> None:
    site = catalog
    chance, ids = Random(7), await filled(site, 6)
    truth: dict[str, dict[tuple[str, str], int]] = {}
    for number in range(40):
        who = consumer(str(chance.randrange(4)), chance.choice(["shop", "blog"]))
        items = {(chance.choice("ab"), chance.choice(ids)): chance.randrange(9) for _ in range(chance.randrange(6))}
        given = [{"media": key, "field": field, "position": place} for (field, key), place in items.items()]
        dry = chance.random() < 0.3
        before = {} if dry else truth.get(str(who), {})
        done = await use(site, who, *given, dryRun=dry)
        assert dry or (done["attached"], done["detached"]) == (
            len(items.keys() - before.keys()),
            len(before.keys() - items.keys()),
        )
        truth |= {} if dry else {str(who): items}
        if number % 8 == 0:
            key = chance.choice(ids)
            await picture(site, key, str(number))
            truth[f"picture {number}"] = {("MAIN", key): 0}
            expected = {one: sum(key == one for items in truth.values() for _, key in items) for one in ids}
            assert await counts(site) == expected


def test_a_provider_must_tell_enough() -> None:
    with pytest.raises(ValueError, match="selects no entity_type, entity_id, field, position"):
        Provider("poor", select(pictures.c.library_id, pictures.c.media_id, literal("x").label("app")))


async def test_who_tells_is_each_databases_own(site: Site) -> None:
    """Two servers in one process read the same list by other statements."""
    (media,) = await filled(site, 1)
    more = SqlDatabase(site.server.settings.database, [Keeping(name="catalog", provider=telling())])
    load = Load(ask=Ask(relation="media.usages", counted=True), keys=(domain.key_of("Media", media),))
    async with more.reading(site.server.principal) as reader:
        with pytest.raises((Unavailable, ProgrammingError), match="shop_picture|does not answer"):
            await reader.count(load)
    async with site.server.database.reading(site.server.principal) as reader:
        assert await reader.count(load) == {}
    assert await counts(site) == {media: 0}
    await more.close()
