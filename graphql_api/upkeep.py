"""`mediagraph sweep` and `mediagraph verify`: keep a library in order, and tell whether it is."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated

import orjson
from cyclopts import Parameter
from rich.progress import Progress

from domain import Id, Principal
from domain.errors import Fault
from domain.ids import global_id
from domain.storage import StorageInfo
from domain.sweep import Swept
from domain.verify import Flaw, Verified, Verifier, Walk, Wrong
from domain.verify import verify as verify_library
from domain.verify.mending import MENDABLE
from graphql_api.bootstrap import NotMigrated, Server, database_soundness, verifying
from graphql_api.cli import bar, err, kept, out, shown
from graphql_api.floors import Outdated
from graphql_api.settings import Settings
from graphql_api.sweeping import sweep_all

SOUND, FLAWED, UNSURE = 0, 1, 2
MOST_TOLD = 20
"""Lines of one sort of flaw, for people; more are counted."""
A_DAY = 86_400.0
ADVICE = {
    Wrong.MISSING_ORIGINAL: "Bring the file back from a backup.",
    Wrong.DAMAGED_ORIGINAL: "Bring the file back from a backup.",
    Wrong.MISSING_FILE: "Put it back where it was imported, or purge the media.",
    Wrong.CHANGED_FILE: "`mediagraph import --in-place` reads it anew.",
    Wrong.OTHER_BLOB: "Compare with a backup.",
    Wrong.UNREACHABLE_STORAGE: "Is its disk mounted? The rest of it was not looked at.",
    Wrong.BROKEN_DATABASE: "Bring the database back from a backup.",
}
Flag = Annotated[bool, Parameter(negative=())]


def sweep() -> None:
    """Collect bytes that nothing needs any more; safe to repeat and beside a server."""
    done = asyncio.run(swept(kept()))
    out.print(f"{done.collected:,} collected, {done.waiting:,} waiting.")
    if done.waiting:
        err.print("A storage could not take them away just now; the next sweep tries again.")
        sys.exit(FLAWED)


async def swept(settings: Settings) -> Swept:
    async with verifying(settings) as (server, _):
        with bar() as progress:
            task = progress.add_task("Sweeping", total=None)
            return await sweep_all(server, lambda done: progress.update(task, completed=done.collected))


@dataclass(slots=True)
class Report:
    """What has been found so far, told as it is found."""

    json: bool
    dry_run: bool
    found: Counter[Wrong] = field(default_factory=Counter[Wrong])
    mended: Counter[Wrong] = field(default_factory=Counter[Wrong])

    def tell(self, library: str, one: Verified) -> None:
        wrong = one.flaw.wrong
        self.found[wrong] += 1
        self.mended[wrong] += one.is_mended
        state = "mended" if one.is_mended else "would be mended" if self.dry_run and wrong in MENDABLE else ""
        if self.json:
            line({"library": library, "flaw": wrong, "what": one.flaw.what, "id": id_of(one.flaw), "state": state or None})
        elif self.found[wrong] <= MOST_TOLD:
            out.print(f"[red]{wrong}[/] {shown(library)}: {shown(one.flaw.what)} {state}".rstrip())

    @property
    def status(self) -> int:
        if self.found[Wrong.UNREACHABLE_STORAGE]:
            return UNSURE
        return SOUND if self.found == self.mended else FLAWED

    def end(self) -> None:
        counts = {wrong.value: {"found": many, "mended": self.mended[wrong]} for wrong, many in sorted(self.found.items())}
        if self.json:
            line({"ok": self.status == SOUND, "flaws": counts})
            return
        for wrong, many in sorted(self.found.items()):
            advice = "" if self.mended[wrong] == many else ADVICE.get(wrong, "`mediagraph verify --repair` mends it.")
            out.print(f"{many:,} {wrong}, {self.mended[wrong]:,} mended. {advice}".rstrip())
        out.print("Sound." if not self.found else "All is mended." if self.status == SOUND else "Not sound.")


def line(told: object) -> None:
    sys.stdout.write(f"{orjson.dumps(told).decode()}\n")


def id_of(flaw: Flaw) -> str | None:
    """The id of a media that a flaw is about, as clients know it."""
    of_media = flaw.table == "media" or flaw.wrong in (Wrong.MISSING_FILE, Wrong.CHANGED_FILE, *(w for w in Wrong if "REND" in w))
    return global_id(b"Media", flaw.thing) if flaw.thing and of_media else None


def verify(*, deep: Flag = False, repair: Flag = False, dry_run: Flag = False, json: Flag = False) -> None:
    """Find what is missing, damaged, orphaned or out of step. The status is 0 if nothing is, 1 if something is, 2 if it could
    not be looked at.

    Args:
        deep: read all bytes and compare their hashes, and the words that are indexed.
        repair: mend what can be mended without loss.
        dry_run: with `--repair`, only tell what it would mend.
        json: a line of JSON for each flaw, and one at the end.
    """
    report = Report(json, dry_run and repair)
    try:
        asyncio.run(verified(kept(), report, deep=deep, repair=repair and not dry_run))
    except (Fault, NotMigrated, Outdated) as error:
        err.print(shown(error))
        sys.exit(UNSURE)
    report.end()
    sys.exit(report.status)


async def verified(settings: Settings, report: Report, *, deep: bool, repair: bool) -> None:
    async with verifying(settings) as (server, verifier):
        with bar() as progress:
            if soundness := await database_soundness(settings, A_DAY):
                for text in soundness.errors:
                    report.tell("*", Verified(Flaw(wrong=Wrong.BROKEN_DATABASE, what=text)))
            async for library, one in all_flaws(server, verifier, progress, deep=deep, repair=repair):
                report.tell(library, one)


async def all_flaws(
    server: Server, verifier: Verifier, progress: Progress, *, deep: bool, repair: bool
) -> AsyncIterator[tuple[str, Verified]]:  # fmt: skip
    """Library by library."""
    principals = [Principal(library=library) for library in await server.database.libraries()]
    places = await storages_by_place(server, principals)

    def others(info: StorageInfo) -> Sequence[Id]:
        return places[place_of(info)]

    for principal in principals:
        task = progress.add_task(f"Verifying {principal.library.name}", total=await verifier.count(principal))
        walk = Walk(
            parts=server.parts, verifier=verifier, principal=principal, deep=deep, repair=repair, others=others,
            step=lambda many, task=task: progress.advance(task, many),
        )  # fmt: skip
        async for one in verify_library(walk):
            yield principal.library.name, one


async def storages_by_place(server: Server, principals: list[Principal]) -> dict[tuple[str, str], list[Id]]:
    """The storages that keep their bytes at one place: libraries may share a folder."""
    found: dict[tuple[str, str], list[Id]] = {}
    for principal in principals:
        for info in (await server.parts.storages(principal)).values():
            if not info.is_read_only:
                found.setdefault(place_of(info), []).append(info.id)
    return found


def place_of(info: StorageInfo) -> tuple[str, str]:
    """What tells one place from another; in memory each storage has its own."""
    return info.protocol, info.id.hex() if info.protocol == "memory" else info.root or ""
