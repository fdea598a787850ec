"""What processors say is fitted to the fields it belongs in; what does not fit is left out, and people's words stay."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from domain import Chapter
from domain.facts import LARGEST_INT, LONGEST_VALUE, MOST_PARTS, fitted
from domain.media_types import MEDIA_TYPES
from tests.persistence.builders import EPOCH, media_of

IMAGE, VIDEO = MEDIA_TYPES["IMAGE"], MEDIA_TYPES["VIDEO"]


def of_image(**facts: Any) -> dict[str, Any]:
    found = fitted(media_of(), IMAGE, facts)
    return found.media | found.metadata


@pytest.mark.parametrize(
    "facts",
    [
        {"iso": "100"}, {"iso": 1.5}, {"iso": True}, {"iso": 2**63}, {"iso": -(2**70)}, {"iso": None}, {"iso": [1]},
        {"f_number": float("nan")}, {"f_number": float("inf")}, {"f_number": "2.8"}, {"f_number": True},
        {"flash_fired": 1}, {"flash_fired": "yes"}, {"make": 5}, {"make": {"a": 1}}, {"make": "\x00 \x01"},
        {"taken_at": "yesterday"}, {"taken_at": 5}, {"taken_at": "0001-01-01T00:00:00+14:00"},
        {"id": b"x" * 16}, {"version": 9}, {"status": "READY"}, {"unknown": 1}, {"filename": "x"}, {"media_id": "x"},
    ],
    ids=str,
)  # fmt: skip
def test_a_fact_that_does_not_fit_is_left(facts: dict[str, Any]) -> None:
    assert of_image(**facts) == {}


def test_a_number_too_large_to_be_a_float_is_left() -> None:
    assert of_image(f_number=10**400) == {}


def test_facts_that_fit_are_kept() -> None:
    assert of_image(iso=LARGEST_INT, f_number=2, flash_fired=False, make=" Leica\x00 ") == {
        "iso": LARGEST_INT, "f_number": 2.0, "flash_fired": False, "make": "Leica",
    }  # fmt: skip
    assert of_image(make="x" * 9_999) == {"make": "x" * LONGEST_VALUE}


def test_a_fact_both_have_is_written_to_both() -> None:
    found = fitted(media_of(), IMAGE, {"width": 640, "latitude": 1.5, "color_space": "sRGB", "thumbhash": "abc"})
    assert found.media == {"width": 640, "latitude": 1.5, "thumbhash": "abc"}
    assert found.metadata == {"width": 640, "latitude": 1.5, "color_space": "sRGB"}


def test_a_title_people_gave_is_not_overwritten() -> None:
    named = media_of(title="Mine")
    assert fitted(named, IMAGE, {"title": "Found", "description": "Found"}).media == {"description": "Found"}
    assert fitted(replace(named, title=None), IMAGE, {"title": " Fo\x00und "}).media == {"title": "Found"}
    assert len(fitted(media_of(), IMAGE, {"title": "x" * 9_999}).media["title"]) == 500


def test_the_time_a_picture_was_taken_is_found_once() -> None:
    told = {"taken_at": "2020-02-03T04:05:06+02:00"}
    assert fitted(media_of(), IMAGE, told).media == {"taken_at": datetime(2020, 2, 3, 2, 5, 6, tzinfo=UTC)}
    assert fitted(media_of(taken_at=EPOCH.replace(year=1999)), IMAGE, told).media == {}
    assert fitted(media_of(), IMAGE, {"taken_at": "2020-02-03T04:05:06"}).media["taken_at"].tzinfo is UTC


def test_parts_that_do_not_fit_are_left_out() -> None:
    good = {"start_ms": 0, "end_ms": 5, "title": "One", "unknown": 1}
    found = fitted(media_of(), VIDEO, {"chapters": [good, {"start_ms": 1}, "text", None, 5]}).metadata
    assert found == {"chapters": (Chapter(start_ms=0, end_ms=5, title="One"),)}
    assert len(fitted(media_of(), VIDEO, {"chapters": [good] * 9_999}).metadata["chapters"]) == MOST_PARTS


@pytest.mark.parametrize("wrong", [None, "0", 2**70, 1.5])
def test_a_part_whose_figures_do_not_fit_is_left_out(wrong: Any) -> None:
    found = fitted(media_of(), VIDEO, {"chapters": [{"start_ms": wrong, "end_ms": 5}]}).metadata
    assert found.get("chapters", ()) == ()
