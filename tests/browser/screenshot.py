"""`make screenshot`: the README's picture of GraphiQL, taken of the demo, in docs/graphiql.png."""

import asyncio
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image

from graphql_api import graphiql_assets
from tests.browser.visiting import SIZE, browsing, chromium, visit
from tests.graphql_api.served import HERE, run, serving

PICTURE = HERE / "docs" / "graphiql.png"
SHOWN = "FromCollections"
COLOURS = 128


async def taken(site: str) -> bytes:
    """A PNG of GraphiQL with one example run, as a visitor sees it."""
    async with browsing() as browser:
        context = await browser.new_context(viewport=SIZE, color_scheme="light", reduced_motion="reduce")
        visitor = await visit(context, site)
        await visitor.opens()
        await visitor.tab(SHOWN)
        await visitor.runs()
        await visitor.page.mouse.move(640, 790)
        await visitor.page.wait_for_timeout(500)  # tooltips go, tabs settle
        return await visitor.page.screenshot()


def kept(png: bytes, at: Path = PICTURE) -> None:
    """The picture in few colours, which is a third of the size and looks the same."""
    with Image.open(BytesIO(png)) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(at, optimize=True)


def main() -> None:
    if not chromium() or not graphiql_assets.are_here():
        raise SystemExit("This needs Chromium and GraphiQL's files: make graphiql.")
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder) / "data", "demo", "--only-make").check_returncode()
        with serving(Path(folder) / "data") as (_, client):
            kept(asyncio.run(taken(str(client.base_url).rstrip("/"))))
    sys.stdout.write(f"{PICTURE.relative_to(HERE)}: {PICTURE.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
