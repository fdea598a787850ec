"""Which media a change is of, over GraphQL: by their ids, or all that a filter matches within its transaction."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

import strawberry

import domain
from domain.errors import INPUT, Fault, LimitExceeded, Path, SelectionChanged
from domain.ports import Work
from domain.reading import Reader, TrashScope
from graphql_api.fields import Relation, Wish, load_of
from graphql_api.matching import SearchInput, with_search
from graphql_api.search import MediaFilter, to_filter

MOST_AT_ONCE = 1_000
LIBRARY = Relation("library.media")
CHOSEN: Path = (*INPUT, "selection")


@strawberry.input(description="All media that a filter matches when the change is made, newest first.")
class MatchingSelection:
    filter: MediaFilter = strawberry.field(description="Which; an empty one matches every media.")
    search: SearchInput | None = strawberry.field(default=None, description="What they have to be found by, too.")
    except_: list[strawberry.ID] | None = strawberry.field(name="except", default=None, description="All but these.")
    expected_count: int | None = strawberry.field(
        default=None, description="Refuse when another number is selected: somebody may have changed what matches since."
    )
    trash: TrashScope | None = strawberry.field(
        default=None, description="Where to look. If not said: in the trash to restore, else outside of it."
    )


@strawberry.input(one_of=True, description="Which media; exactly one way of saying so. At most 1,000.")
class MediaSelection:
    ids: strawberry.Maybe[list[strawberry.ID]] = strawberry.field(description="These; at most 1,000.")
    matching: strawberry.Maybe[MatchingSelection] = strawberry.field(description="What a filter matches.")


def limited(name: str, ids: list[strawberry.ID], *path: str, most: int = MOST_AT_ONCE) -> list[domain.Id]:
    """The keys of these ids of a `name`, each once. Raises LimitExceeded for too many."""
    if len(ids) > most:
        raise LimitExceeded(f"At most {most:,} at once.", limit=most, actual=len(ids), path=path)
    return list(dict.fromkeys(domain.key_of(name, one) for one in ids))


async def selected(
    selection: MediaSelection, reader: Reader, library: domain.Id, *, most: int = MOST_AT_ONCE,
    trash: TrashScope = TrashScope.EXCLUDE,
) -> list[domain.Id]:  # fmt: skip
    """The keys of a selection, as `reader` sees them.

    Raises:
        LimitExceeded: it is of too many.
        SelectionChanged: it is not of as many as were expected.
        Invalid: the filter or the search breaks a rule.
    """
    if not selection.matching:
        return limited("Media", selection.ids.value if selection.ids else [], *CHOSEN, "ids", most=most)
    wanted = selection.matching.value
    omitted = set(limited("Media", wanted.except_ or [], *CHOSEN, "matching", "except"))
    with below(*CHOSEN, "matching"):
        found_by = with_search(wanted.search, to_filter(wanted.filter))
        load = replace(load_of(LIBRARY, Wish(filter=found_by, trash=wanted.trash or trash)), keys=(library,))
        found = await reader.find(replace(load, first=most + len(omitted)))
    keys = [one.entity.id for one in found if one.entity.id not in omitted]
    if len(keys) > most:
        raise LimitExceeded(f"At most {most:,} at once; the filter matches more.", limit=most, path=(*CHOSEN, "matching"))
    if wanted.expected_count is not None and wanted.expected_count != len(keys):
        raise SelectionChanged(wanted.expected_count, len(keys), path=(*CHOSEN, "matching", "expectedCount"))
    return keys


async def chosen(work: Work, selection: MediaSelection, trash: TrashScope = TrashScope.EXCLUDE) -> list[domain.Id]:
    """The keys of a selection within a transaction; raises what `selected` does."""
    return await selected(selection, work.reader, work.principal.library_id, trash=trash)


@contextmanager
def below(*path: str) -> Generator[None]:
    """Says of a fault within where in the input that is."""
    try:
        yield
    except Fault as fault:
        fault.path = (*path, *fault.path)
        raise
