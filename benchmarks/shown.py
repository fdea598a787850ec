"""The ladder as a table."""

from typing import Any

from rich.table import Table

COLUMNS = {
    "query": "", "rung": "", "rps": "requests/s", "p50_ms": "p50 ms", "p99_ms": "p99 ms", "cpu_ms": "CPU ms", "rss_mib": "MiB",
    "statements": "SQL", "hops": "hops", "ratio_f3": "x F3", "ratio_s": "x S",
}  # fmt: skip
PLACES = {"rps": 1, "p50_ms": 2, "p99_ms": 2, "cpu_ms": 3, "rss_mib": 0, "statements": 0, "hops": 0, "ratio_f3": 2, "ratio_s": 2}


def table(size: str, steps: list[dict[str, Any]]) -> Table:
    """Rung below rung, operation after operation."""
    made = Table(title=f"The ladder at {size} media", title_justify="left")
    for name, title in COLUMNS.items():
        made.add_column(title or name, justify="left" if name not in PLACES else "right")
    for query in dict.fromkeys(step["query"] for step in steps):
        for step in (step for step in steps if step["query"] == query):
            made.add_row(*(cell(step, name) for name in COLUMNS))
        made.add_section()
    return made


def cell(step: dict[str, Any], name: str) -> str:
    value = step[name]
    if value is None:
        return "-"
    return f"{value:,.{PLACES[name]}f}" if name in PLACES else str(value)
