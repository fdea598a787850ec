"""The catalog: products and their media, one main image of each, held in one library and planned as the core is."""

import asyncio
from typing import Any

import orjson
import pytest
from mediagraph_catalog import CATALOG
from mediagraph_catalog.domain.product import create_product
from mediagraph_catalog.persistence.product import detach_all
from mediagraph_catalog.persistence.tables import product_media_table
from sqlalchemy import func, insert, select

import domain
from domain.changes import now
from domain.errors import Invalid
from graphql_api import schema_check
from graphql_api.core import core_of
from graphql_api.schema import schema_with
from tests.conftest import Site
from tests.examples.selling import NO_PRODUCT, attach, detach, places, product, reorder, set_main
from tests.graphql_api.asking import HELD, NOWHERE, bulk, consumer, fault, filled, use, wrote
from tests.graphql_api.planning.test_every_field import queries
from tests.graphql_api.planning.ways import Ways
from tests.persistence.builders import add_media

JOINED = core_of(schema_with((CATALOG,)))
ALL = """{ products(first: 20) { totalCount nodes { id sku name createdAt mainImage { media { id } }
  media(first: 20) { totalCount nodes { id usage displayOrder variantId createdAt media { id } product { sku } } } } }
  media(first: 20, trash: INCLUDE) { nodes { id usageCount productMedia { nodes { id product { sku } } }
    usages { nodes { id field position consumer { app entityType entityId label } } } } } }"""


async def read(site: Site, query: str = ALL, **variables: Any) -> dict[str, Any]:
    """What both ways of answering say."""
    return orjson.loads(await Ways(site.server).both(query, variables))["data"]


async def test_media_are_attached_moved_and_detached(shop: Site) -> None:
    a, b, c = await filled(shop, 3)
    cup = await product(shop)
    assert places(await attach(shop, cup, a, b)) == [(a, "GALLERY", 0), (b, "GALLERY", 1)]
    assert places(await attach(shop, cup, c, b, a)) == [(a, "GALLERY", 0), (c, "GALLERY", 0), (b, "GALLERY", 1)]
    assert places(await reorder(shop, cup, c, b)) == [(c, "GALLERY", 0), (b, "GALLERY", 1), (a, "GALLERY", 2)]
    assert places(await attach(shop, cup, a, usage="SWATCH", displayOrder=9, variantId="red"))[-1] == (a, "SWATCH", 9)
    assert len(places(await attach(shop, cup, a, usage="SWATCH", variantId="blue"))) == 5
    gone = await detach(shop, cup, a, usage="GALLERY")
    assert (gone["detached"], [one[:2] for one in places(gone)]) == (
        1,
        [(c, "GALLERY"), (a, "SWATCH"), (b, "GALLERY"), (a, "SWATCH")],
    )
    gone = await detach(shop, cup, a, NOWHERE)
    assert (gone["detached"], places(gone)) == (2, [(c, "GALLERY", 0), (b, "GALLERY", 1)])
    found = await read(shop, "query($id: ID!) { product(id: $id) { media(usage: SWATCH) { totalCount nodes { id } } } }", id=cup)
    assert found["product"]["media"] == {"totalCount": 0, "nodes": []}


async def test_a_product_has_one_main_image(shop: Site) -> None:
    a, b = await filled(shop, 2)
    cup = await product(shop)
    await attach(shop, cup, a)
    assert places(await set_main(shop, cup, a)) == [(a, "GALLERY", 0), (a, "MAIN_IMAGE", 0)]
    again = await set_main(shop, cup, a)
    assert again["product"]["mainImage"] == {"usage": "MAIN_IMAGE", "media": {"id": a}}
    assert places(await set_main(shop, cup, b)) == [(a, "GALLERY", 0), (b, "MAIN_IMAGE", 0)]
    assert fault(await attach(shop, cup, a, usage="MAIN_IMAGE")) == ("InputError", "CONFLICT", ["input", "usage"])
    other = await product(shop, "CUP-2")
    assert fault(await attach(shop, other, a, b, usage="MAIN_IMAGE"))[1] == "CONFLICT"
    assert places(await attach(shop, other, b, usage="MAIN_IMAGE")) == [(b, "MAIN_IMAGE", 0)]
    assert len((await read(shop))["products"]["nodes"]) == 2


