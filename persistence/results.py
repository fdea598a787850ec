"""Tags and collections by the beginning of their names: those that a range of an index has, the best of them first."""

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, bindparam, case, func, literal_column, select, union_all
from sqlalchemy import cast as cast_to

from domain.reading import Ask
from domain.results import RANK, NameMatch
from persistence import suggestion
from persistence.collection import COLLECTION
from persistence.columns import key
from persistence.fields import FIELDS
from persistence.reading import answers
from persistence.rows import Kept, Selected
from persistence.tag import TAG
from persistence.types import Words

NAMED = Table(  # kept nowhere: each statement begins with its rows
    "named",
    MetaData(),
    key("library_id"),
    key("id"),
    Column("goes_on", Integer, nullable=False),
    Column("rank", BigInteger, nullable=False),
    Column("folded", Words, nullable=False),
)


def by_name(kept: Kept, thing: str, *sorts: Selected) -> Any:
    """Makes the rows of things, each once, from rows of suggestions that hold the key of a thing in the column `thing`."""
    one = union_all(*(select(each.subquery()) for each in sorts)).subquery("each").c
    whole = one.folded == bindparam("value_0", type_=Words())
    goes_on = func.min(case((whole, literal_column("0", Integer())), else_=literal_column("1", Integer())))
    found = select(
        one.library_id, one[thing].label("id"), cast_to(goes_on, Integer).label("goes_on"), one.rank,
        func.min(one.folded).label("folded"),
    ).group_by(one.library_id, one[thing], one.rank)  # fmt: skip

    def rows(ask: Ask) -> Selected:
        joined = select(*kept.columns(ask)).join_from(NAMED, kept.table, kept.table.c.id == NAMED.c.id)
        return joined.add_cte(found.cte(NAMED.name))

    return rows


def answer_by_name(relation: str, kept: Kept, thing: str, *sorts: Selected) -> None:
    FIELDS[kept.table, "named"] = NAMED.c.folded
    answers(
        relation, kept, parent=NAMED.c.library_id, key=NAMED.c.id, order=tuple(NAMED.c[name] for name in RANK),
        link=NameMatch, select=by_name(kept, thing, *sorts),
    )  # fmt: skip


answer_by_name("library.tags_named", TAG, "tag_id", suggestion.tags(), suggestion.aliases())
answer_by_name("library.collections_named", COLLECTION, "collection_id", suggestion.collections())
