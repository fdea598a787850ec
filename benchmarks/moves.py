"""Many clients move media about in one collection at once: `python -m benchmarks.moves --clients 16 --moves 1000`.

Afterwards the collection has its members and no others, in one order, and no more rows were written than were moved, but for
those that were given new places because ranks had become long.
"""

import asyncio
import logging
import sys
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

import structlog
from cyclopts import App
from rich.console import Console
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.databases import POSTGRES, Kind, small
from benchmarks.filling import bar
from benchmarks.viewing import Shelf
from graphql_api.bootstrap import Server

MEMBERS, AT_ONCE = 200, 100
HOT = 0.1
"""How many moves go right behind one and the same media, where ranks grow the fastest."""
CREATE = 'mutation { createCollection(input: { name: "Moved about" }) { collection { id } } }'
ADD = """mutation($id: ID!, $ids: [ID!]!) { addToCollection(input: { collection: $id, selection: { ids: $ids } }) {
  changed userErrors { message } } }"""
MOVE = "mutation($input: MoveInCollectionInput!) { moveInCollection(input: $input) { changed userErrors { message } } }"
PAGE = """query($id: ID!, $after: String) { collection(id: $id) { media(first: 100, after: $after) {
  edges { position node { id } } pageInfo { hasNextPage endCursor } } } }"""
NOTED = {
    "sqlite": [
        "CREATE TABLE written (media_id BLOB)",
        "CREATE TRIGGER noted_in AFTER INSERT ON collection_item BEGIN INSERT INTO written VALUES (NEW.media_id); END",
        "CREATE TRIGGER noted_on AFTER UPDATE ON collection_item BEGIN INSERT INTO written VALUES (NEW.media_id); END",
    ],
    "postgresql": [
        "CREATE TABLE written (media_id uuid)",
        """CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN INSERT INTO written VALUES (NEW.media_id); RETURN NULL; END $$""",
        "CREATE TRIGGER noted AFTER INSERT OR UPDATE ON collection_item FOR EACH ROW EXECUTE FUNCTION noted()",
    ],
}
"""The database itself notes which rows are written."""
app = App(help="Move media about in one collection.")
Order = list[tuple[str, str]]


@dataclass
class Mover:
    """Moves the members of one collection, and counts what it asked for."""

    shelf: Shelf
    collection: str
    members: list[str]
    moved: int = 0
    faults: list[Any] = field(default_factory=list[Any])

    async def moves(self, seed: int, count: int, told: Any = lambda: None) -> None:
        """So many moves of one client."""
        chance = Random(seed)
        for _ in range(count):
            await self.move(*self.drawn(chance))
            told()

    def drawn(self, chance: Random) -> tuple[list[str], dict[str, Any]]:
        """Some members in some order, and where to put them."""
        ids = chance.sample(self.members, chance.choice((1, 1, 1, 2, 5, 20)))
        others = [one for one in self.members if one not in ids]
        if chance.random() < HOT:
            return ids, {"after": others[0]}
        return ids, chance.choice(
            [{"first": True}, {"last": True}, *({way: chance.choice(others)} for way in ("before", "after"))]
        )

    async def move(self, ids: list[str], to: dict[str, Any]) -> None:
        found = await self.shelf.asked(MOVE, {"input": {"collection": self.collection, "mediaIds": ids, "to": to}})
        payload = found["moveInCollection"]
        if payload["userErrors"] or payload["changed"] > len(ids):
            self.faults.append(payload)
        self.moved += len(ids)

    async def order(self) -> Order:
        """Positions and ids, as clients see them."""
        found, after = Order(), None
        while True:
            page = (await self.shelf.asked(PAGE, {"id": self.collection, "after": after}))["collection"]["media"]
            found += [(edge["position"], edge["node"]["id"]) for edge in page["edges"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                return found

    async def wrong(self) -> list[Any]:
        """What there should not be: refusals, a member lost, twice or new, positions that are equal or out of order."""
        order = await self.order()
        positions = [position for position, _ in order]
        ids = [key for _, key in order]
        return [
            *self.faults, *(set(ids) ^ set(self.members)), *([len(ids)] if len(ids) != len(self.members) else []),
            *([positions] if positions != sorted(set(positions)) else []),
        ]  # fmt: skip


def moved_by_hand(order: list[str], ids: list[str], to: dict[str, Any]) -> list[str]:
    """The order after a move, as a list has it."""
    rest = [one for one in order if one not in ids]
    if to.get("first"):
        return [*ids, *rest]
    at = len(rest) if to.get("last") else rest.index(to.get("before") or to["after"]) + ("after" in to)
    return [*rest[:at], *ids, *rest[at:]]


async def mover(server: Server, members: int) -> Mover:
    """A new collection of so many media, of which the database notes each row that is written."""
    shelf = Shelf(server)
    ids: list[str] = []
    after = None
    while len(ids) < members:
        query = "query($after: String) { media(first: 100, after: $after) { nodes { id } pageInfo { endCursor } } }"
        page = (await shelf.asked(query, {"after": after}))["media"]
        ids, after = ids + [one["id"] for one in page["nodes"]], page["pageInfo"]["endCursor"]
    made = await shelf.asked(CREATE, {})
    found = Mover(shelf, made["createCollection"]["collection"]["id"], ids[:members])
    for start in range(0, members, AT_ONCE):
        await shelf.asked(ADD, {"id": found.collection, "ids": found.members[start : start + AT_ONCE]})
    async with server.database.writer.begin() as connection:
        for sql in NOTED[connection.dialect.name]:
            await connection.execute(text(sql))
    return found


async def written(server: Server) -> int:
    """How many rows of collections were written since."""
    async with server.database.reader.connect() as connection:
        return await count(connection)


async def count(connection: AsyncConnection) -> int:
    return (await connection.execute(text("SELECT count(*) FROM written"))).scalar_one()


async def run(database: Kind, clients: int, moves: int, members: int, url: str) -> bool:
    """Tells what came of it; whether all was as it must be."""
    async with small(database, max(members, 1_000), url, "moves") as server:
        made = await mover(server, members)
        with bar() as progress:
            task = progress.add_task(f"moves on {database}", total=clients * moves)
            each = partial(progress.advance, task)
            await asyncio.gather(*(made.moves(seed, moves, each) for seed in range(clients)))
        wrong, rows = await made.wrong(), await written(server)
        longest = max(len(position) for position, _ in await made.order())
    told = f"{database}: {clients} clients x {moves:,} moves, of {made.moved:,} media in all, among {members};"
    Console().print(f"{told} {rows:,} rows written, the longest rank has {longest} characters, {len(wrong)} faults {wrong[:3]}")
    return not wrong


@app.default
def main(*, clients: int = 16, moves: int = 1_000, members: int = MEMBERS, database: list[Kind] | None = None,
         postgres: str = POSTGRES) -> None:  # fmt: skip
    """Move media about."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    right = [asyncio.run(run(one, clients, moves, members, postgres)) for one in database or ["sqlite", "postgresql"]]
    sys.exit(not all(right))


if __name__ == "__main__":
    app()
