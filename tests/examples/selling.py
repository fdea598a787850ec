"""What tests of the catalog ask."""

from typing import Any

import domain
from tests.conftest import Site
from tests.graphql_api.asking import wrote

PRODUCT = """product { id sku name mainImage { usage media { id } }
  media(first: 100) { totalCount nodes { id usage displayOrder variantId media { id } } } }"""
NO_PRODUCT = domain.global_id(b"Product", domain.new_id())
Place = tuple[str, str, int]


async def product(site: Site, sku: str = "CUP-1", name: str = "Cup") -> str:
    """The id of a new product."""
    payload = await wrote(site, "createProduct", "product { id }", {"sku": sku, "name": name})
    assert payload["userErrors"] == []
    return payload["product"]["id"]


async def attach(site: Site, key: str, *media: str, **more: Any) -> dict[str, Any]:
    return await wrote(site, "attachProductMedia", PRODUCT, {"product": key, "media": [*media], **more})


async def detach(site: Site, key: str, *media: str, **more: Any) -> dict[str, Any]:
    return await wrote(site, "detachProductMedia", f"detached {PRODUCT}", {"product": key, "media": [*media], **more})


async def reorder(site: Site, key: str, *media: str, **more: Any) -> dict[str, Any]:
    return await wrote(site, "reorderProductMedia", PRODUCT, {"product": key, "media": [*media], **more})


async def set_main(site: Site, key: str, media: str) -> dict[str, Any]:
    return await wrote(site, "setMainImage", PRODUCT, {"product": key, "media": media})


def places(payload: dict[str, Any]) -> list[Place]:
    """What each media is to the product of a payload without errors, in order."""
    assert payload["userErrors"] == []
    nodes = payload["product"]["media"]["nodes"]
    assert len(nodes) == payload["product"]["media"]["totalCount"]
    return [(one["media"]["id"], one["usage"], one["displayOrder"]) for one in nodes]
