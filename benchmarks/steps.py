"""Steps of the ladder: what was measured, compared with the other rungs of its round, and kept."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import orjson

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one rung took for one operation. `hops` are calls to another thread and back; ratios are of requests a second.

    `statements` is None where they are not counted.
    """

    rung: str
    query: str
    size: str
    rps: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    rss_mib: float
    statements: int | None
    hops: int
    ratio_f3: float | None = None
    ratio_s: float | None = None


def result(rounds: list[list[Step]]) -> list[Step]:
    """The median of all rounds; ratios within each round, as machines change pace."""
    compared_ones = [compared(step, steps) for steps in rounds for step in steps]
    kinds = dict.fromkeys((step.rung, step.query) for step in compared_ones)
    return [middle([step for step in compared_ones if (step.rung, step.query) == kind]) for kind in kinds]


def compared(step: Step, steps: list[Step]) -> Step:
    rates = {one.rung: one.rps for one in steps if one.query == step.query}
    ratios = {f"ratio_{name.lower()}": round(step.rps / rates[name], 3) for name in ("F3", "S") if name in rates}
    return replace(step, **ratios)


def middle(steps: list[Step]) -> Step:
    names = ("rps", "p50_ms", "p99_ms", "cpu_ms", "rss_mib", "ratio_f3", "ratio_s")
    values = {name: [getattr(step, name) for step in steps] for name in names}
    return replace(steps[0], **{name: round(median(held), 3) for name, held in values.items() if None not in held})


def keep(steps: list[Step], size: str) -> None:
    """Writes the steps, beside those of other sizes."""
    known: list[dict[str, Any]] = orjson.loads(RESULTS.read_bytes()) if RESULTS.exists() else []
    others = [step for step in known if step["size"] != size]
    RESULTS.write_bytes(orjson.dumps([*others, *map(asdict, steps)], option=orjson.OPT_INDENT_2))
