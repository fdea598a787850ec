"""Many media at once over GraphQL: which, and what became of each."""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry

import domain
from domain.errors import Fault, LimitExceeded
from domain.media import Outcome
from domain.ports import Work
from domain.reading import TrashScope
from graphql_api.context import Info
from graphql_api.declare import id_of, relation_one
from graphql_api.errors import Done, Payload, Told, UserError
from graphql_api.price import PAGED

MOST_AT_ONCE = 1_000


@strawberry.input(one_of=True, description="Which media; exactly one way of saying so.")
class MediaSelection:
    ids: strawberry.Maybe[list[strawberry.ID]] = strawberry.field(description="These; at most 1,000.")


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


def limited(name: str, ids: list[strawberry.ID], *path: str, most: int = MOST_AT_ONCE) -> list[domain.Id]:
    """The keys of these ids of a `name`, each once. Raises LimitExceeded for too many."""
    if len(ids) > most:
        raise LimitExceeded(f"At most {most:,} at once.", limit=most, actual=len(ids), path=path)
    return list(dict.fromkeys(domain.key_of(name, one) for one in ids))


def selected(selection: MediaSelection, most: int = MOST_AT_ONCE) -> list[domain.Id]:
    """The keys of a selection."""
    return limited("Media", selection.ids.value if selection.ids else [], "input", "selection", "ids", most=most)


async def in_bulk(
    info: Info, selection: MediaSelection, change: Callable[[Work, list[domain.Id]], Awaitable[list[Outcome]]]
) -> Done:  # fmt: skip
    """Changes what a selection names, in one transaction; the payload says what became of each."""

    async def run(work: Work) -> list[Outcome]:
        return await change(work, selected(selection))

    result = await info.context.write(run)
    outcomes = [] if isinstance(result, Fault) else result
    figures = {
        "matched": len(outcomes), "changed": sum(one.changed for one in outcomes),
        "failed": sum(one.fault is not None for one in outcomes), "results": outcomes,
    }  # fmt: skip
    return Done(faults=[result] if isinstance(result, Fault) else [], figures=figures)
