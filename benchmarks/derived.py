"""What the database keeps of its rows besides: filled for all of them at once after a load, as triggers are off meanwhile."""
# ruff: noqa: S608 - all of it is our own text

from persistence import tallies
from persistence.counters import COUNTERS


def closed(table: str) -> str:
    """Fills the closure of a tree."""
    return (
        f"INSERT INTO {table}_closure (ancestor_id, descendant_id, depth, library_id) WITH RECURSIVE above (ancestor, "
        f"descendant, depth, library) AS (SELECT id, id, 0, library_id FROM {table} "
        f"UNION ALL SELECT {table}.parent_id, above.descendant, "
        f"above.depth + 1, above.library FROM above JOIN {table} ON {table}.id = above.ancestor "
        f"WHERE {table}.parent_id IS NOT NULL) SELECT ancestor, descendant, depth, library FROM above"
    )


PATHS = (
    "WITH RECURSIVE paths (id, path) AS (SELECT id, slug FROM collection WHERE parent_id IS NULL UNION ALL "
    "SELECT collection.id, paths.path || '/' || collection.slug FROM paths JOIN collection ON collection.parent_id = paths.id) "
    "UPDATE collection SET path = (SELECT paths.path FROM paths WHERE paths.id = collection.id)"
)
BOTH: list[str] = [
    "INSERT INTO tag_key (key, library_id, tag_id) SELECT id, library_id, id FROM tag",
    closed("tag"),
    closed("collection"),
    PATHS,
    *(counter.recount() for counter in COUNTERS),
]


def derived(dialect: str) -> list[str]:
    """The statements that fill it, in order."""
    return [*BOTH, *tallies.recount(dialect)]
