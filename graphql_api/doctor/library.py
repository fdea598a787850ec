"""What is set up: whether the settings agree, the database and the storage work, and there is room."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from domain.errors import Unavailable
from graphql_api.bootstrap import (
    NotMigrated,
    database_soundness,
    has_database,
    is_sqlite,
    newest_revision,
    newest_row,
    opened,
    probe_database,
    revision_of,
    wal_reset_warning,
)  # fmt: skip
from graphql_api.doctor.finding import Finding, Look, examined, ok, problem, warning
from graphql_api.health import probe_storage
from graphql_api.settings import CONFIG, DEFAULT_FILE, MEMORY, Settings

CHECKED_FOR = 20.0
"""Seconds a look into the database file may take; a large one takes longer and is looked at in part."""
ROOM = 1 << 30
GIB = 1 << 30
UNREACHED = "See that it runs and is where MEDIAGRAPH_DATABASE_URL says; `mediagraph migrate` gives a new one its tables."
CLOCKS_APART = timedelta(minutes=2)
"""Machines that share a database may differ by so much."""


def checks(settings: Settings) -> dict[str, Look]:
    """The looks at what these settings set up."""
    always: dict[str, Look] = {"Settings": partial(consistent, settings), "Disk": partial(room, settings)}
    if settings.database_url == MEMORY:
        return always
    on_file: dict[str, Look] = {"WAL": write_ahead_log} if is_sqlite(settings) else {}
    return {**always, **on_file, "Database": partial(database, settings)}


async def write_ahead_log() -> list[Finding]:
    """Whether this SQLite can corrupt a database that several processes write."""
    if told := wal_reset_warning():
        return [warning("WAL", told, "Use a Python with a newer SQLite, or one worker and no import while it serves.")]
    return [ok("WAL", "This SQLite is without the WAL-reset bug")]


async def consistent(settings: Settings) -> list[Finding]:
    """What of the settings does not go together."""
    told = list(told_of(settings))
    return told or [ok("Settings", f"{settings.env}, {settings.site}, from {source()}")]


def source() -> str:
    file = Path(os.environ.get(CONFIG, DEFAULT_FILE))
    return f"{file} and the environment" if file.is_file() else "the environment"


def told_of(settings: Settings) -> Iterator[Finding]:
    if settings.env == "production" and not settings.operator_key:
        yield warning(
            "Settings", "In production without an operator's key", "Nobody reads the schema then: set MEDIAGRAPH_OPERATOR_KEY."
        )
    if not is_loopback(settings.host):
        yield warning(
            "Settings", f"Listens on {settings.host}, and there is no login",
            "Whoever reaches it may read and change the library: MEDIAGRAPH_HOST=127.0.0.1, or a proxy with a login before it.",
        )  # fmt: skip
    if settings.env == "production" and settings.public_url is None:
        yield warning(
            "Settings", f"In production, addresses begin with {settings.site}",
            "Set MEDIAGRAPH_PUBLIC_URL to what clients call the server.",
        )  # fmt: skip
    if settings.env == "production" and settings.database_url == MEMORY:
        yield problem("Settings", "In production, the library is kept in memory", "Unset MEDIAGRAPH_DATABASE_URL.")
    yield from told_of_names(settings)


def told_of_names(settings: Settings) -> Iterator[Finding]:
    """Names the server is called by, and sites that may call it."""
    public = urlsplit(settings.site)
    if public.scheme not in ("http", "https") or not public.hostname:
        yield problem("Settings", f"MEDIAGRAPH_PUBLIC_URL is {settings.site!r}", "It is http://HOST or https://HOST.")
    elif (
        settings.hosts and "*" not in settings.hosts and not is_address(public.hostname) and public.hostname not in settings.hosts
    ):
        yield warning(
            "Settings", f"MEDIAGRAPH_PUBLIC_URL names {public.hostname}, which MEDIAGRAPH_HOSTS does not",
            "It answers to both: see that neither is an old name.",
        )  # fmt: skip
    if "*" in settings.hosts and is_loopback(settings.host):
        yield warning("Settings", "Answers to any name", "A page of another site may reach it (DNS rebinding): name the hosts.")
    if "*" in settings.origins:
        yield warning("Settings", "Pages of any site may call it", "Name them in MEDIAGRAPH_ORIGINS.")


def is_address(name: str) -> bool:
    try:
        return bool(ip_address(name))
    except ValueError:
        return name == "localhost"


def is_loopback(host: str) -> bool:
    return host == "localhost" or (is_address(host) and ip_address(host).is_loopback)


async def room(settings: Settings) -> list[Finding]:
    """Free bytes where files are kept, and where uploads wait."""
    places = {"the system's temporary folder": Path(tempfile.gettempdir())}
    if settings.database_url != MEMORY:
        places["the data directory"] = existing(settings.data_dir.absolute())
    return [told_room(settings, name, shutil.disk_usage(place).free) for name, place in places.items()]


def existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next(one for one in (folder, *folder.parents) if one.is_dir())


def told_room(settings: Settings, name: str, free: int) -> Finding:
    found = f"{free / GIB:,.1f} GiB free in {name}"
    if free < settings.upload_limit:
        return problem("Disk", found, "An upload of MEDIAGRAPH_UPLOAD_LIMIT does not fit: make room.")
    if free < ROOM:
        return warning("Disk", found, "Make room before it is full.")
    return ok("Disk", found)


async def database(settings: Settings) -> list[Finding]:
    """The database, and where it is sound, what lies behind it."""
    if not has_database(settings):
        return [ok("Database", f"There is none yet in {settings.data_dir}", "`mediagraph serve`, `demo` or `import` makes it.")]
    found = await examined("Database", partial(sound, settings))
    try:
        at, newest = await revision_of(settings), newest_revision()
    except Unavailable as error:
        return [*found, problem("Database", error.message, UNREACHED)]
    if at != newest:
        told = f"At revision {at or 'none'}, this version needs {newest}"
        return [*found, problem("Migrations", told, "Run `mediagraph migrate`.")]
    found.append(ok("Migrations", f"The database answers, at revision {at}, the newest"))
    for name, look in (("Storage", storage), ("Clock", clock)):
        found += await examined(name, partial(look, settings))
    return found


async def sound(settings: Settings) -> list[Finding]:
    """What a look into the file finds; a server of its own looks after itself."""
    told = await database_soundness(settings, CHECKED_FOR)
    if told is None:
        return []
    if told.errors:
        return [problem("Database", "; ".join(told.errors), "Stop the server, keep a copy, and go back to a backup.")]
    if told.journal_mode != "wal":
        advice = "Start the server once; on a network file system WAL does not work: keep the database on a disk of this machine."
        return [warning("Database", f"Its journal mode is {told.journal_mode}, not wal", advice)]
    return [ok("Database", f"Sound by {', '.join(told.checked) or 'no check in time'}, in WAL mode")]


async def storage(settings: Settings) -> list[Finding]:
    """Whether the library can be opened, and files be written and read."""
    try:
        async with opened(settings) as server:
            await probe_database(server)
            await probe_storage(server)
    except (Unavailable, NotMigrated) as error:
        return [problem("Storage", f"{settings.files.absolute()}: {error}", "Mount its disk, or make it writable for this user.")]
    return [ok("Storage", "Holds the library's files, can be written and read")]


async def clock(settings: Settings) -> list[Finding]:
    """Whether time has gone on since the newest row: keys and orders are made of it."""
    newest, now = await newest_row(settings), datetime.now(UTC)
    if newest and newest > now + CLOCKS_APART:
        return [problem("Clock", f"It is {now:%F %T} UTC here; the newest media came at {newest:%F %T}", "Set the clock (NTP).")]
    return [ok("Clock", "Later than all that is in the library")]
