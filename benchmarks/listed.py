"""Library views as a table: a row each, two sizes on each database side by side, and what is over its budget."""

from typing import Any

from rich.table import Table

SMALL, LARGE = "10k", "1m"
DATABASES = ("sqlite", "postgresql")
MOST_MS, MOST_TIMES = 50, 3
"""What a view may take at LARGE on SQLite, and how much more than at SMALL."""
Result = dict[str, Any]


def table(results: list[Result], names: list[str]) -> Table:
    made = Table(title="Library views, milliseconds", title_justify="left")
    made.add_column("view")
    made.add_column("SQL", justify="right")
    for database in DATABASES:
        for size in (SMALL, LARGE):
            made.add_column(f"{database}\n{size} p50", justify="right")
            made.add_column("p99", justify="right")
        made.add_column("times", justify="right")
    made.add_column("indexes")
    known = {(one["view"], one["database"], one["size"]): one for one in results}
    for name in names:
        made.add_row(*row(name, known))
    return made


def row(name: str, known: dict[tuple[str, str, str], Result]) -> list[str]:
    cells = [name, ", ".join(sorted({str(one["statements"]) for (view, *_), one in known.items() if view == name}))]
    for database in DATABASES:
        small, large = known.get((name, database, SMALL)), known.get((name, database, LARGE))
        for one in (small, large):
            cells += [f"{one['p50_ms']:,.1f}", f"{one['p99_ms']:,.1f}"] if one else ["-", "-"]
        cells.append(times(small, large, database))
    shown = known.get((name, "sqlite", LARGE)) or known.get((name, "sqlite", SMALL)) or {"index": ""}
    return [*cells, shown["index"]]


def times(small: Result | None, large: Result | None, database: str) -> str:
    """How much longer the large library takes; in bold what is over a budget."""
    if not small or not large:
        return "-"
    ratio = large["p50_ms"] / small["p50_ms"]
    over = ratio > MOST_TIMES or (database == DATABASES[0] and large["p50_ms"] > MOST_MS)
    return f"[bold red]{ratio:.1f}[/]" if over else f"{ratio:.1f}"
