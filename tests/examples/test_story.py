"""The story of docs/catalog.md, told word for word to a server that the catalog has joined."""

import re
from typing import Any

import orjson

from tests import media
from tests.conftest import Site
from tests.graphql_api.planning.ways import Ways
from tests.graphql_api.served import HERE

PAGE = (HERE / "docs/catalog.md").read_text("utf-8")
STEPS = list(
    zip(re.findall(r"```graphql\n(.*?)```", PAGE, re.DOTALL), re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL), strict=True)
)
TITLES = ("From the front", "From above", "In the hand")


async def test_the_story_of_the_catalog_is_true(shop: Site) -> None:
    pictures = [(await shop.uploaded(content, title=title))["id"] for content, title in zip(media.pngs(3), TITLES, strict=True)]
    known: dict[str, Any] = {"pictures": pictures, "picture": pictures[1]}
    for query, told in STEPS:
        wanted = {name: value for name, value in known.items() if f"${name}:" in query}
        answer = await shop.ask(query, **wanted)
        if "createProduct" in answer:
            known["product"] = answer["createProduct"]["product"]["id"]
        assert orjson.loads(orjson.dumps(answer).decode().replace(known["product"], "PRODUCT")) == orjson.loads(told), query
    assert len(STEPS) == 5


async def test_its_last_question_takes_as_many_statements_as_the_page_says(shop: Site) -> None:
    assert await Ways(shop.server).counted(STEPS[-1][0]) <= 6
    await test_the_story_of_the_catalog_is_true(shop)
    assert await Ways(shop.server).counted(STEPS[-1][0]) == 6
    assert "takes six statements" in PAGE
