"""What a request may ask for: the budgets, what is said of one that is over, and the cheap checks before parsing."""

import re
from dataclasses import dataclass
from typing import Any, cast

LARGEST_SHOWN = 2**53 - 1
TOKEN = re.compile(
    r"""
        "{3} (?: \\"{3} | [^"] | "(?!"") )*+ "{3}
      | " (?: \\. | [^"\\\n\r] )*+ "
      | \#[^\n\r]*+ | [A-Za-z_]\w*+ | -?[0-9][0-9.eE+-]*+ | \.{3} | [^\s,\ufeff]
    """,
    re.ASCII | re.VERBOSE,
)
"""One token, comments among them: as GraphQL's lexer counts them, in the speed of a regular expression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much an operation may ask for; the settings of the same names say each.

    Attributes:
        document: characters of the text.
        tokens: tokens of the text.
        depth: fields within fields.
        introspection_depth: the same below `__schema` and `__type`.
        aliases: times that one selection takes the same field.
        directives: directives in the document.
        variables: values in the variables, those within others counted.
        cost: fields of the answer, at most, with the weights of `@cost`.
        introspection_cost: the same below `__schema` and `__type`; no setting, it is what the whole schema costs.
        comparisons: values in filters, for each page and count that is narrowed by them.
        page: entries of a page.
        response: bytes of the answer.
        seconds: how long a query may take.
        write_seconds: how long a mutation may take.
    """

    document: int = 32 * 1024
    tokens: int = 2_000
    depth: int = 15
    introspection_depth: int = 20
    aliases: int = 30
    directives: int = 50
    variables: int = 5_000
    cost: int = 50_000
    introspection_cost: int = 0
    comparisons: int = 2_000
    page: int = 100
    response: int = 10 * 1024 * 1024
    seconds: float = 10
    write_seconds: float = 120


class OverBudget(Exception):
    """A request asks for more than it may.

    Attributes:
        budget: which of the budgets, by its name.
        most: how much it allows.
        actual: how much was asked for, where that is known.
    """

    def __init__(self, message: str, budget: str, most: int, actual: int | None = None) -> None:
        super().__init__(message)
        self.message, self.budget, self.most, self.actual = message, budget, most, actual

    @property
    def formatted(self) -> dict[str, Any]:
        """The error as clients read it."""
        told = {"code": "LIMIT_EXCEEDED", "budget": self.budget, "limit": self.most}
        actual = {} if self.actual is None else {"actual": min(self.actual, LARGEST_SHOWN)}
        return {"message": self.message, "extensions": told | actual}


def scan(text: str, budget: Budget) -> None:
    """Counts what can be counted before parsing.

    Raises:
        OverBudget: the text is too long, or has too many tokens or directives.
    """
    if len(text) > budget.document:
        raise OverBudget(f"A document has at most {budget.document:,} characters.", "document", budget.document, len(text))
    found = TOKEN.findall(text)
    tokens, directives = len(found), found.count("@")
    if tokens > budget.tokens:
        raise OverBudget(f"A document has at most {budget.tokens:,} tokens.", "tokens", budget.tokens, tokens)
    if directives > budget.directives:
        raise OverBudget(f"A document has at most {budget.directives:,} directives.", "directives", budget.directives, directives)


def check_variables(variables: dict[str, Any], budget: Budget) -> None:
    """Counts the values in the variables, and stops where they are too many.

    Raises:
        OverBudget: there are more than the budget has.
    """
    seen, waiting = 0, list(variables.values())
    while waiting and seen + len(waiting) <= budget.variables:
        seen += 1
        value = waiting.pop()
        if isinstance(value, list):
            waiting += cast("list[Any]", value)
        elif isinstance(value, dict):
            waiting += cast("dict[str, Any]", value).values()
    if waiting:
        raise OverBudget(f"Variables hold at most {budget.variables:,} values.", "variables", budget.variables)
