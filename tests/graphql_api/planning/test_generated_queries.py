"""Generated queries: the short form of `benchmarks.differential`."""

from functools import cache

from benchmarks.differential import EACH, comparison, queries
from domain.processors.sandbox import ForkingSandbox
from graphql_api.execution.operation import Path
from graphql_api.settings import Settings

CASES = 200
SEED = 5


@cache
def some() -> list[str]:
    """The same for both databases: making them takes as long as answering them."""
    return list(queries(CASES // EACH, SEED))


async def test_generated_queries_are_answered_alike_and_mostly_by_plans(settings: Settings, sandbox: ForkingSandbox) -> None:
    async with comparison(settings, sandbox, SEED) as made:
        tally = await made.run(iter(some()))
    assert tally.differences == []
    assert tally.cases >= CASES * 0.9
    assert tally.ways[Path.PLAN] > 0.8 * tally.cases, tally.told()
    assert tally.ways[Path.CORE] == 0
    known = ("INVALID ", "LIMIT_EXCEEDED ")
    assert [reason for reason in tally.reasons if not reason.startswith(known)] == []