def link(site: Site, product: str, media: str, **more: Any) -> dict[str, Any]:
    """A row as nothing but the database would look at it."""
    keys = {"product_id": domain.key_of("Product", product), "media_id": domain.key_of("Media", media)}
    return {"id": domain.new_id(), "library_id": site.server.principal.library_id, "created_at": now(), **keys, **more}


async def put(site: Site, row: dict[str, Any]) -> None:
    async with site.server.database.transaction() as connection:
        await connection.execute(insert(product_media_table).values(row))


async def test_the_database_itself_refuses_what_breaks_a_rule(shop: Site) -> None:
    a, b = await filled(shop, 2)
    cup = await product(shop)
    other = domain.Principal(library=await shop.server.database.library("other"))
    async with shop.server.database.writing(other) as work:
        theirs = domain.global_id(b"Media", (await add_media(work, 1)).id)
        their_cup = domain.global_id(b"Product", (await create_product(work.of("catalog"), "CUP-1", "Cup")).id)
    await put(shop, link(shop, cup, a, usage="MAIN_IMAGE"))
    await put(shop, link(shop, cup, a))
    await put(shop, link(shop, cup, a, variant_id="red"))
    for row in (
        link(shop, cup, b, usage="MAIN_IMAGE"),  # a second main image
        link(shop, cup, a),  # the same place
        link(shop, cup, a, variant_id="red"),
        link(shop, cup, b, display_order=-1),
        link(shop, cup, theirs),
        link(shop, their_cup, b),
        link(shop, cup, theirs, library_id=other.library_id),
        link(shop, their_cup, b, library_id=other.library_id),
        link(shop, NO_PRODUCT, b),
        link(shop, cup, NOWHERE),
    ):
        with pytest.raises(Invalid):
            await put(shop, row)
    async with shop.server.database.reader.connect() as connection:
        assert (await connection.execute(select(func.count()).select_from(product_media_table))).scalar() == 3


async def test_a_product_and_a_media_of_two_libraries_are_never_joined(shop: Site) -> None:
    (ours,) = await filled(shop, 1)
    cup = await product(shop)
    link = (await attach(shop, cup, ours))["product"]["media"]["nodes"][0]["id"]
    stranger = domain.Principal(library=await shop.server.database.library("other"))
    found = orjson.loads(await Ways(shop.server).both(ALL, {}, stranger))["data"]
    assert found == {"products": {"totalCount": 0, "nodes": []}, "media": {"nodes": []}}
    query = "query($id: ID!) { product(id: $id) { name } node(id: $id) { id } }"
    assert orjson.loads(await Ways(shop.server).both(query, {"id": cup}, stranger))["data"] == {"product": None, "node": None}
    async with shop.server.database.writing(stranger) as work:
        products = work.of("catalog")
        assert await products.find([domain.key_of("Product", cup)]) == {}
        assert await products.media_of(domain.key_of("Product", cup)) == []
        assert await work.usages.holding([domain.key_of("Media", ours)], lasting=False) == {}
        await work.usages.detach([domain.key_of("Media", ours)])
        await detach_all(products.connection, stranger.library_id, [domain.key_of("Media", ours)])
        await products.delete([domain.key_of("Product", cup)])
        await products.move({domain.key_of("ProductMedia", link): 9})
    (kept,) = (await read(shop))["products"]["nodes"]
    assert [(one["id"], one["displayOrder"]) for one in kept["media"]["nodes"]] == [(link, 0)]


