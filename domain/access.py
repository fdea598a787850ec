"""Who asks, and on behalf of which library. Nothing is read or written without one."""

from dataclasses import dataclass

from domain.ids import Id
from domain.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A caller, by name, and the one library everything it does is confined to."""

    library: Library
    actor: str = "anonymous"

    @property
    def library_id(self) -> Id:
        return self.library.id
