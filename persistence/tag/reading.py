"""Where tags are, and media by the trees of their tags."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, func, literal, select, tuple_

from domain import MediaTag, Tag
from domain.reading import Ask, TrashScope
from domain.search import EVERYTHING
from persistence.expressions import Condition, of_library
from persistence.media import MEDIA
from persistence.reading import answers
from persistence.rows import Kept, Selected
from persistence.search import condition
from persistence.tables import (
    media_table,
    media_tag_table,
    tag_closure_table,
    tag_implication_table,
    tag_key_table,
    tag_table,
)  # fmt: skip

TAG = Kept(tag_table, (Tag,))
BY_NAME = (tag_table.c.folded_name,)
DAWN, DUSK = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
"""Before and after all times."""
MOST_ASKED = 25
"""Tags that are asked where the page of a whole tree can end."""


def above(ask: Ask) -> Selected:
    pairs = tag_closure_table
    return select(*TAG.columns(ask)).join_from(pairs, tag_table, tag_table.c.id == pairs.c.ancestor_id).where(pairs.c.depth > 0)


def implied(ask: Ask) -> Selected:
    pairs = tag_implication_table
    return select(*TAG.columns(ask)).join_from(pairs, tag_table, tag_table.c.id == pairs.c.implied_id)


def media_below(ask: Ask) -> Selected:
    """Media that wear a tag or one below it, each once."""
    root, link = tag_closure_table, media_tag_table
    if ask.counted and is_plain(ask):
        return select(link.c.media_id).join_from(root, link, link.c.tag_id == root.c.descendant_id).where(not_trashed())
    if ask.counted:
        worn = select(*MEDIA.columns(ask)).join_from(root, link, link.c.tag_id == root.c.descendant_id)
        return worn.join(media_table, media_table.c.id == link.c.media_id)
    # one row stands for the tag: of itself
    columns = select(*MEDIA.columns(ask)).join_from(root, media_table, root.c.library_id == media_table.c.library_id)
    return columns.where(root.c.depth == 0, media_table.c.id.in_(found_below(ask)))


def found_below(ask: Ask) -> Any:
    """The keys of media below a tag, among them all that are on the page; where they are ordered otherwise than their links,
    all there are.
    """
    below, link = tag_closure_table, media_tag_table
    found = select(link.c.media_id).join_from(below, link, link.c.tag_id == below.c.descendant_id)
    found = found.where(of_parent(), of_library(below), of_library(link)).correlate(None)
    if ask.order or ask.summary:
        return found
    time = link.c.media_created_at
    end = func.coalesce(end_of_page(ask), literal(DUSK if ask.backward else DAWN, time.type))
    found = found.where(time <= end if ask.backward else time >= end, *behind(ask, link))
    if not is_plain(ask):
        return found
    page = found.where(lives()).group_by(time, link.c.media_id).order_by(*in_order(ask)).limit(bindparam("limit"))
    return select(page.subquery("page").c.media_id)


def in_order(ask: Ask) -> list[ColumnElement[Any]]:
    by = (media_tag_table.c.media_created_at, media_tag_table.c.media_id)
    return [one.asc() if ask.backward else one.desc() for one in by]


def is_plain(ask: Ask) -> bool:
    """Whether links tell which media are meant, with the few in the trash: to look at each media takes ten times as long."""
    return ask.where == EVERYTHING and ask.trash is TrashScope.EXCLUDE


def lives() -> Condition:
    """That the media of one link is not in the trash; for few links."""
    link = media_tag_table
    trashed = select(media_table.c.id).where(media_table.c.id == link.c.media_id, media_table.c.trashed_at.is_not(None))
    return ~trashed.where(of_library(media_table)).correlate(link).exists()


def not_trashed() -> Condition:
    """The same, for very many."""
    trashed = select(media_table.c.id).where(media_table.c.trashed_at.is_not(None), of_library(media_table))
    return media_tag_table.c.media_id.not_in(trashed.correlate(None))


def of_parent() -> Condition:
    return tag_closure_table.c.ancestor_id.in_([bindparam("key", type_=tag_closure_table.c.ancestor_id.type)])


def end_of_page(ask: Ask) -> ColumnElement[Any]:
    """A time that no media of the page came before: of the tags below that many media wear, each has a full page of its own,
    and the page of all of them ends where the first of these does. Null where none of them has so many.
    """
    below = tag_closure_table
    worn = select(below.c.descendant_id).join_from(below, tag_table, tag_table.c.id == below.c.descendant_id)
    worn = worn.where(of_parent(), of_library(below), of_library(tag_table)).correlate(None)
    most = worn.order_by(tag_table.c.media_count.desc(), tag_table.c.id).limit(MOST_ASKED).subquery("most")
    nearest = func.min if ask.backward else func.max
    end = nearest(end_of_own(ask, most), type_=media_tag_table.c.media_created_at.type)
    return select(end).select_from(most).correlate(None).scalar_subquery()


def end_of_own(ask: Ask, most: Any) -> ColumnElement[Any]:
    """When the last media came of a page of one of these tags."""
    link = media_tag_table
    live = {
        TrashScope.EXCLUDE: [media_table.c.trashed_at.is_(None)], TrashScope.ONLY: [media_table.c.trashed_at.is_not(None)],
        TrashScope.INCLUDE: [],
    }[ask.trash]  # fmt: skip
    found = select(link.c.media_created_at).where(link.c.tag_id == most.c.descendant_id, of_library(link), *behind(ask, link))
    if is_plain(ask):
        found = found.where(lives())
    else:
        found = found.join_from(link, media_table, media_table.c.id == link.c.media_id)
        found = found.where(of_library(media_table), condition(ask.where, media_table), *live)
    limit = bindparam("limit", type_=Integer())
    found = found.order_by(*in_order(ask)).limit(1).offset(limit - 1)
    return found.correlate(most).scalar_subquery()


def behind(ask: Ask, link: Any) -> list[Condition]:
    """Behind the place of a cursor, as the whole page is."""
    if ask.after is None:
        return []
    here = tuple_(link.c.media_created_at, link.c.media_id)
    there = tuple_(bindparam("sort_0", type_=link.c.media_created_at.type), bindparam("own", type_=link.c.media_id.type))
    return [here > there if ask.backward else here < there]


answers("tag.itself", TAG, parent=tag_table.c.id, key=tag_table.c.id)
answers("tag.known", TAG, parent=tag_key_table.c.key, key=tag_table.c.id)
answers("tag.children", TAG, parent=tag_table.c.parent_id, key=tag_table.c.id, order=BY_NAME)
answers(
    "tag.ancestors", TAG, parent=tag_closure_table.c.descendant_id, key=tag_table.c.id, order=(tag_table.c.depth,), few=True,
    select=above,
)  # fmt: skip
answers(
    "tag.implies", TAG, parent=tag_implication_table.c.tag_id, key=tag_table.c.id, order=BY_NAME, few=True, select=implied,
)  # fmt: skip
answers("library.tags", TAG, parent=tag_table.c.library_id, key=tag_table.c.id, order=BY_NAME)
answers(
    "media.tags", TAG, parent=media_tag_table.c.media_id, key=media_tag_table.c.tag_id, order=BY_NAME, few=True, link=MediaTag,
)  # fmt: skip
answers(
    "tag.media_below", MEDIA, parent=tag_closure_table.c.ancestor_id, key=media_table.c.id, order=(media_table.c.created_at,),
    descending=True, select=media_below, paged=True, distinct=media_tag_table.c.media_id,
)  # fmt: skip