BAD: list[tuple[str, dict[str, Any], tuple[str, str, list[str]]]] = [
    ("createProduct", {"sku": " x", "name": "n"}, ("InputError", "INVALID", ["input", "sku"])),
    ("createProduct", {"sku": "x" * 101, "name": "n"}, ("InputError", "INVALID", ["input", "sku"])),
    ("createProduct", {"sku": "x\x00", "name": "n"}, ("InputError", "INVALID", ["input", "sku"])),
    ("createProduct", {"sku": "x", "name": " "}, ("InputError", "INVALID", ["input", "name"])),
    ("createProduct", {"sku": "CUP-1", "name": "n"}, ("InputError", "CONFLICT", ["input", "sku"])),
    ("attachProductMedia", {"product": NO_PRODUCT, "media": []}, ("NotFoundError", "NOT_FOUND", ["input", "product"])),
    ("attachProductMedia", {"media": [NOWHERE]}, ("NotFoundError", "NOT_FOUND", ["input", "media"])),
    ("attachProductMedia", {"media": [NO_PRODUCT]}, ("NotFoundError", "NOT_FOUND", ["input", "media"])),
    ("attachProductMedia", {"media": [], "displayOrder": -1}, ("InputError", "INVALID", ["input", "displayOrder"])),
    ("attachProductMedia", {"media": [], "displayOrder": 2**31 - 1}, ("InputError", "INVALID", ["input", "displayOrder"])),
    ("attachProductMedia", {"media": [], "variantId": ""}, ("InputError", "INVALID", ["input", "variantId"])),
    ("attachProductMedia", {"media": [NOWHERE] * 1001}, ("LimitError", "LIMIT_EXCEEDED", ["input", "media"])),
    ("reorderProductMedia", {"media": [NOWHERE]}, ("InputError", "INVALID", ["input", "media", "0"])),
    ("setMainImage", {"media": NOWHERE}, ("NotFoundError", "NOT_FOUND", ["input", "media"])),
    ("detachProductMedia", {"product": "x", "media": []}, ("NotFoundError", "NOT_FOUND", ["input", "product"])),
]


async def test_what_breaks_a_rule_changes_nothing(shop: Site) -> None:
    (a,) = await filled(shop, 1)
    cup = await product(shop)
    await attach(shop, cup, a)
    before = await read(shop)
    for name, given, expected in BAD:
        own = {} if name == "createProduct" else {"product": cup}
        done = await wrote(shop, name, "product { id }", {**own, **given})
        assert fault(done) == expected, (name, given)
    assert fault(await wrote(shop, "deleteProduct", "deletedId", {"product": NO_PRODUCT}))[1] == "NOT_FOUND"
    assert await read(shop) == before


async def test_a_change_that_is_asked_for_again_is_made_once(shop: Site) -> None:
    again = [await wrote(shop, "createProduct", "product { id }", {"sku": "a", "name": "a", "idempotencyKey": "1"}) for _ in "ab"]
    assert again[0] == again[1]
    assert (await read(shop))["products"]["totalCount"] == 1


async def test_a_product_that_goes_leaves_its_media(shop: Site) -> None:
    a, b = await filled(shop, 2)
    cup = await product(shop)
    await attach(shop, cup, a, b)
    done = await wrote(shop, "deleteProduct", "deletedId", {"product": cup})
    assert done == {"deletedId": cup, "userErrors": []}
    assert {one["id"]: one["usageCount"] for one in (await read(shop))["media"]["nodes"]} == {a: 0, b: 0}
    changes = await shop.ask("{ changes(first: 100) { nodes { action nodeId changedFields } } }")
    told = [(one["action"], one["nodeId"]) for one in changes["changes"]["nodes"] if one["changedFields"] == ["usages"]]
    assert sorted(told) == sorted((action, key) for action in ("ATTACHED", "DETACHED") for key in (a, b))


async def test_products_are_usages_as_those_of_others_are(shop: Site) -> None:
    a, b, c = await filled(shop, 3)
    cup = await product(shop, name="Blue cup")
    await attach(shop, cup, a, b)
    await set_main(shop, cup, a)
    await use(shop, consumer(), a, c)
    found = {one["id"]: one for one in (await read(shop))["media"]["nodes"]}
    assert {key: one["usageCount"] for key, one in found.items()} == {a: 3, b: 1, c: 1}
    told = [(one["consumer"]["entityId"], one["field"], one["consumer"]["label"]) for one in found[a]["usages"]["nodes"]]
    assert sorted(told[:2]) == [("CUP-1", "GALLERY", "Blue cup"), ("CUP-1", "MAIN_IMAGE", "Blue cup")]
    query = (
        """query($f: MediaFilter) { media(filter: $f) { nodes { id } facets(keys: [USED_BY]) { buckets { value count } } } }"""
    )
    main = {"usage": {"app": {"eq": "catalog"}, "field": {"eq": "MAIN_IMAGE"}}}
    assert (await read(shop, query, f=main))["media"]["nodes"] == [{"id": a}]
    (facet,) = (await read(shop, query, f=None))["media"]["facets"]
    assert {one["value"]: one["count"] for one in facet["buckets"]} == {"catalog": 2, "shop": 2}


