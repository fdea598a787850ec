"""Any filter at all finds the same by a plan, by resolvers, on both databases, and by plain Python."""

from functools import cache
from typing import Any

from graphql_api.search.stored import filter_from_json
from tests.graphql_api.filtering.conftest import Shelf
from tests.graphql_api.filtering.generated import filters, with_ids
from tests.graphql_api.filtering.reference import holds

CASES = 300


@cache
def some() -> list[Any]:
    return filters(CASES)


async def test_any_filter_finds_what_it_says(shelf: Shelf) -> None:
    wrong, sizes = list[Any](), set[int]()
    for given in some():
        chosen = with_ids(given, shelf.stock.ids)
        said = filter_from_json(chosen)
        expected = "".join(letter for letter, thing in shelf.stock.things.items() if holds(said, thing))
        found = await shelf.found(chosen)
        sizes.add(len(expected))
        if found != expected:
            wrong.append((given, expected, found))
    assert wrong == []
    assert len(sizes) > 8  # filters of many sizes: hardly any of them all or nothing
