"""The shape of a filter holds no value, and its values come in the order its shape has places for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.search import EVERYTHING, MOST_VALUES, PADDED, All, AnyOf, Compare, Filter, Not, Related, padded, shape, values

LEAVES: st.SearchStrategy[Filter] = st.one_of(
    st.builds(Compare, st.just("title"), st.sampled_from(["eq", "contains"]), st.text(max_size=3)),
    st.builds(
        Compare, st.just("title"), st.sampled_from(["in", "not_in"]), st.lists(st.text(max_size=2), max_size=30).map(tuple)
    ),
    st.builds(Compare, st.just("title"), st.just("is_null"), st.booleans()),
    st.builds(Compare, st.just("is_favorite"), st.just("eq"), st.booleans()),
    st.builds(
        Related, st.just("tags"), st.sampled_from(["any", "all", "none"]), st.lists(st.binary(max_size=2), max_size=7).map(tuple)
    ),
    st.builds(Related, st.just("tags"), st.just("is_empty"), st.booleans()),
)
FILTERS: st.SearchStrategy[Filter] = st.recursive(
    LEAVES,
    lambda part: st.one_of(st.builds(Not, part), *(st.builds(of, st.lists(part, max_size=3).map(tuple)) for of in (All, AnyOf))),
    max_leaves=8,
)


def places(part: Filter) -> int:
    """How many values a shape has room for."""
    match part:
        case All(parts) | AnyOf(parts):
            return sum(map(places, parts))
        case Not(one):
            return places(one)
        case Compare(operator="is_null") | Related(quantifier="is_empty"):
            return 0
        case Compare(operator="in" | "not_in") | Related():
            return int(part.value)
        case _:
            return 1


@given(FILTERS)
def test_a_shape_has_a_place_for_every_value(asked: Filter) -> None:
    made = shape(asked)
    assert places(made) == len(list(values(asked)))
    assert hash(made) == hash(shape(asked))


def test_filters_that_differ_in_values_only_have_one_shape() -> None:
    one = All((Compare("title", "eq", "a"), Compare("title", "in", ("a", "b", "c"))))
    other = All((Compare("title", "eq", "b"), Compare("title", "in", ("x", "y", "z", "w"))))
    assert shape(one) == shape(other)
    assert shape(Compare("title", "is_null", True)) != shape(Compare("title", "is_null", False))
    assert shape(EVERYTHING) == EVERYTHING


def test_a_list_is_filled_up_with_its_last_value() -> None:
    assert list(values(Compare("title", "in", ("a", "b", "c")))) == ["a", "b", "c", "c", "c"]
    assert list(values(Compare("title", "in", ()))) == []


@pytest.mark.parametrize("count", [0, *PADDED, 3, 51, 249])
def test_the_next_size_that_is_large_enough_is_taken(count: int) -> None:
    assert padded(count) == min(size for size in (0, *PADDED) if size >= count)


def test_more_than_the_most_values_are_refused() -> None:
    with pytest.raises(ValueError, match=str(MOST_VALUES)):
        padded(MOST_VALUES + 1)
