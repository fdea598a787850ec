"""The `mediagraph` command: set up, serve, import, look."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from domain.duplicate import DuplicatePolicy
from domain.errors import Fault
from domain.extraction import process as process_media
from domain.ids import NOBODY
from domain.importing import Candidate, Result, Summary, candidates, import_files
from domain.media import MediaStatus
from domain.text import CONTROL
from graphql_api.bootstrap import NotMigrated, Server, glance, migrated, opened, reindexed
from graphql_api.demo.telling import demo_is_made, make_demo
from graphql_api.extension import BadExtension, installed
from graphql_api.floors import Outdated
from graphql_api.schema import schema_with, text_of
from graphql_api.serving import listen
from graphql_api.settings import MEMORY, PREFIX, BadSettings, Settings

app = App(name="mediagraph", help="A GraphQL API server for media libraries.")
app.command("graphql_api.doctor.command:doctor", help="Check this installation, or a server that runs.")  # loaded when called
app.command("graphql_api.joined:extensions", help="What joins the library, and what left tables behind.")
app.command("graphql_api.upkeep:sweep", help="Collect bytes that nothing needs any more; safe to repeat and beside a server.")
app.command("graphql_api.upkeep:verify", help="Find what is missing, damaged, orphaned or out of step.")
out = Console()
err = Console(stderr=True)
PIECE = 100
WHICH = "Which, and why: { media(filter: {status: {eq: FAILED}}) { nodes { filename processing { error { message } } } } }"


def bar() -> Progress:
    """A progress bar with counts and time."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=err)


def chosen(host: str | None, port: int | None) -> Settings:
    given: dict[str, Any] = {"host": host, "port": port}
    return Settings.read(**{name: value for name, value in given.items() if value is not None})


@app.command
def serve(*, host: str | None = None, port: int | None = None, reload: bool = False, workers: int = 1) -> None:
    """Serve the library over HTTP.

    Args:
        host: the address to listen on.
        port: the port to listen on.
        reload: start anew when the code changes.
        workers: how many processes.
    """
    settings = chosen(host, port)
    if settings.database_url != MEMORY:
        asyncio.run(check(settings))
    listen(settings, reload=reload, workers=workers)


async def check(settings: Settings) -> None:
    """Opens and closes everything once, so that what is wrong is told before workers start."""
    async with opened(settings):
        pass


@app.command
def demo(*, host: str | None = None, port: int | None = None, only_make: bool = False) -> None:
    """Make a small library of real files, unless it is there already, and serve it.

    Args:
        host: the address to listen on.
        port: the port to listen on.
        only_make: stop when the library is made.
    """
    settings = chosen(host, port)
    if settings.database_url == MEMORY:
        raise SystemExit("The demo is kept on disk: unset MEDIAGRAPH_DATABASE_URL.")
    asyncio.run(migrated(settings))
    if not demo_is_made(settings):
        asyncio.run(made(settings))
    if not only_make:
        listen(settings)


async def made(settings: Settings) -> None:
    async with opened(settings) as server:
        with bar() as progress:
            drawing = progress.add_task("Drawing, playing and filming", total=None)
            importing = progress.add_task("Importing", total=None)
            summary = await make_demo(
                server, drawn=lambda done, of: progress.update(drawing, completed=done, total=of),
                imported=lambda done, of: progress.update(importing, completed=done, total=of),
            )  # fmt: skip
    told(summary)


@app.command
def migrate(*, down: str | None = None) -> None:
    """Bring the database to this version's tables, then to those of the extensions that join, after copying it.

    Args:
        down: go back to this revision of the core instead; `base` takes all its tables away.
    """
    copy, steps = asyncio.run(migrated(kept(), down))
    if copy:
        out.print(f"Copied to {copy}")
    for one in steps:
        of = f" of {one.name}" if one is not steps[0] else ""
        out.print(f"Revision{of} {one.before or 'none'} -> {one.after or 'none'}")
    if down is None:
        asyncio.run(words_indexed(kept(), only_missing=True))


@app.command
def reindex(*, missing: Annotated[bool, Parameter(negative=())] = False) -> None:
    """Make the index anew that media are searched by, beside a server that runs; what is broken off is simply begun again.

    Args:
        missing: only of media that are not in it.
    """
    count = asyncio.run(words_indexed(kept(), only_missing=missing))
    out.print(f"{count:,} indexed.")


async def words_indexed(settings: Settings, *, only_missing: bool) -> int:
    with bar() as progress:
        task = progress.add_task("Indexing words", total=None)
        return await reindexed(
            settings, lambda done, of: progress.update(task, completed=done, total=of), only_missing=only_missing
        )


