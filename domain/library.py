"""A library: whose media these are. Root lists are relations of it, and so are its figures."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import Id

DEFAULT_LIBRARY = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """One tenant: every other thing belongs to exactly one."""

    id: Id
    name: str
    created_at: datetime
