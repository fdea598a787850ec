"""What a test needs of the machine it runs on."""

import os

import pytest


def needs(what: str, there: bool) -> None:
    """Skips the test unless `what` it needs is there, and says so. CI brings everything along: there the test fails."""
    if there:
        return
    reason = f"This test needs {what}."
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
