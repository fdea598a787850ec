"""Extensions: packages beside the core that add types, fields, changes and tables of their own to a library."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from graphql_api.fields import Relation

GROUP = "mediagraph.extensions"
"""The group of entry points that installed packages name their extensions in."""
NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")


class BadExtension(Exception):
    """An extension cannot be loaded, or does not fit to the core or to another one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Extension:
    """What a package adds to a library. Fields are declared as the core's own are, so that both ways of answering read them.

    Attributes:
        name: small letters, digits and underlines; what its entry point is called, and in part its table of revisions.
        queries: a Strawberry type whose fields join `Query`.
        mutations: the same of `Mutation`.
        fields: of core types, by their names in the schema, a Strawberry type whose fields join them; those that join an
            interface join every type that has it.
        types: those that no field leads to, such as implementations of an interface.
        nodes: by the names of types what `node` and `nodes` find of them: a relation from their own keys.
        words: what values of its enums mean, by their places in the schema: `ProductUsage.SWATCH`.
        keeping: its tables, migrations, usages and repository (`persistence.extension.Keeping`); None where it keeps nothing.
    """

    name: str
    queries: type[Any] | None = None
    mutations: type[Any] | None = None
    fields: Mapping[str, type[Any]] = field(default_factory=dict[str, type[Any]])
    types: tuple[type[Any], ...] = ()
    nodes: Mapping[str, Relation] = field(default_factory=dict[str, Relation])
    words: Mapping[str, str] = field(default_factory=dict[str, str])
    keeping: Any = None

    def __post_init__(self) -> None:
        """Raises BadExtension for a name that is none, or not that of what it keeps."""
        if not NAME.fullmatch(self.name):
            raise BadExtension(f"{self.name!r} is no name of an extension: small letters, digits and underlines, at most 30.")
        if self.keeping is not None and self.keeping.name != self.name:
            raise BadExtension(f"The extension {self.name} keeps what is called {self.keeping.name}.")

    @property
    def contributed(self) -> dict[str, type[Any]]:
        """By the names of core types what joins them, the roots among them."""
        roots = {"Query": self.queries, "Mutation": self.mutations}
        return {**self.fields, **{name: one for name, one in roots.items() if one is not None}}


def installed(wanted: Sequence[str] | None = None) -> tuple[Extension, ...]:
    """The extensions of installed packages, by name.

    Args:
        wanted: only these; None: all there are.

    Raises:
        BadExtension: one that is wanted is not installed, cannot be loaded, or two have the same name.
    """
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        if found.setdefault(point.name, point).value != point.value:
            raise BadExtension(
                f"Two installed packages have an extension {point.name}: {found[point.name].value}, {point.value}."
            )
    if missing := sorted(set(wanted or ()) - found.keys()):
        raise BadExtension(
            f"No installed package has an extension {', '.join(missing)}; there are: {', '.join(found) or 'none'}."
        )
    return tuple(loaded(point) for name, point in found.items() if wanted is None or name in wanted)


def loaded(point: EntryPoint) -> Extension:
    """What an entry point leads to. Raises BadExtension where that is no extension of its name."""
    try:
        made = point.load()
    except Exception as error:
        raise BadExtension(f"The extension {point.name} ({point.value}) cannot be loaded: {error}") from error
    if not isinstance(made, Extension) or made.name != point.name:
        raise BadExtension(f"{point.value} is no extension called {point.name}.")
    return made


def apart(extensions: Iterable[Extension]) -> None:
    """Raises BadExtension where two have the same name."""
    names = [one.name for one in extensions]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadExtension(f"There are two extensions called {', '.join(twice)}.")
