"""Writes the function that assembles an answer. Constants go through a table: no text of a client ever becomes source."""

import re
from collections.abc import Callable, Iterable
from types import CodeType
from typing import Any

from graphql_api.execution.aside import BUILT_IN
from graphql_api.execution.remembered import Remembered

UNPACKED = re.compile(r"§(\w+),(\d+)§")
WIDTH = re.compile(r"§(\d+)§")
CODES = Remembered[CodeType](500, 4 * 1024 * 1024)
"""The code of sources, by how many and by their characters."""
Assemble = Callable[..., dict[str, Any]]


class Writer:
    """Lines of one Python function, and the constants they name.

    Until it is finished a row stands as a mark, since its columns are not all known before: `§k,3§` is a row of set 3 taken
    apart, its parent's key as `k`; `§3§` is where the place of such a row begins.
    """

    def __init__(self) -> None:
        self.lines = ["def assemble(root, found, pages, calls, site):"]
        self.table: dict[str, Any] = dict(BUILT_IN)
        self.names: dict[Any, str] = {}
        self.made = 0

    def constant(self, value: Any) -> str:
        """The name this value goes by in the source."""
        key = (type(value), value) if isinstance(value, str | int | bytes) else id(value)
        name = self.names.setdefault(key, f"c{len(self.names)}")
        self.table[name] = value
        return name

    def fresh(self, letter: str) -> str:
        """A name that nothing else has."""
        self.made += 1
        return f"{letter}{self.made}"

    def line(self, *lines: str) -> None:
        self.lines += [f"  {line}" for line in lines]

    def by_parent(self, number: int, value: str, condition: str = "") -> str:
        """The name of a table from the key of each parent to a value, made of its one row of this set."""
        name = self.fresh("s")
        self.line(f"{name} = {{k: {value} for §k,{number}§ in found[{number}]{condition}}}")
        return name

    def lists_by_parent(self, number: int, value: str) -> str:
        """The same, to a list of values, one of each of its rows."""
        name = self.fresh("s")
        self.line(f"{name} = {{k: [{value} for §_,{number}§ in g] for k, g in found[{number}][0].items()}}")
        return name

    def record(self, parts: dict[str, str]) -> str:
        return "{" + ", ".join(f"{self.constant(key)}: {value}" for key, value in parts.items()) + "}"

    def finish(self, result: str, widths: Iterable[tuple[int, bool]]) -> tuple[Assemble, str]:
        """The function and its source.

        Args:
            result: the expression of the whole answer.
            widths: for each set how many columns it has, and whether its rows end with their places.
        """
        known = list(widths)

        def taken_apart(mark: re.Match[str]) -> str:
            columns, places = known[int(mark[2])]
            cells = "".join(f"v{mark[2]}_{column}, " for column in range(columns))
            return f"({mark[1]}, {cells}{f'*p{mark[2]}' if places else ''})"

        source = "\n".join([*self.lines, f"  return {result}"])
        source = UNPACKED.sub(taken_apart, source)
        source = WIDTH.sub(lambda mark: str(known[int(mark[1])][0] + 1), source)
        exec(compiled(source), self.table)  # noqa: S102 - made of our own names and numbers only
        return self.table["assemble"], source


def compiled(source: str) -> CodeType:
    """The code of a source. Documents that differ in names and values alone have the same one, and to compile it takes long."""
    code = CODES.get(source)
    if code is None:
        code = compile(source, "<plan>", "exec")
        CODES.keep(source, code, len(source))
    return code
