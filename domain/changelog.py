"""The log of a library: one row of every committed change of a thing, written in the transaction that makes it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.ids import Id
from domain.text import camel

UNTOLD = frozenset({"version", "updated_at", "shuffle", "media_count", "status"})
"""Fields that change by themselves, or with what an action says."""
PARTS = {
    "latitude": "location", "longitude": "location", "altitude": "location", "thumbhash": "placeholder",
    "dominant_color": "placeholder",
}  # fmt: skip
"""Fields that clients read as parts of another."""


class ChangeAction(StrEnum):
    """What became of a thing."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    PROCESSED = "PROCESSED"
    TRASHED = "TRASHED"
    RESTORED = "RESTORED"
    TAGGED = "TAGGED"
    UNTAGGED = "UNTAGGED"
    ATTACHED = "ATTACHED"
    DETACHED = "DETACHED"
    DELETED = "DELETED"
    PURGED = "PURGED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one thing.

    Attributes:
        id: its key; what came of one transaction follows one another.
        node_type: what the thing is, as in its global id.
        fields: what of it is another than before, by the names they have in GraphQL; may be empty.
        at: when it was made.
        actor: who made it.
        media_id: its key where it is a media, as are `tag_id` and `collection_id` of those.
    """

    id: Id
    action: ChangeAction
    node_type: str
    fields: tuple[str, ...] = ()
    at: datetime
    actor: str
    media_id: Id | None = None
    tag_id: Id | None = None
    collection_id: Id | None = None


POINTERS = {"Media": "media_id", "Tag": "tag_id", "Collection": "collection_id"}
"""What a change can be of, and the field that holds its key."""


@dataclass(slots=True)
class ChangeLog:
    """What a transaction changes, as it goes: each thing once for each action, in the order of the first."""

    noted: dict[tuple[str, Id], dict[ChangeAction, list[str]]] = field(
        default_factory=dict[tuple[str, Id], dict[ChangeAction, list[str]]]
    )

    def note(self, action: ChangeAction, node: str, key: Id, fields: Iterable[str] = ()) -> None:
        """Says that something became of a thing. Nothing is noted of an update of fields that change by themselves."""
        told = [public(name) for name in fields if name not in UNTOLD and not name.startswith("folded_")]
        if told or action is not ChangeAction.UPDATED:
            known = self.noted.setdefault((node, key), {}).setdefault(action, [])
            known.extend(name for name in told if name not in known)

    def rows(self) -> list[tuple[ChangeAction, str, Id, tuple[str, ...]]]:
        """What is to be kept: of a thing that was made that it was, not what was done to it at once."""
        return [
            (action, node, key, tuple(names))
            for (node, key), actions in self.noted.items()
            for action, names in merged(actions).items()
        ]


def public(name: str) -> str:
    """What clients read a field as."""
    return PARTS.get(name) or camel(name.removesuffix("_id"))


def merged(actions: dict[ChangeAction, list[str]]) -> dict[ChangeAction, list[str]]:
    """An update is part of what else was done in the same transaction: of the making, the processing, the trash."""
    found = dict(actions)
    if ChangeAction.CREATED in found:
        found.pop(ChangeAction.UPDATED, None)
    for whole in (ChangeAction.PROCESSED, ChangeAction.TRASHED, ChangeAction.RESTORED):
        if whole in found and ChangeAction.UPDATED in found:
            found[whole] = found.pop(ChangeAction.UPDATED)
    return found
