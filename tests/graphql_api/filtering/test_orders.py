"""Orders: each is exact over values and gaps, forward and backward, page by page; chance has a seed."""

from itertools import product
from typing import Any

import orjson
import pytest

from domain.ids import global_id
from tests.graphql_api.filtering.conftest import Shelf

PAGE = """query($o: [MediaOrder!], $n: Int, $a: String, $l: Int, $b: String) {
  media(orderBy: $o, first: $n, after: $a, last: $l, before: $b, trash: INCLUDE) {
    nodes { filename } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
PLACED = "query($id: ID!, $o: [MediaOrder!]) { collection(id: $id) { media(orderBy: $o) { nodes { filename } } } }"
FIELDS = {
    "CREATED_AT": "created_at", "UPDATED_AT": "updated_at", "TAKEN_AT": "taken_at", "TITLE": "title", "FILENAME": "filename",
    "SIZE": "size", "WIDTH": "width", "DURATION": "duration_ms", "RATING": "rating",
}  # fmt: skip
SEVERAL = [
    [{"field": "RATING", "direction": "DESC"}, {"field": "TITLE", "nulls": "FIRST"}],
    [{"field": "WIDTH", "nulls": "FIRST"}, {"field": "SIZE", "direction": "DESC"}, {"field": "FILENAME"}],
    [{"field": "RATING"}, {"field": "WIDTH"}], [{"field": "RATING", "nulls": "FIRST"}, {"field": "RANDOM", "seed": 5}],
]  # fmt: skip
ORDERS = [
    *([{"field": field, "direction": direction, "nulls": nulls}]
      for field, direction, nulls in product(FIELDS, ("ASC", "DESC"), ("FIRST", "LAST"))),
    *([{"field": "RANDOM", "seed": seed, "direction": direction}] for seed in (-1, 0, 7, 99) for direction in ("ASC", "DESC")),
    *SEVERAL,
]  # fmt: skip


async def page(shelf: Shelf, order: Any, **given: Any) -> tuple[str, dict[str, Any]]:
    found = orjson.loads(await shelf.ways.both(PAGE, {"o": order, **given}))["data"]["media"]
    return "".join(one["filename"][0].lower() for one in found["nodes"]), found["pageInfo"]


async def walk(shelf: Shelf, order: Any, size: int, *, backward: bool) -> str:
    """All letters, page by page from one end."""
    letters, cursor = "", None
    for _ in range(20):
        given = {"l": size, "b": cursor} if backward else {"n": size, "a": cursor}
        found, info = await page(shelf, order, **given)
        letters = found + letters if backward else letters + found
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            return letters
        cursor = info["startCursor" if backward else "endCursor"]
    raise AssertionError(letters)


def sorted_letters(shelf: Shelf, order: list[dict[str, Any]]) -> str:
    """The letters as plain Python sorts them: stable, from the last key to the first, the id before all."""
    things, last = shelf.stock.things, order[-1].get("direction") == "DESC"
    letters = sorted(things, key=lambda letter: shelf.stock.ids[letter], reverse=last)
    for key in reversed(order):
        name = FIELDS[key["field"]]
        some = [letter for letter in letters if things[letter].get(name) is not None]
        none = [letter for letter in letters if things[letter].get(name) is None]
        some.sort(key=lambda letter, name=name: things[letter][name], reverse=key.get("direction") == "DESC")
        letters = [*none, *some] if key.get("nulls") == "FIRST" else [*some, *none]
    return "".join(letters)


@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_pages_of_an_order_join_from_both_ends(shelf: Shelf, order: list[dict[str, Any]]) -> None:
    whole, _ = await page(shelf, order, n=50)
    assert sorted(whole) == sorted(shelf.stock.things)
    assert await walk(shelf, order, 2, backward=False) == whole
    assert await walk(shelf, order, 3, backward=True) == whole
    if all(key["field"] in FIELDS for key in order):
        assert whole == sorted_letters(shelf, order)


async def test_a_seed_says_where_chance_begins(shelf: Shelf) -> None:
    seeds = range(30)
    found = {(await page(shelf, [{"field": "RANDOM", "seed": seed}], n=50))[0] for seed in seeds}
    assert 3 < len(found) <= len(shelf.stock.things)
    there, back = [(await page(shelf, [{"field": "RANDOM", "seed": 3, "direction": way}], n=50))[0] for way in ("ASC", "DESC")]
    assert there == back[::-1]


@pytest.mark.parametrize("order", [
    [{"field": "RANDOM"}], [{"field": "TITLE", "seed": 1}], [{"field": "RANDOM", "seed": 1}, {"field": "TITLE"}],
    [{"field": "POSITION"}],
])  # fmt: skip
async def test_an_order_that_says_nothing_is_refused(shelf: Shelf, order: Any) -> None:
    body = orjson.loads(await shelf.ways.aside(PAGE, {"o": order}))
    assert body["errors"][0]["extensions"]["code"] == "INVALID"


async def test_a_cursor_of_another_seed_is_refused(shelf: Shelf) -> None:
    _, info = await page(shelf, [{"field": "RANDOM", "seed": 1}], n=2)
    for order in ([{"field": "RANDOM", "seed": 2}], [{"field": "RANDOM", "seed": 1, "direction": "DESC"}], None):
        body = orjson.loads(await shelf.ways.aside(PAGE, {"o": order, "a": info["endCursor"]}))
        assert body["errors"][0]["extensions"]["code"] == "INVALID"


async def test_the_media_of_a_collection_have_a_position(shelf: Shelf) -> None:
    key = global_id(b"Collection", shelf.stock.ids["out"])
    for way, letters in (("ASC", "cf"), ("DESC", "fc")):
        order = [{"field": "POSITION", "direction": way}]
        body = orjson.loads(await shelf.ways.both(PLACED.replace("$o)", "$o, trash: INCLUDE)"), {"id": key, "o": order}))
        assert "".join(one["filename"][0] for one in body["data"]["collection"]["media"]["nodes"]) == letters


async def test_with_children_there_is_no_position_and_the_refusal_says_why(shelf: Shelf) -> None:
    asked = PLACED.replace("$o)", "$o, withChildren: true)")
    given = {"id": global_id(b"Collection", shelf.stock.ids["out"]), "o": [{"field": "POSITION"}]}
    (error,) = orjson.loads(await shelf.ways.aside(asked, given))["errors"]
    assert error["extensions"]["code"] == "INVALID"
    assert "With children" in error["message"]
