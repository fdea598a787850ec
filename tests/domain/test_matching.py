"""What words are, what queries ask for, and what is marked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid, LimitExceeded
from domain.highlight import CONTEXT, LONGEST_LOOKED_AT, MOST_FRAGMENTS, highlights
from domain.matching import LONGEST_WORD, MOST_SOUGHT, MOST_WORDS, Clause, SearchField, SearchMode, Term, placed, sought, words


def term(*found: str) -> Term:
    return Term(found)


def title(text: str, query: str, mode: SearchMode = SearchMode.WEB) -> list[str]:
    """The fragments of a title."""
    found = highlights(sought(query, mode), [text, *[None] * (len(SearchField) - 1)])
    return found[0].fragments if found else []


@pytest.mark.parametrize(
    ("text", "found"),
    [("IMG_1234.jpg", "img 1234 jpg"), ("Größe", "grosse"), ("İstanbul", "istanbul"), ("ﬁ ½ ①", "fi 1 2 1"),
     ("e\u0301t\u00e9", "ete"), ("東京タワー x", "東 京 タ ワ ー x"),
     ("12e4 123abc", "12e4 123abc"), ("a\u0000b\ud800c", "a b c"),
     ("\u00b7 * \u2028", ""),
     ("\uff21\uff22", "ab"), ("\u0915\u094d\u092f\u093e", "\u0915\u092f\u093e")],
)  # fmt: skip
def test_words_have_neither_case_nor_accents_nor_punctuation(text: str, found: str) -> None:
    assert words(text) == found.split()


@given(st.text())
def test_words_are_the_same_words_again_and_stand_where_they_are_said_to(text: str) -> None:
    found = words(text)
    assert words(" ".join(found)) == found
    assert all(0 <= start < end <= len(text) for _, start, end in placed(text))
    assert not any(re.search(r"[\x00-/:-`{-\x7f]", word) for word in found)
    assert [word for word, _, _ in placed(text)] == found


def test_words_are_bounded() -> None:
    assert words("x" * 500) == ["x" * LONGEST_WORD]
    assert len(words("a " * 50_000)) == MOST_WORDS
    assert words("ä" * 500) == ["a" * LONGEST_WORD]


def test_a_query_of_the_web_has_terms_phrases_exclusions_and_alternatives() -> None:
    made = sought('a "b c" -d -"e f" IMG_1 OR g', SearchMode.WEB, (SearchField.TITLE, SearchField.TITLE))
    assert made.clauses == (
        Clause((term("a"), term("b", "c"), term("img", "1")), (term("d"), term("e", "f"))),
        Clause((term("g"),)),
    )
    assert made.fields == (SearchField.TITLE,)


def test_other_modes_read_nothing_into_a_query() -> None:
    assert sought('a OR -"b', SearchMode.PHRASE).clauses == (Clause((term("a", "or", "b"),)),)
    assert sought("a b", SearchMode.PREFIX).clauses == (Clause((term("a"), Term(("b",), is_prefix=True))),)


@given(st.text(alphabet='ab"-* OR\t\u00e9\u6771', max_size=40), st.sampled_from(SearchMode))
def test_any_query_is_understood_or_refused(query: str, mode: SearchMode) -> None:
    try:
        made = sought(query, mode)
    except (Invalid, LimitExceeded):
        return
    assert all(clause.wanted for clause in made.clauses)


def test_a_query_has_so_many_words_at_most() -> None:
    assert sought("a " * MOST_SOUGHT, SearchMode.WEB)
    for mode in SearchMode:
        with pytest.raises(LimitExceeded):
            sought("a " * (MOST_SOUGHT + 1), mode)


def test_what_was_met_is_marked_and_all_else_is_text() -> None:
    assert title("<Old> & häRBOUR", "harbour") == ["&lt;Old&gt; &amp; <mark>häRBOUR</mark>"]
    assert title("red car, old red car", '"red car"') == ["<mark>red car</mark>, old <mark>red car</mark>"]
    assert title("harbours harbour", "harb", SearchMode.PREFIX) == ["<mark>harbours</mark> <mark>harbour</mark>"]
    assert title("harbour of a town", "town -harbour") == ["harbour of a <mark>town</mark>"]
    assert title("nothing", "harbour") == []


def test_fragments_are_few_and_short() -> None:
    found = title(("x " * 200 + "harbour ") * 9, "harbour")
    assert len(found) == MOST_FRAGMENTS
    assert all(len(one) <= 2 * CONTEXT + len("<mark>harbour</mark>") + 2 for one in found)
    assert found[0].startswith("…x")
    assert title(" " * LONGEST_LOOKED_AT + "harbour", "harbour") == []


@given(st.text(alphabet="ab <&\u00e9", max_size=300))
def test_without_marks_a_fragment_is_a_piece_of_the_text(text: str) -> None:
    from html import unescape

    for one in title(text, "a b OR ab"):
        plain = unescape(one.replace("<mark>", "").replace("</mark>", "")).strip("…")
        assert plain in text
        assert "<mark>" in one
