"""The `@cost` directive: what a field weighs, and which of its arguments say how many entries it has."""

from typing import Any

import strawberry
from graphql import GraphQLField
from strawberry.schema_directive import Location


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION], name="cost",
    description="What the field costs in an answer; one where this is missing. `multipliers` name the arguments that say how "
    "many entries it has, the largest of them: a number, or a list of that length.",
)  # fmt: skip
class Price:
    weight: int = strawberry.directive_field(name="weight", default=1)
    multipliers: list[str] | None = strawberry.directive_field(name="multipliers", default=strawberry.UNSET)


ONE = Price()
PAGED = Price(multipliers=["first"])
PAGE_SIZES = ("first", "last")
"""Arguments that say how many entries a page has; of several the largest does."""


def price_of(field: GraphQLField) -> Price:
    """What the schema says a field weighs."""
    definition: Any = field.extensions.get("strawberry-definition")
    return next((one for one in definition.directives if isinstance(one, Price)), ONE) if definition else ONE
