"""The `idempotencyKey` of an input, and a hash of all that was asked under it."""

import json
from enum import Enum
from hashlib import sha256
from typing import Any, cast

import strawberry
from strawberry import UNSET, Some

from domain.idempotency import Once
from graphql_api.context import Info
from graphql_api.input import values


@strawberry.input
class Repeatable:
    """What an input has whose change is to be made once."""

    idempotency_key: str | None = strawberry.field(
        default=None,
        description="Makes it safe to ask again: for a day the same key and input are answered by what was done, not done again.",
    )


def wanted_once(info: Info, input: Repeatable) -> Once | None:
    """The change as the domain has it; None without a key."""
    if input.idempotency_key is None:
        return None
    asked = json.dumps([info.field_name, plain(input)], sort_keys=True, default=str)
    return Once(input.idempotency_key, sha256(asked.encode()).hexdigest())


def plain(given: Any) -> Any:
    """An input as JSON, without files: what is absent and what is null are two things."""
    if isinstance(given, Some):
        return [plain(cast("Some[Any]", given).value)]
    if isinstance(given, list):
        return [plain(one) for one in cast("list[Any]", given)]
    if isinstance(given, Enum):
        return given.name
    if hasattr(given, "__strawberry_definition__"):
        return {name: plain(value) for name, value in values(given).items() if name != "idempotency_key"}
    return None if given is UNSET or hasattr(given, "read") else given
