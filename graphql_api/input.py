"""Inputs of mutations: what of them was given."""

from typing import Any, cast

from strawberry import Some


def changes(given: Any) -> dict[str, Any]:
    """The fields of an input that were given, null included: absent, null and a value are three things."""
    return {name: cast("Some[Any]", value).value for name, value in values(given).items() if isinstance(value, Some)}


def values(given: Any) -> dict[str, Any]:
    """The fields of an input by their names in Python."""
    return cast("dict[str, Any]", vars(given))


def present(given: Any, *names: str) -> dict[str, Any]:
    """Those of these plain fields that have a value."""
    return {name: value for name in names if (value := getattr(given, name)) is not None}
