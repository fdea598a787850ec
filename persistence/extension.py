"""What an extension keeps in the database beside the core's tables."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import MetaData

from persistence.providers import Provider
from persistence.tables import schema
from persistence.writing import Rows


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Keeping:
    """The tables of an extension, how they came to be, and who reads and writes them.

    Attributes:
        name: of the extension.
        tables: its own MetaData. Every table has `library_id`, and none has a name of the core's.
        versions: the folder of its revisions, as Alembic has them; they run after the core's.
        provider: tells which media it uses, for usages and the guard before deleting.
        repository: what `work.of(name)` is in a transaction; it is made as the core's own are.
    """

    name: str
    tables: MetaData = field(default_factory=MetaData)
    versions: Path = Path()
    provider: Provider | None = None
    repository: type[Rows] | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for a table that belongs to no library, or is called as one of the core's."""
        for table in self.tables.tables.values():
            if "library_id" not in table.c:
                raise ValueError(f"The table {table.name} of {self.name} does not say which library its rows are of.")
            if table.name in schema.tables:
                raise ValueError(f"The core has a table {table.name}.")

    @property
    def version_table(self) -> str:
        """Where the database says at which of its revisions it is."""
        return f"{VERSION}_{self.name}"


VERSION = "alembic_version"
"""The core's own; those of extensions begin so."""
