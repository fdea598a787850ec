"""`mediagraph extensions`: what joins the library, and how its tables are taken away."""

import asyncio

from rich.table import Table

from graphql_api.bootstrap import Joined, extensions_of, uninstalled
from graphql_api.cli import kept, out, shown


def extensions(*, uninstall: str | None = None) -> None:
    """Show the extensions that are installed, and those that left tables behind.

    Args:
        uninstall: take away the tables of this one, after copying the database; stop its servers first. Its package is still
            needed for it, and is to be removed, or left out of MEDIAGRAPH_EXTENSIONS, before a server starts again.
    """
    if uninstall is None:
        shown_all(asyncio.run(extensions_of(kept())))
        return
    if copy := asyncio.run(uninstalled(kept(), uninstall)):
        out.print(f"Copied to {copy}")
    out.print(f"{shown(uninstall)} keeps nothing any more.")


def shown_all(found: list[Joined]) -> None:
    table = Table("extension", "state", "revision", "newest", show_edge=False)
    for one in found:
        table.add_row(shown(one.name), state(one), one.revision or "none", one.newest or "none")
    out.print(table if found else "No extension is installed, and none left tables behind.")


def state(one: Joined) -> str:
    """In a word or two what there is to know of one."""
    if not one.installed:
        return "not installed: nothing asks it before media are deleted"
    if not one.joins:
        return "left out by MEDIAGRAPH_EXTENSIONS"
    return "joins" if one.revision == one.newest else "joins at the next start or `mediagraph migrate`"
