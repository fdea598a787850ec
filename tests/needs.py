"""What a test needs of the machine: without it the test is skipped, saying so; CI has everything, or fails."""

import os

import pytest


def needs(what: str, there: bool) -> None:
    """Ends the test where something is missing: skipped on a machine of somebody's own, failed in CI (`CI` is set)."""
    if there:
        return
    if os.environ.get("CI"):
        pytest.fail(f"CI has no {what}, and this test needs it.")
    pytest.skip(f"This test needs {what}.")
