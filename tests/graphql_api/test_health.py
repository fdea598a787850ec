"""Health: each part is probed for real, in bounded time, and told without a path or a secret."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator

import pytest_asyncio

from domain.errors import Unavailable
from domain.processors.sandbox import ForkingSandbox
from graphql_api.bootstrap import opened
from graphql_api.health import FRESH, LIMIT, LOOKED_FOR, HealthStatus, Probe
from graphql_api.settings import Settings
from tests import media
from tests.conftest import Site, client_of
from tests.graphql_api.asking import bulk, filled


@pytest_asyncio.fixture
async def alone(settings: Settings) -> AsyncIterator[tuple[Site, ForkingSandbox]]:
    """A site with a warm sandbox of its own that may be broken."""
    sandbox = ForkingSandbox(size=1)
    try:
        await sandbox.probe()
        async with opened(settings, sandbox) as server, client_of(server) as client:
            yield Site(server, client), sandbox
    finally:
        await sandbox.close()


async def told(site: Site) -> tuple[int, dict[str, str], str]:
    """The status, how each part is, and the whole text."""
    answer = await site.client.get("/health/ready")
    return answer.status_code, {one["name"]: one["status"] for one in answer.json()["checks"]}, answer.text


async def test_a_database_of_another_revision_is_not_ready(site: Site) -> None:
    async with site.server.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'ffff'")
    status, parts, text = await told(site)
    assert (status, parts["database"], "another revision" in text) == (503, "UNHEALTHY", True)


async def test_an_empty_folder_in_the_place_of_the_librarys_is_no_storage(site: Site) -> None:
    await filled(site, LOOKED_FOR + 2)
    files = site.server.settings.files
    mounted = files.rename(files.with_name("mounted"))
    files.mkdir()
    status, parts, text = await told(site)
    assert (status, parts["storage"], "mounted?" in text) == (503, "UNHEALTHY", True)
    assert str(files) not in text
    assert list(files.iterdir()) == [], "nothing was written where the disk is not"
    files.rmdir()
    mounted.rename(files)
    await asyncio.sleep(FRESH)
    assert (await told(site))[1]["storage"] == "HEALTHY"


async def test_a_file_that_is_lost_alone_keeps_the_storage_healthy(site: Site) -> None:
    (first,) = await filled(site, 1)
    kept = {path for path in site.server.settings.files.rglob("*") if path.is_file()}
    await site.uploaded(media.png(), "a.png")
    for path in {path for path in site.server.settings.files.rglob("*") if path.is_file()} - kept:
        path.unlink()
    assert (await told(site))[1]["storage"] == "HEALTHY"
    assert (await bulk(site, "purgeMedia", [first]))["failed"] == 0
    await asyncio.sleep(FRESH)
    assert (await told(site))[1]["storage"] == "UNHEALTHY"


async def test_a_file_in_the_place_of_the_folder_is_no_storage(site: Site) -> None:
    files = site.server.settings.files
    files.rename(files.with_name("elsewhere"))
    files.touch()
    assert (await told(site))[1]["storage"] == "UNHEALTHY"


async def test_a_storage_that_cannot_be_written_is_not_healthy(site: Site) -> None:
    files = site.server.settings.files
    (files / "tmp").rmdir() if (files / "tmp").exists() else None
    (files / "tmp").touch()  # where drafts would be made; root may write to any folder, whatever its mode
    status, parts, _ = await told(site)
    assert (status, parts["storage"]) == (503, "UNHEALTHY")


async def test_a_sandbox_that_is_closed_is_not_healthy(alone: tuple[Site, ForkingSandbox]) -> None:
    site, sandbox = alone
    assert (await told(site))[1]["sandbox"] == "HEALTHY"
    await sandbox.close()
    await asyncio.sleep(FRESH)
    status, parts, _ = await told(site)
    assert (status, parts["sandbox"]) == (503, "UNHEALTHY")


async def test_a_sandbox_that_does_not_answer_degrades_and_one_that_was_killed_is_replaced(
    alone: tuple[Site, ForkingSandbox],
) -> None:
    site, sandbox = alone
    (template,) = sandbox.live
    os.kill(template.process.pid, signal.SIGSTOP)
    status, parts, text = await told(site)
    assert (status, parts["sandbox"], "did not answer" in text) == (200, "DEGRADED", True)
    template.kill()
    assert await until_healthy(site)
    assert template not in sandbox.live


async def until_healthy(site: Site) -> bool:
    for _ in range(20):
        if (await told(site))[1]["sandbox"] == "HEALTHY":
            return True
        await asyncio.sleep(FRESH)
    return False


async def test_a_sandbox_whose_places_are_all_taken_is_healthy(alone: tuple[Site, ForkingSandbox]) -> None:
    site, sandbox = alone
    async with sandbox.turns:
        assert (await told(site))[1]["sandbox"] == "HEALTHY"


async def test_a_flood_of_questions_probes_once_a_second(site: Site) -> None:
    with site.counted() as once:
        await told(site)
    await asyncio.sleep(FRESH)
    started = time.monotonic()
    with site.counted() as flood:
        answers = [one for _ in range(5) for one in await asyncio.gather(*(told(site) for _ in range(10)))]
    assert {status for status, _, _ in answers} == {200}
    assert len(flood) <= len(once) * (1 + int((time.monotonic() - started) / FRESH))


async def test_a_probe_that_hangs_is_told_in_time_and_never_started_twice() -> None:
    begun, go_on = 0, asyncio.Event()

    async def look() -> None:
        nonlocal begun
        begun += 1
        await go_on.wait()

    probe = Probe("disk", look)
    started = time.monotonic()
    found = await asyncio.gather(*(probe.check() for _ in range(20)))
    assert time.monotonic() - started < LIMIT + 1
    assert {(one.status, one.message) for one in found} == {(HealthStatus.UNHEALTHY, "It did not answer within 2 seconds.")}
    go_on.set()
    assert (await probe.check()).status is HealthStatus.HEALTHY
    assert begun == 1


async def test_what_nobody_foresaw_is_masked() -> None:
    async def unforeseen() -> None:
        raise ValueError("postgresql://user:secret@host")

    async def expected() -> None:
        raise Unavailable("It is away.")

    assert (await Probe("a", unforeseen).check()).message == "It does not answer as it should."
    assert (await Probe("b", expected).check()).message == "It is away."
