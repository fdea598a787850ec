"""Ranks stay sorted and unique wherever things are put, and short when they are put at an end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rank import WHOLE, between, ranks


@settings(deadline=None, max_examples=150)
@given(st.lists(st.integers(min_value=0, max_value=10_000), max_size=80))
def test_ranks_put_anywhere_stay_sorted_and_unique(places: list[int]) -> None:
    held: list[str] = []
    for place in places:
        at = place % (len(held) + 1)
        held.insert(at, between(held[at - 1] if at else None, held[at] if at < len(held) else None))
    assert held == sorted(set(held))


@pytest.mark.parametrize("first", [False, True])
def test_a_thousand_things_put_at_an_end_have_ranks_of_eight_digits(first: bool) -> None:
    held = [between(None, None)]
    for _ in range(1_000):
        held.append(between(None, held[-1]) if first else between(held[-1], None))
    assert {len(rank) for rank in held} == {WHOLE}
    assert held == sorted(set(held), reverse=first)


def test_there_is_always_room_at_the_same_place() -> None:
    low, high = "V0000000", "V0000001"
    for _ in range(300):
        made = between(low, high)
        assert low < made < high
        high = made
    for made in ranks(50, low, high):
        assert low < made < high
        low = made


@pytest.mark.parametrize(("low", "high"), [("V0000001", "V0000000"), ("V0000000", "V0000000")])
def test_no_rank_lies_between_what_is_not_apart(low: str, high: str) -> None:
    with pytest.raises(ValueError, match="No rank"):
        between(low, high)
