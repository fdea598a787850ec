"""Many media at once over GraphQL: what is to be done whatever it is, and what became of each."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from enum import StrEnum
from typing import Any

import strawberry

import domain
from domain.errors import Fault
from domain.media import Outcome
from domain.ports import Work
from domain.reading import TrashScope
from graphql_api.context import Info, Rehearsed
from graphql_api.declare import id_of, relation_one
from graphql_api.errors import Done, Payload, Told, UserError
from graphql_api.idempotency import Repeatable, wanted_once
from graphql_api.price import PAGED
from graphql_api.selection import MediaSelection, chosen


@strawberry.enum(description="What becomes of a change of many media where some are refused.")
class ErrorPolicy(StrEnum):
    """What becomes of a change of many where some are refused."""

    ALL_OR_NOTHING = "ALL_OR_NOTHING"
    SKIP_FAILED = "SKIP_FAILED"


@strawberry.input
class BulkInput(Repeatable):
    """What every change of many media is told."""

    selection: MediaSelection = strawberry.field(description="Which media.")
    error_policy: ErrorPolicy | None = strawberry.field(
        default=ErrorPolicy.SKIP_FAILED, description="What becomes of the others where one is refused."
    )
    dry_run: bool | None = False


@strawberry.type(description="What became of one thing of many.")
class BulkItemResult:
    node_id = id_of("Media", "Which it was.")
    media = relation_one(
        "media.Media", "media.itself", trash=TrashScope.INCLUDE, description="The media as it is now; null if it is gone."
    )
    changed: bool = strawberry.field(description="Whether it is another than before.")

    @strawberry.field(description="Why it was refused.")
    def user_errors(self) -> list[UserError]:
        outcome: Any = self
        return [Told(outcome.fault)] if outcome.fault else []  # pyright: ignore[reportReturnType]


@strawberry.type(description="What became of many things; each for itself.")
class BulkPayload(Payload):
    matched: int = strawberry.field(description="How many the selection named.")
    changed: int = strawberry.field(description="How many are another than before.")
    failed: int = strawberry.field(description="How many were refused.")

    @strawberry.field(description="What became of each, in the order of the selection.", directives=[PAGED])
    def results(self, first: int = 100) -> list[BulkItemResult]:
        done: Any = self
        return done.figures["results"][: max(first, 0)]


async def in_bulk(
    info: Info, input: BulkInput, change: Callable[[Work, list[domain.Id]], Awaitable[list[Outcome]]],
    trash: TrashScope = TrashScope.EXCLUDE,
) -> Done:  # fmt: skip
    """Changes what a selection names, in one transaction; the payload says what became of each."""

    async def run(work: Work) -> list[Outcome]:
        keys = await chosen(work, input.selection, trash)
        outcomes = await change(work, keys)
        if input.error_policy is ErrorPolicy.ALL_OR_NOTHING and any(one.fault for one in outcomes):
            raise Rehearsed([replace(one, changed=False) for one in outcomes])
        return outcomes

    return all_told(await info.context.write(run, dry_run=bool(input.dry_run), wanted=wanted_once(info, input)))


def all_told(result: list[Outcome] | Fault) -> Done:
    """The payload of a change of many."""
    outcomes = [] if isinstance(result, Fault) else result
    figures = {
        "matched": len(outcomes), "changed": sum(one.changed for one in outcomes),
        "failed": sum(one.fault is not None for one in outcomes), "results": outcomes,
    }  # fmt: skip
    return Done(faults=[result] if isinstance(result, Fault) else [], figures=figures)
