"""Changes to things that have a version: what really changes, and whether somebody else was first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from domain.errors import VersionConflict
from domain.ids import Id

Changes = Mapping[str, Any]
"""New values by field name; what is not named stays."""


class Versioned(Protocol):
    """A thing people edit."""

    @property
    def id(self) -> Id: ...
    @property
    def version(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ListChange:
    """A change of a list: to another one, or by what is added and removed."""

    to: tuple[Id, ...] | None = None
    add: tuple[Id, ...] = ()
    remove: tuple[Id, ...] = ()

    def of(self, before: Iterable[Id]) -> list[Id]:
        """What becomes of a list, each once."""
        if self.to is not None:
            return list(dict.fromkeys(self.to))
        return [one for one in dict.fromkeys([*before, *self.add]) if one not in self.remove]


def now() -> datetime:
    """The time, in UTC, to the microsecond."""
    return datetime.now(UTC)


def changed(what: str, thing: Versioned, wanted: Changes, if_version: int | None = None) -> dict[str, Any]:
    """What has to be written for `thing` to have the values wanted: nothing if it has them already.

    Raises:
        VersionConflict: it is not at the version the caller saw.
    """
    if if_version is not None and if_version != thing.version:
        raise VersionConflict(what, thing.id, thing.version, path=("input", "ifVersion"))
    real = {name: value for name, value in wanted.items() if getattr(thing, name) != value}
    return real | {"version": thing.version + 1, "updated_at": now()} if real else {}
