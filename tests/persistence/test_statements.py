"""Statements that are remembered: so many characters of them, whoever makes them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from domain import new_id
from domain.reading import Ask, Load
from persistence import raw
from persistence.raw import Statements

KEYS = (new_id(),)
FIELDS = ("name", "slug", "color", "category", "description")


def load(*fields: str) -> Load:
    return Load(ask=Ask(relation="library.tags", fields=fields, places=False), first=9)


def counted(statements: Statements) -> int:
    return sum(len(one.sql) for one in statements.known.values())


def test_a_statement_that_two_threads_make_at_the_same_time_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    together, made = threading.Barrier(2, timeout=30), raw.statement

    def waiting(*given: Any, **more: Any) -> Any:
        together.wait()
        return made(*given, **more)

    monkeypatch.setattr(raw, "statement", waiting)
    statements = Statements("sqlite")
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: statements.first(load("name"), KEYS, KEYS[0])[0].sql, range(2))
    assert one == other
    assert statements.characters == counted(statements) > 0


def test_what_is_remembered_has_so_many_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    statements = Statements("sqlite")
    most = len(statements.first(load(*FIELDS), KEYS, KEYS[0])[0].sql) * 2
    monkeypatch.setattr(raw, "MOST_CHARACTERS", most)
    for count in range(len(FIELDS) + 1):
        statements.first(load(*FIELDS[:count]), KEYS, KEYS[0])
        assert statements.characters == counted(statements) <= most
    assert 1 < len(statements.known) <= len(FIELDS)
