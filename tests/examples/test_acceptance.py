"""Two faults that are not to come back: a core that knows its consumers, and a product with two main images."""

import ast
import asyncio

import pytest
from mediagraph_catalog import CATALOG
from mediagraph_catalog.persistence.tables import product_media_table
from sqlalchemy import select

import domain
from graphql_api.schema import schema, schema_with, text_of
from tests.conftest import Site
from tests.examples.selling import product, set_main
from tests.graphql_api.asking import filled
from tests.graphql_api.served import HERE
from tests.test_architecture import PACKAGES, sources


def test_20_the_core_sdl_is_the_same_byte_for_byte_with_the_consumer_absent() -> None:
    core = (HERE / "schema.graphql").read_text("utf-8")
    assert text_of(schema) == text_of(schema_with(())) == core
    assert "mainImage" in text_of(schema_with((CATALOG,)))
    assert text_of(schema) == core  # the types themselves stay what they were


@pytest.mark.parametrize("path", sources(*PACKAGES), ids=lambda path: str(path.relative_to(HERE)))
def test_20_the_core_imports_no_consumer(path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", None) or ""]
        assert not {"mediagraph_catalog", "examples"} & {one.partition(".")[0] for one in names}


async def test_23_thirty_two_at_once_set_one_main_image(shop: Site) -> None:
    ids = await filled(shop, 8)
    cup = await product(shop)
    answers = await asyncio.gather(*(set_main(shop, cup, ids[number % 8]) for number in range(32)))
    assert [one["userErrors"] for one in answers] == [[]] * 32
    async with shop.server.database.reader.connect() as connection:
        ((media, usage),) = (await connection.execute(select(product_media_table.c.media_id, product_media_table.c.usage))).all()
    assert usage == "MAIN_IMAGE"
    assert media in {domain.key_of("Media", one) for one in ids}
