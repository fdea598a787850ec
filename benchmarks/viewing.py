"""The library views that are measured: what each asks, with which values, and how many rows it must show."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from graphql import parse, validate
from sqlalchemy import Select, Table, func, select

from domain import Id, global_id
from graphql_api.bootstrap import Server
from graphql_api.context import Context
from graphql_api.core import core_of
from graphql_api.execution.operation import Answer, Request
from graphql_api.schema import schema
from persistence.tables import collection_table, media_metadata_table, media_table, media_tag_table, tag_table

FOLDER = Path(__file__).parent / "views"
CARD = (FOLDER / "card.graphql").read_text("utf-8")
BERLIN, LISBON = (52.52, 13.40), (38.72, -9.14)
DEEP, MIDDLE = 0.9, 0.5
BY_TIME = "orderBy: [{ field: TAKEN_AT, direction: DESC }]"
BY_TITLE = "orderBy: [{ field: TITLE, nulls: LAST }]"
Values = dict[str, Any]
Chosen = Callable[["Shelf"], Awaitable[list[Values]]]


class Shelf:
    """A library to ask, and what is in it to ask for."""

    def __init__(self, server: Server) -> None:
        self.server, self.library = server, server.principal.library_id

    async def answer(self, query: str, variables: Values) -> Answer:
        server = self.server
        context = Context(server.parts, server.principal, server.site, "view")
        return await server.executor.answer(Request(query, None, variables), context)

    async def asked(self, query: str, variables: Values) -> dict[str, Any]:
        found = orjson.loads((await self.answer(query, variables)).body)
        if "errors" in found:
            raise SystemExit(f"{found['errors']}\n{query}")
        return found["data"]

    async def all(self, found: Select[Any]) -> list[Any]:
        """The first column of what is selected."""
        async with self.server.database.reader.connect() as connection:
            return list((await connection.execute(found)).scalars())

    async def key(self, table: Table, number: int) -> Id:
        """The key of the tag or collection of that number: the first ones have most media."""
        named = select(table.c.id).where(table.c.library_id == self.library, table.c.name.like(f"% {table.name} {number}"))
        return (await self.all(named))[0]

    async def tags(self, *numbers: int) -> list[str]:
        return [global_id(b"Tag", await self.key(tag_table, number)) for number in numbers]

    async def moment(self, share: float) -> str:
        """The time behind which this share of the media was not yet taken."""
        media = media_table.c
        (count,) = await self.all(select(func.count()).where(media.library_id == self.library))
        times = select(media.taken_at).where(media.library_id == self.library).order_by(media.taken_at.desc())
        return (await self.all(times.limit(1).offset(int(count * share))))[0].isoformat()

    async def cursor(self, filter: str, order: str) -> str:  # noqa: A002
        """The cursor of the first media of a filter in an order."""
        query = f"{{ media(first: 1, filter: {filter}, {order}) {{ edges {{ cursor }} }} }}"
        return (await self.asked(query, {}))["media"]["edges"][0]["cursor"]


@dataclass(frozen=True)
class View:
    """A view by its name, which is that of its file.

    Attributes:
        values: makes the variables; requests take them in turn.
        path: where in the answer its rows are.
        rows: how many there must be in every answer.
    """

    name: str
    path: tuple[str, ...] = ("media", "nodes")
    rows: int = 50
    values: Chosen | None = None

    @property
    def query(self) -> str:
        text = (FOLDER / f"{self.name.replace(' ', '_')}.graphql").read_text("utf-8")
        return f"{text}\n{CARD}" if "...Card" in text else text

    def is_known(self) -> bool:
        """Whether this schema has all it asks for."""
        return not validate(core_of(schema), parse(self.query))

    def shown(self, data: Any) -> int:
        """How many rows an answer has."""
        for step in self.path:
            data = data[step]
        return len(data)

    async def variables(self, shelf: Shelf) -> list[Values]:
        return await self.values(shelf) if self.values else [{}]


def each(**values: list[Any]) -> Chosen:
    """Values that every library has."""

    async def chosen(_: Shelf) -> list[Values]:
        return [dict(zip(values, held, strict=True)) for held in zip(*values.values(), strict=True)]

    return chosen


async def inner_tags(shelf: Shelf) -> list[Values]:
    return [{"tags": await shelf.tags(number)} for number in (0, 5, 20)]


async def rare_tags(shelf: Shelf) -> list[Values]:
    """Tags that hardly any media has, but some do."""
    worn = media_tag_table.c
    count = func.count()
    found = select(worn.tag_id).where(worn.library_id == shelf.library).group_by(worn.tag_id).having(count.between(2, 100))
    keys = await shelf.all(found.order_by(count.desc(), worn.tag_id).limit(3))
    return [{"tags": [global_id(b"Tag", key)]} for key in keys]


async def usual_tags(shelf: Shelf) -> list[Values]:
    return [{"tags": await shelf.tags(number)} for number in (0, 3, 60)]


async def deep(shelf: Shelf) -> list[Values]:
    time = await shelf.moment(DEEP)
    return [{"after": await shelf.cursor(f'{{ takenAt: {{ lte: "{time}" }} }}', BY_TIME)}]


async def backward(shelf: Shelf) -> list[Values]:
    time = await shelf.moment(MIDDLE)
    return [{"before": await shelf.cursor(f'{{ takenAt: {{ lte: "{time}" }} }}', BY_TIME)}]


async def untitled(shelf: Shelf) -> list[Values]:
    """Among the titles, and among those without."""
    places = ('{ title: { startsWith: "river" } }', "{ title: { isNull: true } }")
    return [{"after": await shelf.cursor(place, BY_TITLE)} for place in places]


async def folders(shelf: Shelf) -> list[Values]:
    return [{"folder": folder} for folder in ("2019/07", "2021/12", "2016/02")]


async def years(_: Shelf) -> list[Values]:
    return [{"folder": "2018/"}, {"folder": "2020/03"}]


async def artists(shelf: Shelf) -> list[Values]:
    """Those of most recordings."""
    metadata = media_metadata_table.c
    found = select(metadata.artist).where(metadata.library_id == shelf.library, metadata.artist.is_not(None))
    most = found.group_by(metadata.artist).order_by(func.count().desc(), metadata.artist).limit(3)
    return [{"artist": artist} for artist in await shelf.all(most)]


async def collections(shelf: Shelf) -> list[Values]:
    return [{"id": global_id(b"Collection", await shelf.key(collection_table, number))} for number in (0, 1, 3)]


async def ruled(shelf: Shelf) -> list[Values]:
    """Those with rules."""
    collection = collection_table.c
    found = select(collection.id).where(collection.library_id == shelf.library, collection.rule.is_not(None))
    return [{"id": global_id(b"Collection", key)} for key in await shelf.all(found.order_by(collection.id))]


def around(place: tuple[float, float], wide: float) -> dict[str, float]:
    north, east = place
    return {"west": east - wide, "south": north - wide, "east": east + wide, "north": north + wide}


def near(place: tuple[float, float], metres: float) -> dict[str, float]:
    return {"latitude": place[0], "longitude": place[1], "radiusMeters": metres}


EDGES = ("media", "edges")
VIEWS = [
    View("grid by date"),
    View("grid by kind and tag tree", values=inner_tags),
    View("rare tag", rows=2, values=rare_tags),
    View("text search", EDGES, values=each(words=["river", "harbour", "winter garden", "island"])),
    View("search and filter", EDGES, 1, values=each(words=["river", "harbour", "mountain"])),
    View("suggestions", ("suggest",), 3, values=each(prefix=["r", "riv", "moun", "h"])),
    View("map box", values=each(box=[around(BERLIN, 0.15), around(LISBON, 0.15)])),
    View("near", rows=20, values=each(place=[near(BERLIN, 8_000), near(LISBON, 20_000)])),
    View("timeline", ("media", "timeline"), 12),
    View("facets", ("media", "facets"), 6),
    View("facets of a filter", values=usual_tags),
    View("aggregate", ("media", "aggregate"), 7, values=years),
    View("smart collection", ("collection", "media", "nodes"), 2, values=ruled),
    View("counts of smart collections", ("collections", "nodes"), 12),
    View("manual collection", ("collection", "media", "nodes"), values=collections),
    View("nested collections", ("collection", "media", "nodes"), values=collections),
    View("deep page", values=deep),
    View("backward page", values=backward),
    View("pages of tags", ("tags", "nodes")),
    View("counts", ("tags", "nodes"), 100),
    View("folder", values=folders),
    View("camera", values=each(camera=["Canon EOS R5", "Apple iPhone 14 Pro", "HASSELBLAD X1D II 50C"])),
    View("artist and album", rows=20, values=artists),
    View("random order", values=each(seed=[1, 2, 12_345])),
    View("titles", values=untitled),
    View("two orders"),
    View("trash"),
]
