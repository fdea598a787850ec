"""Duplicates over GraphQL: groups of media that are the same, and what is done about them."""

from dataclasses import replace
from typing import Annotated

import strawberry

import domain
from domain.duplicate import BY_AGE, BY_PIXELS, BY_SIZE, DiscardAction, DuplicateKind
from domain.errors import INPUT
from domain.likeness import checked_distance
from domain.media import Outcome
from domain.merging import Merge
from domain.ports import Work
from domain.reclaiming import Reclaiming
from domain.resolving import resolve_duplicates
from domain.search import All, Compare, Has
from graphql_api.bulk import BulkPayload, all_told
from graphql_api.connection import Connection, Edge, NamedAsEntity
from graphql_api.context import Info
from graphql_api.declare import computed, id_of, relation, relation_list, relation_one, summed
from graphql_api.fields import DEFAULT_PAGE, Wish
from graphql_api.idempotency import Repeatable, wanted_once
from graphql_api.input import values
from graphql_api.price import Price
from graphql_api.relay import Node
from graphql_api.scalars import BigInt
from graphql_api.search import MediaFilter, to_filter
from graphql_api.selection import limited

MOST_DISCARDED = 100
THROUGH: dict[DuplicateKind, str | None] = {DuplicateKind.EXACT: None, DuplicateKind.PERCEPTUAL: "library.similar_groups"}
"""Where groups are read that the field itself does not name."""


def is_keeper(other: int) -> bool:
    return other == 0


AHEAD = {BY_PIXELS: "MOST_PIXELS", BY_SIZE: "LARGEST_FILE", BY_AGE: "OLDEST"}
BEHIND = {BY_PIXELS: "FEWER_PIXELS", BY_SIZE: "SMALLER_FILE", BY_AGE: "NEWER"}


def reasons_of(other: int, why: int) -> list[str]:
    """Why one is suggested to be kept, or is not."""
    return [word for bit, word in (BEHIND if other else AHEAD).items() if why & bit]


@strawberry.type(description="A media of a group.")
class DuplicateMember:
    media = relation_one("media.Media", "media.itself", key="media_id", required=True, description="The media.")
    distance: int = strawberry.field(
        description="How many of 64 bits its looks differ in from the keeper's; of the same bytes 0."
    )
    is_suggested_keeper = computed(
        is_keeper, needs=("other",), description="Whether it is the one to keep, if nobody knows better."
    )
    reasons = computed(
        reasons_of, needs=("other", "why"), graphql_type=list[str],
        description="Why it is, by what it is preferred to any other: MOST_PIXELS, LARGEST_FILE, OLDEST; or why it is not: "
        "FEWER_PIXELS, SMALLER_FILE, NEWER. More words may come.",
    )  # fmt: skip


def members_wish(first: int | None = DEFAULT_PAGE) -> Wish:
    return Wish(first=DEFAULT_PAGE if first is None else first)


@strawberry.type(
    description="A media that is suggested to be kept, and those that are alike it. They are compared with it alone: two that "
    "are both alike it need not be alike each other."
)
class DuplicateGroup(NamedAsEntity, Node):
    id = id_of("DuplicateGroup", "Stable as long as it has the same keeper.")
    kind: DuplicateKind = strawberry.field(description="In what they are alike.")
    members = relation_list(
        "duplicate.DuplicateMember", "duplicate_group.members", wish=members_wish,
        description="The media, the suggested keeper first, then the nearest.",
    )  # fmt: skip
    member_count: int = strawberry.field(description="How many media it has, the keeper among them.")
    reclaimable_size: BigInt = strawberry.field(
        description="The bytes of all but the keeper, each media counted by itself: equal ones are kept on disk once."
    )
    max_distance: int = strawberry.field(description="How far from the keeper its members are at most.")


@strawberry.type(description="A group in a list, and where it stands.")
class DuplicateGroupEdge(Edge):
    node: DuplicateGroup = strawberry.field(description="The group.")


