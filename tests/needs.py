"""What a test needs of the machine it runs on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.packages import NotInstalled


def needs(what: str, there: bool) -> None:
    """Skips the test unless `what` it needs is there, and says so. CI brings everything along: there the test fails."""
    if there:
        return
    reason = f"This test needs {what}."
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def needs_packages() -> Iterator[None]:
    """Skips the test where packages cannot be installed, in the same way."""
    try:
        yield
    except NotInstalled as error:
        needs(f"packages. {error}", there=False)
