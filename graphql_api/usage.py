"""Usages over GraphQL: which things outside the library use which of its media."""

from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry.scalars import JSON

import domain
from domain.errors import Fault
from domain.ports import Work
from domain.reading import Order, TrashScope
from domain.search import All, Compare
from domain.text import camel, comparable
from domain.usage import Attached, set_usages
from domain.usage import Consumer as Using
from graphql_api.connection import Connection, Edge, NamedAsEntity
from graphql_api.context import Info
from graphql_api.declare import computed, id_of, part, relation, relation_one
from graphql_api.errors import Done, Payload
from graphql_api.fields import DEFAULT_PAGE, Wish
from graphql_api.input import values
from graphql_api.price import PAGED
from graphql_api.relay import Node
from graphql_api.scalars import URL


@strawberry.type(description="A thing outside the library that uses media, such as a page of a shop.")
class Consumer:
    app: str = strawberry.field(description="The application it is of.")
    entity_type: str = strawberry.field(description="What it is there.")
    entity_id: str = strawberry.field(description="Which one.")
    label: str | None = strawberry.field(description="What people call it.")
    url: URL | None = strawberry.field(description="Where people find it.")


def as_it_is(value: float) -> float:
    return value


@strawberry.type(description="The point of a picture that is to stay in sight.")
class FocalPoint:
    x = computed(as_it_is, needs=("focal_x",), description="0 to 1, from the left.")
    y = computed(as_it_is, needs=("focal_y",), description="0 to 1, from the top.")


@strawberry.type(description="A media in a field of a consumer.")
class MediaUsage(NamedAsEntity, Node):
    id = id_of("MediaUsage", "Stable; `node` finds those that `setUsages` made.")
    consumer = part("usage.Consumer", needs=("app",), always=True, description="What uses it.")
    field: str = strawberry.field(description="What for, such as `gallery`.")
    position: int | None = strawberry.field(description="Its place among those of the field.")
    alt_text: str | None = strawberry.field(description="What it shows there, where that is not what it shows everywhere.")
    caption: str | None = strawberry.field(description="What is said below it there.")
    crop: JSON | None = strawberry.field(description="Which part of it is shown there, as the consumer says it.")
    focal_point: FocalPoint | None = part(
        "usage.FocalPoint", needs=("focal_x", "focal_y"), description="What of it is to stay in sight there."
    )
    media = relation_one(
        "media.Media", "media.itself", key="media_id", required=True, trash=TrashScope.INCLUDE,
        description="What is used, in the trash or not.",
    )  # fmt: skip
    created_at: datetime | None = strawberry.field(description="Since when; null where its provider does not tell.")


@strawberry.type(description="A usage in a list, and where it stands.")
class MediaUsageEdge(Edge):
    node: MediaUsage = strawberry.field(description="The usage.")


@strawberry.type(description="A page of usages.")
class MediaUsageConnection(Connection):
    edges: list[MediaUsageEdge] = strawberry.field(description="The usages of this page with their places.")
    nodes: list[MediaUsage] = strawberry.field(description="The usages of this page.")


BY_FIELD = (Order(field="field"), Order(field="position"))


def usages_wish(
    app: Annotated[str, strawberry.argument(description="The application the consumer is of.")],
    entity_type: Annotated[str, strawberry.argument(description="What it is there.")],
    entity_id: Annotated[str, strawberry.argument(description="Which one.")],
    first: int | None = DEFAULT_PAGE,
    after: str | None = None,
) -> Wish:
    """What the arguments of the usages of a consumer ask for."""
    sought = {"app": app, "entity_type": entity_type, "entity_id": entity_id}
    parts = tuple(Compare(name, "eq", comparable(value, camel(name))) for name, value in sought.items())
    return Wish(first=DEFAULT_PAGE if first is None else first, after=after, filter=All(parts), order=BY_FIELD)


@strawberry.type
class UsageQuery:
    usages = relation(
        "usage.MediaUsageConnection", "library.usages", wish=usages_wish,
        description="What a consumer uses, by field and position, media in the trash included.",
    )  # fmt: skip


@strawberry.input(description="A thing outside the library: its three names, kept as they are, are its identity.")
class ConsumerInput:
    app: str = strawberry.field(description="The application it is of; 1 to 100 characters.")
    entity_type: str = strawberry.field(description="What it is there; 1 to 100 characters.")
    entity_id: str = strawberry.field(description="Which one; 1 to 200 characters.")
    label: str | None = strawberry.field(default=None, description="What people call it; at most 500 characters.")
    url: URL | None = strawberry.field(default=None, description="Where people find it; of http or https.")


@strawberry.input(description="The point of a picture that is to stay in sight.")
class FocalPointInput:
    x: float = strawberry.field(description="0 to 1, from the left.")
    y: float = strawberry.field(description="0 to 1, from the top.")


@strawberry.input(description="A media in a field of a consumer; a field has a media once.")
class AttachMediaItem:
    media: strawberry.ID = strawberry.field(description="Which media.")
    field: str = strawberry.field(description="What for, such as `gallery`; 1 to 100 characters.")
    position: int | None = strawberry.field(
        default=None, description="Its place among those of the field; if not said, as they are given."
    )
    alt_text: str | None = strawberry.field(default=None, description="What it shows there.")
    caption: str | None = strawberry.field(default=None, description="What is said below it there.")
    crop: JSON | None = strawberry.field(
        default=None, description="Which part of it is shown there: an object of numbers and short words."
    )
    focal_point: FocalPointInput | None = strawberry.field(default=None, description="What of it is to stay in sight there.")


@strawberry.input(description="A consumer, and all that it uses: what is not among the items is detached.")
class SetUsagesInput:
    consumer: ConsumerInput = strawberry.field(description="What uses them.")
    items: list[AttachMediaItem] = strawberry.field(description="Its full set, at most 1,000; none: it uses nothing any more.")
    dry_run: bool | None = False


@strawberry.type(description="What a consumer uses now, or why nothing was changed.")
class UsagesPayload(Payload):
    attached: int = strawberry.field(description="How many usages are new.")
    detached: int = strawberry.field(description="How many usages are no more.")

    @strawberry.field(description="All that it uses, in the order given.", directives=[PAGED])
    def usages(self, first: int = 100) -> list[MediaUsage]:
        done: Any = self
        return done.figures["usages"][: max(first, 0)]


def item_of(given: AttachMediaItem) -> dict[str, Any]:
    """An item by the names that the domain has for its fields."""
    item = dict(values(given))
    point = item.pop("focal_point")
    more = {"focal_x": point.x, "focal_y": point.y} if point else {}
    return item | {"media_id": domain.key_of("Media", item.pop("media"))} | more


@strawberry.type
class UsageMutation:
    @strawberry.mutation(description="Says all that a consumer uses; what it used before and is not among this is detached.")
    async def set_usages(self, info: Info, input: SetUsagesInput) -> UsagesPayload:
        consumer = Using(**values(input.consumer))

        async def change(work: Work) -> Attached:
            return await set_usages(work.usages, work.media, consumer, list(map(item_of, input.items)))

        result = await info.context.write(change, dry_run=bool(input.dry_run))
        made = Attached((), 0, 0) if isinstance(result, Fault) else result
        figures = {"usages": made.usages, "attached": made.attached, "detached": made.detached}
        return Done(faults=[result] if isinstance(result, Fault) else [], figures=figures)  # pyright: ignore[reportReturnType]
