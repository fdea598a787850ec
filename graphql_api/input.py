"""Inputs of mutations: what of them was given."""

from typing import Any

from strawberry import Some


def changes(given: Any) -> dict[str, Any]:
    """The fields of an input that were given, null included: absent, null and a value are three things."""
    return {name: value.value for name, value in vars(given).items() if isinstance(value, Some)}


def present(given: Any, *names: str) -> dict[str, Any]:
    """Those of these plain fields that have a value."""
    return {name: value for name in names if (value := getattr(given, name)) is not None}
