"""Names and texts have one form to be kept in and another to be compared by."""

import pytest

from domain.errors import Invalid
from domain.text import bounded, camel, clean, fold, free_slug, named, slug, tidy


def test_names_are_composed_trimmed_and_free_of_control_characters() -> None:
    assert tidy("  Cafe\u0301\t\n au\x00lait \x9f ") == "Café au lait"
    assert tidy("\ud800a") == "a"


def test_texts_keep_their_lines_and_lose_what_databases_refuse() -> None:
    assert clean("a\x00b\r\n\tc\ud800") == "ab\r\n\tc"


def test_texts_that_differ_in_case_or_composition_fold_alike() -> None:
    assert fold("STRASSE") == fold("Straße")
    assert fold("ΟΔΟΣ") == fold("οδος")
    assert fold("Cafe\u0301") == fold("CAFÉ")


@pytest.mark.parametrize(
    ("name", "made"), [("Summer 2024!", "summer-2024"), ("Łódź / ночь", "łódź-ночь"), ("***", "-"), ("_a_b_", "a_b"), ("", "-")]
)
def test_a_slug_is_letters_and_digits_of_any_script(name: str, made: str) -> None:
    assert slug(name) == made


def test_a_slug_that_is_taken_gets_a_number() -> None:
    assert free_slug("A b", set()) == "a-b"
    assert free_slug("A b", {"a-b", "a-b-2", "a-b-4"}) == "a-b-3"


@pytest.mark.parametrize("name", ["", "  \x00 ", "x" * 6])
def test_a_name_is_neither_empty_nor_too_long(name: str) -> None:
    with pytest.raises(Invalid):
        named(name, longest=5)
    assert named(" abcde ", longest=5) == "abcde"


def test_a_text_that_is_too_long_is_refused_and_told_where() -> None:
    with pytest.raises(Invalid) as told:
        bounded("abcd", 3, ("input", "title"))
    assert told.value.path == ("input", "title")
    assert bounded("abc", 3, ()) == "abc"


def test_fields_are_written_in_camel_case() -> None:
    assert (camel("taken_at"), camel("focal_length_35mm"), camel("id")) == ("takenAt", "focalLength35mm", "id")
