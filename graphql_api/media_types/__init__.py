"""Media types over GraphQL: one file each, found by being here."""

from importlib import import_module
from pkgutil import iter_modules


def imported() -> None:
    """Imports every media type."""
    for found in iter_modules(__path__):
        import_module(f"{__name__}.{found.name}")
