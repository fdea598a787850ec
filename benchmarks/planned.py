"""What a document costs that is new in all: its plan, and the SQL of it, apart from parsing and validation.

`python -m benchmarks.planned` prints milliseconds of the processor for each operation and dialect, as medians.
"""

import gc
import time
from statistics import median

from graphql import parse
from graphql.execution.values import VariableValues
from graphql.utilities import get_operation_ast

import graphql_api.bootstrap  # noqa: F401 - features say here how their relations are answered
from benchmarks.bare import OPERATIONS
from domain import global_id, new_id
from graphql_api.execution.plan import Plan
from graphql_api.execution.planner import Planner
from graphql_api.execution.plans import plans_of
from graphql_api.execution.writer import CODES
from graphql_api.schema import schema
from persistence.raw import Statements
from persistence.reading import DIALECTS, statement

ROUNDS, PARENTS = 25, 50
KEY = new_id()
GIVEN = VariableValues({}, {"id": global_id(b"Media", KEY)})


def planned(text: str) -> tuple[Plan, float]:
    """The plan of a document, and the milliseconds it took."""
    document = parse(text)
    node = get_operation_ast(document)
    assert node  # noqa: S101 - each has one operation
    begun = time.thread_time()
    plans_of(document, node)
    plan = Planner(schema, document, node, GIVEN).plan()
    assert plan  # noqa: S101 - each is a query
    return plan, (time.thread_time() - begun) * 1e3


def worded(plan: Plan, dialect: str) -> float:
    """The milliseconds it takes to make all statements of a plan."""
    statement.cache_clear()
    statements = Statements(dialect)
    begun = time.thread_time()
    for node, page in zip(sorted(plan.sets(), key=lambda one: one.number), plan.pages(GIVEN), strict=True):
        statements.first(page.load, (KEY,) * (1 if node.parent is None else PARENTS), KEY)
    return (time.thread_time() - begun) * 1e3


def main() -> None:
    CODES.heaviest = 0  # each source is compiled
    gc.freeze()
    gc.set_threshold(10_000)  # as the server does
    for dialect in DIALECTS:
        for name, text in sorted(OPERATIONS.items()):
            took: list[tuple[float, float]] = []
            for _ in range(ROUNDS):
                plan, milliseconds = planned(text)
                took.append((milliseconds, worded(plan, dialect)))
            whole, plans, sql = median(map(sum, took)), median(one for one, _ in took), median(one for _, one in took)
            print(f"{name} on {dialect}: {whole:.1f} ms, {plans:.1f} of planning and {sql:.1f} of making SQL")


if __name__ == "__main__":
    main()
