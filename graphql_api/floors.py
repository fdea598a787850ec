"""The versions of packages this one was made for, as its own metadata tells them; some are a matter of safety."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OURS = "mediagraph"
SAFETY = frozenset({"strawberry-graphql", "starlette", "python-multipart", "pillow"})
"""Older ones have holes through which a request harms the server, so that it does not start with them."""


class Outdated(Exception):
    """A package is older than is safe."""


@dataclass(frozen=True, slots=True)
class Floor:
    """A package this one needs, the version that is installed, and whether that will do. No version: it is not there."""

    name: str
    wanted: str
    installed: str | None
    is_optional: bool

    @property
    def holds(self) -> bool:
        needed = Requirement(f"{self.name}{self.wanted}")
        return self.installed is not None and needed.specifier.contains(self.installed, prereleases=True)

    @property
    def is_safety(self) -> bool:
        return self.name in SAFETY


def floors() -> Iterator[Floor]:
    """Every package this one asks for on this Python, those of extras too."""
    for text in requires(OURS) or ():
        needed = Requirement(text)
        extras = needed.marker is not None and "extra" in str(needed.marker)
        if extras or needed.marker is None or needed.marker.evaluate():
            yield floor(needed, is_optional=extras)


def floor(needed: Requirement, *, is_optional: bool) -> Floor:
    name = canonicalize_name(needed.name)
    try:
        installed = version(name)
    except PackageNotFoundError:
        installed = None
    return Floor(name, str(needed.specifier), installed, is_optional)


@cache
def must_be_safe() -> None:
    """Looks once.

    Raises:
        Outdated: a package is older than is safe; tells all of them in a line.
    """
    found = [floor(needed, is_optional=False) for needed in map(Requirement, requires(OURS) or ()) if needed.name in SAFETY]
    if low := [one for one in found if not one.holds]:
        told = ", ".join(f"{one.name} {one.installed or 'missing'} (needs {one.wanted})" for one in low)
        raise Outdated(f"These packages are too old to be safe: {told}. Install mediagraph anew, as it asks for them.")
