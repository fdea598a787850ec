"""What an operation, and each selection in it, comes to, whatever its variables; and what is said of one that is over budget."""

from dataclasses import dataclass, field, replace
from typing import Any

from graphql_api.execution.budget import Budget, OverBudget
from graphql_api.execution.cost import NOTHING, Cost, Size, total

COUNTLESS = 10**15


@dataclass(frozen=True, slots=True)
class Measured:
    """What a selection comes to.

    Attributes:
        depth: fields within fields.
        own: what it costs once.
        entry: what each entry of the page costs that it is in.
        introspection: what it costs to tell of the schema.
        comparisons: the parts of filters, for each page and count that is narrowed by them.
        keys: for each field, the names it is taken under.
    """

    depth: int = 0
    own: Cost = NOTHING
    entry: Cost = NOTHING
    introspection: Cost = NOTHING
    comparisons: Cost = NOTHING
    keys: dict[str, set[str]] = field(default_factory=dict[str, set[str]])

    def times(self, size: int | Size) -> "Measured":
        return replace(
            self, own=self.own.times(size), entry=self.entry.times(size), introspection=self.introspection.times(size),
            comparisons=self.comparisons.times(size),
        )  # fmt: skip


NONE = Measured()


def summed(parts: list[Measured], keys: dict[str, set[str]]) -> Measured:
    return Measured(
        max((part.depth for part in parts), default=0), total(part.own for part in parts), total(part.entry for part in parts),
        total(part.introspection for part in parts), total(part.comparisons for part in parts), keys,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measure:
    """What an operation comes to, whatever its variables."""

    depth: int
    cost: Cost
    introspection: Cost
    comparisons: Cost
    pages: frozenset[tuple[str, int | Size]]
    introspects: bool

    def check(self, variables: dict[str, Any], budget: Budget) -> int:
        """The cost with these variables.

        Raises:
            OverBudget: it is more than the budget has, or a page is larger, or its filters have more parts.
        """
        for name, size in self.pages:
            if (count := size.of(variables) if isinstance(size, Size) else size) > budget.page:
                raise OverBudget(
                    f"`{name}` asks for a page of {count:,}, and at most {budget.page:,} is one.", "page", budget.page, count
                )
        if (price := self.introspection.of(variables)) > (most := budget.introspection_cost):
            raise OverBudget("This reads the schema in circles.", "introspection_cost", most, price)
        if (parts := self.comparisons.of(variables)) > (most := budget.comparisons):
            raise OverBudget(f"This compares {shown(parts)} values, of {most:,}: narrow by less.", "comparisons", most, parts)
        if (price := self.cost.of(variables)) > (most := budget.cost):
            raise OverBudget(f"This could cost {shown(price)}, of {most:,}: ask for smaller pages.", "cost", most, price)
        return price


def shown(price: int) -> str:
    return f"{price:,}" if price < COUNTLESS else "more than can be counted"