async def test_used_media_are_held_back_within_the_transaction_that_deletes(shop: Site) -> None:
    a, b, c = await filled(shop, 3)
    cup = await product(shop)
    await attach(shop, cup, a, b, c)
    for name in ("trashMedia", "purgeMedia"):
        (error,) = (await bulk(shop, name, [a], fields=HELD))["results"][0]["userErrors"]
        assert (error["__typename"], error["usageCount"], error["usages"][0]["consumer"]) == (
            "MediaInUseError",
            1,
            {"app": "catalog"},
        )
    assert (await bulk(shop, "trashMedia", [a], fields=HELD, inUse="DETACH"))["changed"] == 1
    assert (await bulk(shop, "purgeMedia", [b], fields=HELD, inUse="FORCE"))["changed"] == 1
    left = (await read(shop))["products"]["nodes"][0]["media"]["nodes"]
    assert [one["media"]["id"] for one in left] == [c]
    races = [attach(shop, cup, a) for _ in range(4)] + [bulk(shop, "purgeMedia", [a], fields=HELD) for _ in range(4)]
    answers = await asyncio.gather(*races)
    attached = any(not one["userErrors"] for one in answers[:4])
    purged = any(one["changed"] for one in answers[4:])
    assert attached is not purged


async def test_every_field_of_the_catalog_is_planned(shop: Site) -> None:
    ids = await filled(shop, 4)
    for number in range(3):
        made = await product(shop, f"tag-{number}")
        await attach(shop, made, *ids[number:], variantId="x" if number else None)
        shown = (await set_main(shop, made, ids[0]))["product"]["media"]["nodes"][0]["id"]
    known, ways = queries(), Ways(shop.server)
    asked = {name: query for name, query in queries(JOINED).items() if name not in known}
    for query in asked.values():
        real = query.replace("{ product {", '{ product(sku: "tag-1") {', 1) if query.startswith("{ product {") else query
        planned, stock = await ways.answers(real.replace(NOWHERE, shown))
        assert planned.body == stock.body, query
        assert (planned.path, stock.errors) == ("plan", 0), (query, stock.body)
    assert {"Product.media", "ProductMedia.product", "Image.productMedia", "Query.products"} <= asked.keys()
    assert len(asked) == 33


async def test_a_page_of_products_takes_as_many_statements_for_many(shop: Site) -> None:
    ids, ways, counted = await filled(shop, 4), Ways(shop.server), []
    for size in (1, 12):
        for number in range(size):
            made = await product(shop, f"{size}-{number}")
            await attach(shop, made, *ids)
            await set_main(shop, made, ids[number % 4])
        counted.append(await ways.counted(ALL))
    assert counted[0] == counted[1] == 13


async def test_nodes_of_the_catalog_are_found_by_their_ids(shop: Site) -> None:
    (a,) = await filled(shop, 1)
    cup = await product(shop)
    link_id = (await attach(shop, cup, a))["product"]["media"]["nodes"][0]["id"]
    query = """query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Product { sku } ... on ProductMedia { usage } } }"""
    assert (await read(shop, query, ids=[link_id, cup, NO_PRODUCT, a]))["nodes"] == [
        {"__typename": "ProductMedia", "id": link_id, "usage": "GALLERY"}, {"__typename": "Product", "id": cup, "sku": "CUP-1"},
        None, {"__typename": "OtherMedia", "id": a},
    ]  # fmt: skip


async def test_products_are_read_in_pages(shop: Site) -> None:
    for number in range(5):
        await product(shop, f"{number}", f"Cup {number % 2}")
    seen, after = list[str](), None
    query = "query($after: String) { products(first: 2, after: $after) { nodes { sku } pageInfo { hasNextPage endCursor } } }"
    for _ in range(3):
        page = (await read(shop, query, after=after))["products"]
        seen, after = [*seen, *(one["sku"] for one in page["nodes"])], page["pageInfo"]["endCursor"]
    assert (sorted(seen), page["pageInfo"]["hasNextPage"]) == (["0", "1", "2", "3", "4"], False)


def test_the_schema_with_the_catalog_is_in_the_form_of_the_core() -> None:
    assert [one for one in schema_check.problems(JOINED) if one not in schema_check.KNOWN] == []
    values = JOINED.type_map["ProductUsage"].values
    assert {name: one.description for name, one in values.items()}["THUMBNAIL"] == "Shown where it is small."
