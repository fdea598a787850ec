"""A test without what it needs is skipped at home and fails in CI."""

import pytest

from tests.needs import needs


@pytest.mark.parametrize("ci", ["", "1"])
def test_what_is_there_lets_the_test_run(monkeypatch: pytest.MonkeyPatch, ci: str) -> None:
    monkeypatch.setenv("CI", ci)
    needs("a database", there=True)


def test_what_is_missing_is_told_and_skips_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"^This test needs a database\.$"):
        needs("a database", there=False)


def test_what_is_missing_in_ci_fails_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "1")
    with pytest.raises(pytest.fail.Exception, match=r"^This test needs a database\.$"):
        needs("a database", there=False)