@app.command(name="import")
def import_(
    paths: list[Path], /, *, in_place: Annotated[bool, Parameter(negative=())] = False,
    duplicates: DuplicatePolicy = DuplicatePolicy.KEEP_BOTH,
) -> None:  # fmt: skip
    """Import files, and folders with all that is in them. What was imported before adds nothing.

    Args:
        paths: files and folders.
        in_place: leave the files where they are instead of copying them.
        duplicates: what becomes of a file whose bytes a media has: it is another media (keep-both), adds nothing (reuse), is
            refused (reject), or takes the place of that media, which goes to the trash (replace).
    """
    if missing := [path for path in paths if not path.exists()]:
        raise SystemExit(f"There is no {', '.join(map(str, missing))}.")
    summary = asyncio.run(imported(paths, in_place=in_place, policy=duplicates))
    told(summary)
    if summary.refused:
        sys.exit(1)


async def imported(paths: list[Path], *, in_place: bool, policy: DuplicatePolicy) -> Summary:
    found = list(candidates(paths))
    async with opened(kept()) as server:
        with bar() as progress:
            task = progress.add_task("Importing", total=len(found))

            def step(_candidate: Candidate, _result: Result) -> None:
                progress.advance(task)

            return await import_files(server.parts, server.operator, found, in_place=in_place, policy=policy, progress=step)


def kept() -> Settings:
    """The settings of a library that outlives the command."""
    settings = Settings.read()
    if settings.database_url == MEMORY:
        raise SystemExit("A library in memory is gone with this command: unset MEDIAGRAPH_DATABASE_URL.")
    return settings


def told(summary: Summary) -> None:
    """What became of the files, and what is to be looked at."""
    out.print(", ".join(f"{count:,} {result}" for result, count in summary.counts.items() if count) or "Nothing to import.")
    for file, why in summary.refused:
        err.print(f"[red]refused[/] {shown(file)}: {shown(why)}")
    if summary.failed:
        err.print(
            f"{len(summary.failed):,} could not be processed in full; they are kept: media(filter: {{status: {{eq: FAILED}}}})"
        )


def shown(text: object) -> str:
    """A text of others for the terminal: nothing in it colours, moves or links."""
    return escape(CONTROL.sub("?", str(text)).replace("\n", " "))


@app.command
def process(*, failed: Annotated[bool, Parameter(negative=())] = False) -> None:
    """Run the processors that have not run yet.

    Args:
        failed: also those that failed.
    """
    statuses = [MediaStatus.PROCESSING, *([MediaStatus.FAILED] if failed else [])]
    count, still = asyncio.run(processed(statuses))
    out.print(f"{count:,} processed, {still:,} of them failed.")
    if still:
        err.print(WHICH)
    sys.exit(1 if still else 0)


async def processed(statuses: list[MediaStatus]) -> tuple[int, int]:
    count = still = 0
    async with opened(kept()) as server:
        with bar() as progress:
            task, after = progress.add_task("Processing", total=None), NOBODY
            while media := await pending(server, statuses, after):
                for one in media:
                    still += await process_media(server.parts, server.operator, one) is MediaStatus.FAILED
                    progress.advance(task)
                count, after = count + len(media), media[-1]
    return count, still


async def pending(server: Server, statuses: list[MediaStatus], after: bytes) -> list[bytes]:
    async with server.parts.database.writing(server.operator) as work:
        return [media.id for media in await work.media.pending(statuses, after, PIECE)]


@app.command
def inspect() -> None:
    """Show the database at a glance."""
    found = asyncio.run(glance(kept()))
    for title, rows in found.items():
        table = Table(title=title, title_justify="left", show_header=False)
        for row in rows:
            table.add_row(*map(str, row))
        out.print(table)


@app.command
def export_schema(path: Path | None = None, /) -> None:
    """Print the schema, or write it to a file; with what installed extensions add to it.

    Args:
        path: the file to write.
    """
    text = text_of(schema_with(installed(Settings.read().extensions)))
    if path is None:
        sys.stdout.write(text)
    else:
        path.write_text(text, "utf-8")


def setting(name: object = "", *_: object) -> str:
    """A setting as its variable is called."""
    return f"{PREFIX}{str(name).upper().removeprefix(PREFIX)}"


def main() -> Any:
    """The console command; what people can mend is told in a line."""
    try:
        return app()
    except ValidationError as error:
        problems = "\n".join(f"  {setting(*one['loc'])}: {one['msg']}" for one in error.errors())
        raise SystemExit(f"These settings cannot be used (in a file: small letters, no prefix):\n{problems}") from error
    except Fault as fault:
        raise SystemExit(f"{fault} {fault.__cause__ or ''}".strip()) from fault
    except (NotMigrated, BadSettings, BadExtension, Outdated) as error:
        raise SystemExit(str(error)) from error
