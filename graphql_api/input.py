"""Inputs of mutations: what of them was given."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, cast

from strawberry import Some
from strawberry.types.base import StrawberryMaybe, StrawberryOptional

AS_THEY_ARE = (str, bool, datetime)
"""Types whose values need no conversion."""


def changes(given: Any) -> dict[str, Any]:
    """The fields of an input that were given, null included: absent, null and a value are three things."""
    return {name: cast("Some[Any]", value).value for name, value in values(given).items() if isinstance(value, Some)}


def values(given: Any) -> dict[str, Any]:
    """The fields of an input by their names in Python."""
    return cast("dict[str, Any]", vars(given))


def present(given: Any, *names: str) -> dict[str, Any]:
    """Those of these plain fields that have a value."""
    return {name: value for name in names if (value := getattr(given, name)) is not None}


def sparse(kind: Any) -> Any:
    """An input of many fields, each with a default, of which few are given: Strawberry would look at each of the many."""
    kind.__strawberry_definition__.from_input = given_alone
    return kind


def given_alone(kind: Any, given: Mapping[str, Any], context: Any) -> Any:
    """The input, made of the fields that are given."""
    known = fields_of(kind, context.config.name_converter)
    made: dict[str, Any] = {}
    for called, value in given.items():
        name, wanted = known[called]
        is_itself = wanted is None or (value is None and not isinstance(wanted, StrawberryMaybe))  # most have null by default
        made[name] = value if is_itself else context.convert(value, wanted, called)
    return kind(**made)


@cache
def fields_of(kind: Any, names: Any) -> dict[str, tuple[str, Any]]:
    """The fields of an input by their names in GraphQL: their names in Python, and their types where values are converted."""
    definition = kind.__strawberry_definition__
    types = ((one, one.resolve_type(type_definition=definition)) for one in definition.fields)
    return {names.from_field(one): (one.python_name, None if is_plain(wanted) else wanted) for one, wanted in types}


def is_plain(wanted: Any) -> bool:
    return (wanted.of_type if isinstance(wanted, StrawberryOptional) else wanted) in AS_THEY_ARE
