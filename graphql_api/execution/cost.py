"""A number of fields that depends on variables: what an operation costs, before anybody says how large its pages are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from graphql import BooleanValueNode, DirectiveNode, IntValueNode, ListValueNode, ValueNode, VariableNode

from graphql_api.fields import DEFAULT_PAGE

DIGITS = 18
"""Of a number in a document; more than any page needs, and few enough to read fast."""


@dataclass(frozen=True, slots=True)
class Size:
    """How often something is in the answer, where a variable says so: a number, the length of a list, or whether.

    Attributes:
        variable: its name.
        absent: what an absent one means.
        usual: what null means, and what is nonsense and will be refused.
        unless: it counts where the variable is false.
    """

    variable: str
    absent: Any = None
    usual: int = DEFAULT_PAGE
    unless: bool = False

    def of(self, variables: dict[str, Any]) -> int:
        value = variables.get(self.variable, self.absent)
        return int(value is not self.unless) if isinstance(value, bool) else count_of(value, self.usual)


@dataclass(frozen=True, slots=True)
class Largest(Size):
    """The largest of several sizes, as of `first` and `last`; what is null says nothing."""

    sizes: tuple[Size, ...] = ()

    def of(self, variables: dict[str, Any]) -> int:
        given = [one for one in self.sizes if variables.get(one.variable, one.absent) is not None]
        return max((one.of(variables) for one in given), default=self.usual)


def count_of(value: Any, usual: int) -> int:
    """How many entries an argument of this value asks for."""
    if isinstance(value, list):
        return len(cast("list[Any]", value))
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # graphql-core takes 100.0 for 100
    return max(value, 0) if isinstance(value, int) else usual


def plain(node: ValueNode | None) -> Any:
    """As much of a literal as sizes are made of."""
    match node:
        case IntValueNode():
            return int(node.value) if len(node.value) <= DIGITS else 10**DIGITS
        case BooleanValueNode():
            return node.value
        case ListValueNode():
            return [None for _ in node.values]
        case _:
            return None


def asked(node: ValueNode | None, defaults: dict[str, Any], usual: int) -> int | Size:
    """How many entries an argument asks for, or the variable that will say."""
    if isinstance(node, VariableNode):
        return Size(node.name.value, defaults.get(node.name.value), usual)
    return count_of(plain(node), usual)


def largest(sizes: list[int | Size], usual: int) -> int | Size:
    """The one size that several arguments come to; `usual` without any."""
    if len(sizes) <= 1:
        return sizes[0] if sizes else usual
    least = max((one for one in sizes if isinstance(one, int)), default=0)
    open_ones = tuple(one for one in sizes if isinstance(one, Size))
    return Largest("", None, least or usual, sizes=open_ones) if open_ones else least


def whether(directives: Iterable[DirectiveNode], defaults: dict[str, Any]) -> Iterator[int | Size]:
    """For each `@skip` and `@include`: none, one, or the variable that will say."""
    for one in directives:
        if one.name.value in ("skip", "include") and one.arguments:
            node, unless = one.arguments[0].value, one.name.value == "skip"
            if isinstance(node, VariableNode):
                yield Size(node.name.value, defaults.get(node.name.value), 1, unless)
            elif isinstance(node, BooleanValueNode):
                yield int(node.value is not unless)


@dataclass(frozen=True, slots=True, eq=False)
class Cost:
    """A number, and further costs, each so many times."""

    fixed: int = 0
    terms: "tuple[tuple[int | Size, Cost], ...]" = ()

    def of(self, variables: dict[str, Any]) -> int:
        """The number for these variables; a part that stands in many places is reckoned once."""
        return self.reckoned(variables, {}) if self.terms else self.fixed

    def reckoned(self, variables: dict[str, Any], known: "dict[Cost, int]") -> int:
        if self not in known:
            number = self.fixed
            for size, cost in self.terms:
                number += (size.of(variables) if isinstance(size, Size) else size) * cost.reckoned(variables, known)
            known[self] = number
        return known[self]

    def times(self, size: "int | Size") -> "Cost":
        if size == 1 or not (self.fixed or self.terms):
            return self
        if self.terms or isinstance(size, Size):
            return Cost(0, ((size, self),))
        return Cost(size * self.fixed)


NOTHING = Cost()


def total(costs: Iterable[Cost]) -> Cost:
    """The sum. Costs that are open stay terms of their own: to copy their terms would double them with every fragment."""
    fixed, terms = 0, list[tuple[int | Size, Cost]]()
    for cost in costs:
        if cost.terms:
            terms.append((1, cost))
        else:
            fixed += cost.fixed
    return terms[0][1] if len(terms) == 1 and not fixed else Cost(fixed, tuple(terms))
