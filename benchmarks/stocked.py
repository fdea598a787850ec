"""A small library for generated documents: one media of each kind and what lies around, filled up when it was emptied."""

from dataclasses import dataclass, field

from benchmarks.documents import PLACE
from tests import media
from tests.conftest import Site
from tests.graphql_api.asking import NOWHERE, bulk, collection, wrote

FOUND = """{ media(first: 6, trash: INCLUDE) { nodes { id sha256 } edges { cursor } }
  tags(first: 6) { nodes { id slug name } edges { cursor } } collections(first: 6) { nodes { id slug } edges { cursor } } }"""
LEAST = 5


@dataclass
class Stock:
    """What the places in documents stand for, just now."""

    site: Site
    values: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def put(self, document: str) -> str:
        """The document with values of the library in its places."""
        return PLACE.sub(lambda found: self.value(found[1], int(found[2])), document)

    def value(self, kind: str, at: int) -> str:
        held = self.values.get(kind) or [NOWHERE]
        return held[at % len(held)]

    async def look(self) -> None:
        """Notes what the library holds, filled up first where it holds too little."""
        found = await self.site.ask(FOUND)
        if min(len(found[kind]["nodes"]) for kind in found) < LEAST:
            await self.fill()
            found = await self.site.ask(FOUND)
        lists = {kind: found[kind] for kind in ("media", "tags", "collections")}
        self.values = {
            "media": [one["id"] for one in found["media"]["nodes"]], "tag": [one["id"] for one in found["tags"]["nodes"]],
            "collection": [one["id"] for one in found["collections"]["nodes"]],
            "slug": [one["slug"] for kind in ("tags", "collections") for one in found[kind]["nodes"]],
            "sha": [one["sha256"] for one in found["media"]["nodes"] if one["sha256"]],
            "cursor": [edge["cursor"] for held in lists.values() for edge in held["edges"]][::4],
            "word": [one["name"] for one in found["tags"]["nodes"]], "nowhere": [NOWHERE],
        }  # fmt: skip

    async def fill(self) -> None:
        """One media of each kind that decodes and one that does not, in nested collections and with tags."""
        made = [await self.site.upload(make(), media.NAMES[kind]) for kind, make in media.EACH_KIND.items()]
        made.append(await self.site.upload(media.truncated_photo(), "half.jpg"))
        ids = [payload["media"]["id"] for payload in made]
        await bulk(self.site, "restoreMedia", ids)
        await bulk(self.site, "tagMedia", ids, tagNames=[f"word {at}" for at in range(LEAST)])
        outer = (await wrote(self.site, "createCollection", "collection { id }", {"name": "Outer", "mediaIds": ids}))[
            "collection"
        ]
        for at in range(LEAST if outer else 0):
            await collection(self.site, f"Inner {at}", ids, parent=outer["id"])
