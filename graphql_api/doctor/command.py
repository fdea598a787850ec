"""`mediagraph doctor`: looks, tells in a table or as JSON, and exits with 1 where there is a problem."""

import asyncio
import sys
from collections.abc import Sequence
from typing import Annotated

import orjson
from cyclopts import Parameter
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from graphql_api.doctor import installation, library
from graphql_api.doctor.finding import Finding, Look, Verdict, examined, has_problem, one_line, problem
from graphql_api.doctor.remote import Remote
from graphql_api.doctor.story import told as told_story
from graphql_api.settings import PREFIX, BadSettings, Settings

COLORS = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.PROBLEM: "bold red"}


def doctor(*, url: str | None = None, key: str | None = None, json: Annotated[bool, Parameter(negative=())] = False) -> None:
    """Check this installation and its library, or a server that runs, and tell what to do.

    Args:
        url: a server to try over HTTP instead: a file of each kind is uploaded, read back and purged.
        key: a secret key of that server; `-` reads it from standard input.
        json: for machines.
    """
    if url is None:
        findings = asyncio.run(looked())
    else:
        findings = told_story(Remote(url, sys.stdin.readline().strip() if key == "-" else key))
    show_json(findings) if json else show_table(findings)
    if has_problem(findings):
        sys.exit(1)


async def looked() -> list[Finding]:
    """Every check of this installation, one after the other."""
    looks: dict[str, Look] = dict(installation.CHECKS)
    refused: list[Finding] = []
    try:
        looks |= library.checks(Settings.read())
    except (BadSettings, ValidationError) as error:
        refused = [problem("Settings", reason(error), "Correct them; the library has not been looked at.")]
    return [found for name, look in looks.items() for found in await examined(name, look)] + refused


def reason(error: BadSettings | ValidationError) -> str:
    """Why settings cannot be used; never what they hold, which may be secret."""
    if isinstance(error, BadSettings):
        return one_line(str(error))
    return "; ".join(
        f"{PREFIX}{'.'.join(map(str, one['loc'])).upper().removeprefix(PREFIX)}: {one['msg']}" for one in error.errors()
    )


def show_table(findings: Sequence[Finding]) -> None:
    with_times = any(one.ms is not None for one in findings)
    table = Table(title="mediagraph doctor", title_justify="left")
    for heading in ("Check", "", *(["ms"] if with_times else []), "Found", "What to do"):
        table.add_column(heading, justify="right" if heading == "ms" else "left", overflow="fold")
    for one in findings:
        times = [] if not with_times else ["" if one.ms is None else f"{one.ms:,.0f}"]
        verdict = f"[{COLORS[one.verdict]}]{one.verdict}[/]"
        table.add_row(one.check, verdict, *times, escape(one_line(one.found)), escape(one.advice))
    Console().print(table)


def show_json(findings: Sequence[Finding]) -> None:
    found = {"ok": not has_problem(findings), "checks": [one.shown() for one in findings]}
    sys.stdout.write(f"{orjson.dumps(found, option=orjson.OPT_INDENT_2).decode()}\n")
