"""Verifying a library in the process of a test, as the command does."""

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import text

from domain.verify import Wrong
from graphql_api.bootstrap import Server
from graphql_api.upkeep import all_flaws
from persistence.verify import SqlVerifier
from tests.conftest import Site


async def flaws_of(of: Site | Server, *, deep: bool, repair: bool = False) -> set[Wrong]:
    """What is wrong with the libraries of a server."""
    server = of.server if isinstance(of, Site) else of
    found: set[Wrong] = set()
    with Progress(console=Console(quiet=True)) as progress:
        async for _, one in all_flaws(server, SqlVerifier(server.database), progress, deep=deep, repair=repair):
            found.add(one.flaw.wrong)
    return found


async def sql(site: Site, statement: str) -> None:
    """Writes behind the back of everybody; foreign keys are kept."""
    async with site.server.database.transaction() as connection:
        await connection.execute(text(statement))
