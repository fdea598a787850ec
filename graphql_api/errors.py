"""Failures over GraphQL: expected ones as data of a mutation's payload, the others masked."""

from dataclasses import dataclass, field
from typing import Any

import strawberry

import domain
from domain.errors import Cycle, DuplicateMedia, Fault, FaultCode, LimitExceeded, MediaInUse, NotFound, VersionConflict
from domain.reading import TrashScope
from domain.usage import MOST_TOLD
from graphql_api.context import Info
from graphql_api.declare import computed, relation_one, view
from graphql_api.price import PAGED
from graphql_api.relay import Node
from graphql_api.scalars import BigInt


@strawberry.interface(description="An expected failure of a mutation. Nothing was changed where it says so.")
class UserError:
    code: FaultCode = strawberry.field(description="What went wrong, for programs.")
    message: str = strawberry.field(description="What went wrong, for people.")
    path: list[str] = strawberry.field(description='Where in the arguments, such as ["input", "patch", "title"].')

    @classmethod
    def is_type_of(cls, told: "Told", _info: Any) -> bool:
        return type_name(told.fault) == cls.__name__

    @classmethod
    def resolve_type(cls, told: "Told", *_: Any) -> str:
        return type_name(told.fault)


@strawberry.type(description="The input breaks a rule.")
class InputError(UserError):
    pass


def id_asked_for(what: str, key: domain.Id) -> str:
    return domain.global_id(what.encode(), key)


@strawberry.type(description="Nothing of this library has that id.")
class NotFoundError(UserError):
    node_id = computed(
        id_asked_for, needs=("what", "key"), graphql_type=strawberry.ID,
        description="The id that was asked for; where that was malformed, one that nothing has.",
    )  # fmt: skip


@strawberry.type(description="Somebody else changed it first.")
class VersionConflictError(UserError):
    current_version: int = strawberry.field(description="The version it is at.")

    @strawberry.field(description="The thing as it is now.")
    async def current(self, info: Info) -> Node | None:
        fault: Any = self
        schema: Any = info.schema  # it knows what else can be named
        return await info.context.named(schema.nodes, (fault.what, fault.key))


@strawberry.type(description="More than is allowed.")
class LimitError(UserError):
    limit: BigInt = strawberry.field(description="The most that is allowed, in the unit the message names.")
    actual: BigInt | None = strawberry.field(description="How much it was, where that is known.")


@strawberry.type(description="Something uses the media: it cannot go unless the policy says so.")
class MediaInUseError(UserError):
    usage_count: int = strawberry.field(description="In how many places it is used.")

    @strawberry.field(
        graphql_type=list[view("usage.MediaUsage")],
        directives=[PAGED],
        description="The first of these by consumer, at most ten.",
    )  # fmt: skip
    def usages(self, first: int = MOST_TOLD) -> Any:
        fault: Any = self
        return fault.usages[: max(first, 0)]


@strawberry.type(description="A media of the library has the bytes that came.")
class DuplicateMediaError(UserError):
    existing = relation_one(
        "media.Media", "media.itself", key="existing_id", trash=TrashScope.INCLUDE,
        description="The oldest that has them; null if it was removed since.",
    )  # fmt: skip


@strawberry.type(description="A thing of a tree would lie below itself.")
class CycleError(UserError):
    pass


NAMES: dict[type[Fault], str] = {
    Cycle: "CycleError", DuplicateMedia: "DuplicateMediaError", MediaInUse: "MediaInUseError",
    NotFound: "NotFoundError", VersionConflict: "VersionConflictError", LimitExceeded: "LimitError",
}  # fmt: skip
ERROR_TYPES = [InputError, CycleError, DuplicateMediaError, MediaInUseError, NotFoundError, VersionConflictError, LimitError]


def type_name(fault: Fault) -> str:
    """The GraphQL type of a fault: that of its nearest class that has one."""
    return next((NAMES[kind] for kind in type(fault).__mro__ if kind in NAMES), "InputError")


@strawberry.interface(description="What every mutation answers.")
class Payload:
    user_errors: list[UserError] = strawberry.field(description="Why it was refused; empty where it was done.")

    @classmethod
    def is_type_of(cls, done: object, _info: Any) -> bool:
        return isinstance(done, Done)


@dataclass(frozen=True, slots=True)
class Told:
    """A fault as a value: graphql-core raises every exception that it meets among values."""

    fault: Fault

    def __getattr__(self, name: str) -> Any:
        return getattr(self.fault, name)


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a payload is a view of: the key of what was changed, or why it was not, and figures."""

    key: domain.Id | None = None
    faults: list[Fault] = field(default_factory=list[Fault])
    figures: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def user_errors(self) -> list["Told"]:
        return [Told(fault) for fault in self.faults]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self.figures:
            raise AttributeError(name)
        return self.figures[name]


def done(result: "domain.Id | Fault | None", **figures: Any) -> Done:
    """The payload of a change of one thing."""
    return Done(faults=[result], figures=figures) if isinstance(result, Fault) else Done(key=result, figures=figures)
