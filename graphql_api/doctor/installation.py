"""What is installed: Python, packages, SQLite, codecs in the sandbox they run in, GraphiQL's scripts."""

import asyncio
import platform
import sys
import tempfile
from collections import defaultdict
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO

from domain.errors import ProcessingFailed, ProcessingSkipped
from domain.media import MediaKind
from domain.processing import PROCESSORS, Processor, Sandbox, Subject
from domain.processors import BUILT_IN, confinement, register_built_in
from domain.processors.sandbox import ForkingSandbox
from domain.processors.warm import PIXELS, samples
from graphql_api import graphiql_assets
from graphql_api.bootstrap import missing_features, sqlite_version
from graphql_api.doctor.finding import Finding, Look, ok, problem, warning
from graphql_api.floors import Floor, floors

ANEW = "Install mediagraph anew, as it asks for its packages."
FAMILIES = ("image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "audio/wav", "application/pdf", "text/plain")
CONFINED = Processor(
    key="sandbox.confinement", kinds=(), mime_types=(), operations=(), version="1", reads_bytes=False, requires=(),
    strategy=confinement.confinement,
)  # fmt: skip


async def python() -> list[Finding]:
    """The version of Python, and the machine."""
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.version_info < (3, 11):  # noqa: UP036 - doctors do not believe what they are told
        return [problem("Python", found, "Use Python 3.11 or newer.")]
    return [ok("Python", found)]


async def packages() -> list[Finding]:
    """Every package against its floor: one line where all is well, else one for each that is not."""
    known = list(floors())
    asked = [one for one in known if one.installed or not one.is_optional]
    low = [told_low(one) for one in asked if not one.holds]
    safe = ", ".join(f"{one.name} {one.installed}" for one in asked if one.is_safety)
    extras = ", ".join(f"{one.name} {one.installed or 'not installed'}" for one in known if one.is_optional)
    return low or [ok("Packages", f"{len(asked)} as they should be: {safe}. Optional: {extras}.")]


def told_low(one: Floor) -> Finding:
    found = f"{one.name} {one.installed or 'is not installed'}, {one.wanted} is needed"
    if one.is_safety:
        return problem("Packages", found, f"It is unsafe, and the server does not start with it. {ANEW}")
    return problem("Packages", found, ANEW)


async def sqlite() -> list[Finding]:
    """The SQLite that Python is linked with."""
    if missing := missing_features():
        return [problem("SQLite", f"{sqlite_version()} lacks {', '.join(missing)}", "Use a Python with a newer SQLite.")]
    return [ok("SQLite", f"{sqlite_version()} with FTS5, STRICT and RETURNING")]


async def sandboxed() -> list[Finding]:
    """The sandbox's limits, and every codec inside it."""
    register_built_in()
    sandbox = ForkingSandbox(size=1)
    try:
        return [*await confined(sandbox), *await codecs(sandbox), await heic(sandbox)]
    finally:
        await sandbox.close()


async def confined(sandbox: Sandbox) -> list[Finding]:
    """Whether a child that decodes can do nothing else."""
    subject = Subject(kind=MediaKind.OTHER, mime_type="", filename="", size=None)
    try:
        told = (await sandbox.run(CONFINED, subject, None)).extra
    except ProcessingFailed as error:
        return [problem("Sandbox", error.message, "Files cannot be processed: mediagraph runs on Linux and macOS.")]
    if escapes := told["escapes"]:
        return [problem("Sandbox", f"A child could {', '.join(escapes)}", "Take in no files of strangers on this system.")]
    if unset := told["unset"]:
        return [warning("Sandbox", f"Not limited here: {', '.join(unset)}", "Take in no files of strangers on this system.")]
    return [ok("Sandbox", "Forks children that cannot open, connect or take more memory than they are given")]


async def codecs(sandbox: Sandbox) -> list[Finding]:
    """One line for all families that decode, and one for each that does not."""
    tried = await asyncio.to_thread(lambda: {mime_type: (kind, content) for kind, mime_type, content in samples()})
    failures: defaultdict[str, list[str]] = defaultdict(list)
    for mime_type in FAMILIES:
        if mime_type not in tried:
            failures[mime_type].append("its library cannot be loaded")
            continue
        kind, content = tried[mime_type]
        failures[mime_type] += await refusals(sandbox, kind, mime_type, content)
    bad = [problem("Codecs", f"{name}: {'; '.join(whys)}", ANEW) for name, whys in failures.items() if whys]
    return bad or [ok("Codecs", f"Decoded in the sandbox: {', '.join(FAMILIES)}")]


async def refusals(sandbox: Sandbox, kind: MediaKind, mime_type: str, content: bytes) -> list[str]:
    """Why processors do not take a sample; empty where each did, or had nothing to do."""
    subject = Subject(kind=kind, mime_type=mime_type, filename="", size=len(content))
    found: list[str] = []
    for made in (one for one in PROCESSORS.of(kind, mime_type) if one.strategy.__module__ in BUILT_IN):
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.seek(0)
            try:
                await sandbox.run(made, subject, file)
            except ProcessingSkipped:
                continue
            except ProcessingFailed as error:
                found.append(f"{made.key}: {error.message}")
    return found


async def heic(sandbox: Sandbox) -> Finding:
    """HEIC needs a library that not everybody may ship."""
    if find_spec("pillow_heif") is None:
        return ok("HEIC", "Not read: the extra is not installed", "For the photos of phones: pip install 'mediagraph[heic]'.")
    content = await asyncio.to_thread(heic_sample)
    if content is None:
        return ok("HEIC", "pillow-heif is installed; it cannot make a sample to try")
    if whys := await refusals(sandbox, MediaKind.IMAGE, "image/heic", content):
        return problem("HEIC", "; ".join(whys), "Install the extra anew, or remove it: pip uninstall pillow-heif.")
    return ok("HEIC", "Decoded in the sandbox")


def heic_sample() -> bytes | None:
    """A small picture; None where its encoder is missing or fails."""
    with suppress(Exception):
        from PIL import Image  # noqa: PLC0415

        import_module("pillow_heif").register_heif_opener()
        Image.new("RGB", (PIXELS, PIXELS), "#a52").save(file := BytesIO(), "HEIF")
        return file.getvalue()
    return None


async def assets() -> list[Finding]:
    """Where GraphiQL's scripts come from."""
    if graphiql_assets.are_here():
        return [ok("GraphiQL", "Its scripts are here")]
    return [ok("GraphiQL", "Its scripts come from a CDN", "To have it without a network: make graphiql.")]


CHECKS: dict[str, Look] = {"Python": python, "Packages": packages, "SQLite": sqlite, "Sandbox": sandboxed, "GraphiQL": assets}
