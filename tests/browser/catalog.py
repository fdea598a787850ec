"""The pictures of docs/catalog.md: GraphiQL of a server that the catalog has joined, with a product of the demo's pictures."""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2

from graphql_api import graphiql_assets
from tests.browser.screenshot import kept
from tests.browser.visiting import SIZE, browsing, chromium, visit
from tests.graphql_api.served import HERE, run, serving

CATALOG = HERE / "examples" / "catalog"
PICTURES = "{ media(first: 3, filter: { kind: { eq: IMAGE } }, orderBy: [{ field: TITLE }]) { nodes { id } } }"
CREATE = 'mutation { createProduct(input: { sku: "CAL-25", name: "Calendar" }) { product { id } } }'
ATTACH = """mutation ($product: ID!, $media: [ID!]!, $main: ID!) {
  attachProductMedia(input: { product: $product, media: $media }) { userErrors { message } }
  setMainImage(input: { product: $product, media: $main }) { userErrors { message } }
}"""
PRODUCT = """query Calendar {
  product(sku: "CAL-25") {
    name
    mainImage { media { title } }
    media(usage: GALLERY) {
      totalCount
      nodes {
        displayOrder
        media { title usageCount }
      }
    }
  }
}
"""
IN_USE = """mutation DeleteUsed {
  trashMedia(input: { selection: { matching: { filter: {
    title: { eq: "Bamboo grove of Arashiyama" }
  } } } }) {
    changed
    results(first: 5) {
      userErrors {
        message
        ... on MediaInUseError {
          usages(first: 5) {
            field
            consumer { app entityId label }
          }
        }
      }
    }
  }
}
"""
SHOWN = {"catalog.png": PRODUCT, "catalog-in-use.png": IN_USE}
"""By the names of the pictures what is asked in them."""


def filled(client: httpx2.Client) -> None:
    """A product with three pictures, one of which stands for it."""

    def ask(query: str, **variables: Any) -> dict[str, Any]:
        answer = client.post("/graphql", json={"query": query, "variables": variables}).json()
        assert "errors" not in answer, answer
        return answer["data"]

    pictures = [one["id"] for one in ask(PICTURES)["media"]["nodes"]]
    product = ask(CREATE)["createProduct"]["product"]["id"]
    ask(ATTACH, product=product, media=pictures, main=pictures[1])


async def taken(site: str, query: str) -> bytes:
    """A PNG of GraphiQL with a question run."""
    async with browsing() as browser:
        context = await browser.new_context(viewport=SIZE, color_scheme="light", reduced_motion="reduce")
        visitor = await visit(context, site)
        await visitor.opens(f"/graphql?query={quote(query)}")
        await visitor.runs()
        await visitor.page.mouse.move(640, 790)
        await visitor.page.wait_for_timeout(500)
        return await visitor.page.screenshot()


def installed(folder: Path) -> str:
    """A path on which the catalog is installed."""
    made = folder / "site" / "mediagraph_catalog-0.1.0.dist-info"
    made.mkdir(parents=True)
    (made / "METADATA").write_text("Metadata-Version: 2.1\nName: mediagraph-catalog\nVersion: 0.1.0\n", "utf-8")
    (made / "entry_points.txt").write_text("[mediagraph.extensions]\ncatalog = mediagraph_catalog:CATALOG\n", "utf-8")
    return f"{HERE}:{CATALOG}:{made.parent}"


def main() -> None:
    if not chromium() or not graphiql_assets.are_here():
        raise SystemExit("This needs Chromium and GraphiQL's files: make graphiql.")
    with tempfile.TemporaryDirectory() as folder:
        path = installed(Path(folder))
        run(Path(folder) / "data", "demo", "--only-make", PYTHONPATH=path).check_returncode()
        with serving(Path(folder) / "data", PYTHONPATH=path) as (_, client):
            filled(client)
            for name, query in SHOWN.items():
                kept(asyncio.run(taken(str(client.base_url).rstrip("/"), query)), HERE / "docs" / name)
                sys.stdout.write(f"docs/{name}\n")


if __name__ == "__main__":
    main()