@strawberry.type(description="A page of groups.")
class DuplicateGroupConnection(Connection):
    edges: list[DuplicateGroupEdge] = strawberry.field(description="The groups of this page with their places.")
    nodes: list[DuplicateGroup] = strawberry.field(description="The groups of this page.")
    reclaimable_size = summed(
        Reclaiming, "reclaimable", graphql_type=BigInt, price=Price(weight=5),
        description="That of all groups together, over all pages; of more than 10,000 groups, of so many.",
    )  # fmt: skip


def groups_wish(
    kind: Annotated[DuplicateKind, strawberry.argument(description="In what they are alike.")] = DuplicateKind.EXACT,
    max_distance: Annotated[
        int | None, strawberry.argument(description="How far from the keeper others are at most, 0 to 8; of PERCEPTUAL groups.")
    ] = 6,
    filter: MediaFilter | None = None, first: int | None = DEFAULT_PAGE, after: str | None = None,
) -> Wish:  # fmt: skip
    """What the arguments of a list of groups ask for."""
    page = Wish(first=DEFAULT_PAGE if first is None else first, after=after)
    among = [Has("members", to_filter(filter))] if filter else []
    through = THROUGH[kind]
    if through is None:
        return replace(page, filter=All(tuple(among)))
    reach = Compare("max_distance", "eq", checked_distance(6 if max_distance is None else max_distance))
    return replace(page, filter=All((reach, *among)), through=through)


@strawberry.type
class DuplicateQuery:
    duplicate_groups = relation(
        "duplicate.DuplicateGroupConnection", "library.exact_groups", wish=groups_wish,
        description="Media that are the same, or look it, in groups, the trash aside; the most bytes to be won first. With "
        "`filter`, only groups of which at least one media is such.",
    )  # fmt: skip


@strawberry.input(description="What of the others the media is given that is kept; it never loses what it has.")
class MergeOnResolve:
    tags: bool = strawberry.field(default=True, description="Their tags, as they had them.")
    collections: bool = strawberry.field(default=True, description="Their places in collections: it stands behind them.")
    usages: bool = strawberry.field(default=True, description="Their usages: what used them uses it, once in each field.")
    rating: bool = strawberry.field(default=True, description="Their rating if it has none, and their mark.")
    description: bool = strawberry.field(
        default=True, description="Their title, description, alternative text and place, each where it has none."
    )


@strawberry.input(description="One media to keep for several.")
class ResolveDuplicatesInput(Repeatable):
    keep: strawberry.ID = strawberry.field(description="Which is kept.")
    discard: list[strawberry.ID] = strawberry.field(description="The others, at most 100; what the first has is taken first.")
    discard_action: DiscardAction | None = strawberry.field(
        default=DiscardAction.TRASH, description="What becomes of the others."
    )
    merge: MergeOnResolve | None = strawberry.field(
        default=None, description="What of the others it is given before they go to the trash; all, if not said."
    )
    dry_run: bool | None = False


def merge_of(given: MergeOnResolve | None) -> Merge:
    return Merge(**values(given)) if given else Merge()


@strawberry.type
class DuplicateMutation:
    @strawberry.mutation(
        description="Keeps one media for several: it is given what they have, and they go to the trash; or they are remembered "
        "as no duplicates of it. All of it is done, or nothing. What is kept is the first of the results."
    )
    async def resolve_duplicates(self, info: Info, input: ResolveDuplicatesInput) -> BulkPayload:
        async def resolve(work: Work) -> list[Outcome]:
            keep = domain.key_of("Media", input.keep)
            discard = limited("Media", input.discard, *INPUT, "discard", most=MOST_DISCARDED)
            action = input.discard_action or DiscardAction.TRASH
            return await resolve_duplicates(work, keep, discard, action, merge_of(input.merge))

        written = await info.context.write(resolve, dry_run=bool(input.dry_run), wanted=wanted_once(info, input))
        return all_told(written)  # pyright: ignore[reportReturnType]
