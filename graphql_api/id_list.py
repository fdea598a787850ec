"""Changes of lists of things over GraphQL."""

import strawberry

import domain
from domain.changes import ListChange
from graphql_api.selection import limited


@strawberry.input(description="What to add to a list and to take out of it.")
class IdListChange:
    add: list[strawberry.ID] | None = strawberry.field(default=None, description="These are added.")
    remove: list[strawberry.ID] | None = strawberry.field(default=None, description="These are taken out.")


@strawberry.input(one_of=True, description="Another list, or changes of the one there is; exactly one of both.")
class IdListPatch:
    set: strawberry.Maybe[list[strawberry.ID]] = strawberry.field(description="These and no others.")
    change: strawberry.Maybe[IdListChange] = strawberry.field(description="What changes, and the rest stays.")


def list_change(name: str, given: IdListPatch | None, *path: str) -> ListChange:
    """The change as the domain has it, of things called `name`; null clears the list."""

    def keys(ids: list[strawberry.ID] | None, *at: str) -> tuple[domain.Id, ...]:
        return tuple(limited(name, ids or [], *path, *at))

    if given is None or given.set:
        return ListChange(to=keys(given.set.value if given and given.set else [], "set"))
    change = given.change.value if given.change else IdListChange()
    return ListChange(add=keys(change.add, "change", "add"), remove=keys(change.remove, "change", "remove"))
