"""Listening: tells where, and serves until told to stop."""

import logging
import os
import socket

from rich.console import Console

from graphql_api import draining
from graphql_api.bootstrap import is_sqlite, wal_reset_warning
from graphql_api.floors import must_be_safe
from graphql_api.settings import MEMORY, Settings

out = Console()


def listen(settings: Settings, *, reload: bool = False, workers: int = 1) -> None:
    """Serves until it is told to stop; requests under way are answered first."""
    if workers > 1 and settings.database_url == MEMORY:
        raise SystemExit("A library in memory has one worker: others would not see it.")
    must_be_safe()
    must_be_free(settings)
    if is_sqlite(settings) and (warning := wal_reset_warning()):
        logging.getLogger("mediagraph").warning(warning)
    os.environ |= {"MEDIAGRAPH_HOST": settings.host, "MEDIAGRAPH_PORT": str(settings.port)}
    started(settings)
    draining.run(draining.Config(settings, reload=reload, workers=workers))


def must_be_free(settings: Settings) -> None:
    """Tells in a line that somebody else listens there."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((settings.host, settings.port))
        except OSError as error:
            where = f"{settings.host}:{settings.port}"
            raise SystemExit(f"{where}: {error.strerror}. Choose another with --port or MEDIAGRAPH_PORT.") from error


def started(settings: Settings) -> None:
    out.print(
        f"[bold]mediagraph[/] at {settings.site}  ·  GraphiQL {settings.site}/graphql  ·  schema {settings.site}/schema.graphql"
    )
