"""A sweep takes what nothing needs, and never what somebody needs, whoever dies and whoever writes beside it."""

import asyncio
from pathlib import Path

import pytest

from benchmarks.kills import OPERATIONS, at_every_step, at_random
from domain.ids import key_of
from domain.storage import Chunks, StoredObject
from domain.sweep import Swept
from domain.upload import Arrival, take_in
from graphql_api.settings import Settings
from graphql_api.sweeping import sweep_all, sweep_on, sweeping
from tests import media
from tests.conftest import Site
from tests.graphql_api.asking import bulk, on_disk
from tests.graphql_api.served import run
from tests.storing import taken
from tests.verifying import flaws_of, sql


def test_what_is_acknowledged_survives_kills_at_steps_and_nothing_is_left_over(settings: Settings) -> None:
    """Every fourth step of each operation, and a few kills at random; `python -m benchmarks.kills` does all, and 200."""
    killed = 0
    for number, operation in enumerate(OPERATIONS):
        result = at_every_step(settings, operation, first=3 + number, stride=6)
        assert result.failures == []
        killed += result.n
    assert killed >= 8
    assert at_random(settings, 3).failures == []


async def test_bytes_in_the_making_and_bytes_that_come_again_are_never_swept(site: Site) -> None:
    """Uploads, purges and sweeps at once, of few contents: what a media says is there is there."""
    server = site.server

    async def churn(seed: int) -> None:
        for number in range(12):
            made = await taken(server.parts, server.principal, media.binary((seed + number) % 3))
            if number % 2:
                async with server.database.writing(server.principal) as work:
                    freed = await work.media.purge([made.id])
                await server.parts.remove(server.principal, freed)

    async def sweeps() -> None:
        for _ in range(20):
            await sweep_all(server)

    await asyncio.gather(*map(churn, range(3)), sweeps())
    await sweep_all(server)
    assert await flaws_of(site, deep=True) == set()


async def test_a_slow_upload_is_not_swept_while_it_comes(site: Site) -> None:
    async def slow() -> Chunks:
        yield b"first"
        await sweep_all(site.server)
        yield b"last"

    made, _ = await take_in(site.server.parts, site.server.principal, Arrival(filename="a.bin"), slow())
    assert made.size == 9
    assert await flaws_of(site, deep=True) == set()


async def test_a_leftover_that_a_row_needs_is_never_collected(site: Site) -> None:
    await site.uploaded(media.binary())
    row = "blob.library_id, blob.storage_id, blob.key, media.created_at"
    found = "FROM blob JOIN media ON media.blob_id = blob.id"
    await sql(site, f"INSERT INTO leftover (library_id, storage_id, key, since) SELECT {row} {found}")
    assert await sweep_all(site.server) == Swept(0, 0)
    assert len(on_disk(site)) == 1


async def test_bytes_whose_purge_was_rolled_back_stay(site: Site) -> None:
    made = await site.uploaded(media.png(), "a.png")
    before, freed = on_disk(site), list[StoredObject]()
    with pytest.raises(ZeroDivisionError):
        async with site.server.database.writing(site.server.principal) as work:
            freed += await work.media.purge([key_of("Media", made["id"])])
            raise ZeroDivisionError
    assert len(freed) == 2
    await site.server.parts.remove(site.server.principal, freed)
    assert on_disk(site) == before


async def test_what_a_purge_wrote_down_is_forgotten_with_its_bytes(site: Site) -> None:
    made = await site.uploaded(media.binary())
    await bulk(site, "purgeMedia", [made["id"]])
    assert on_disk(site) == set()
    assert (await site.server.database.glance())["Rows"].count(("leftover", 0)) == 1


async def test_a_server_sweeps_when_it_starts_and_stops_at_once(site: Site) -> None:
    await site.uploaded(media.binary())
    files = site.server.settings.files
    files.rename(files.with_name("away"))
    await bulk(site, "purgeMedia", [(await site.ask("{ media { nodes { id } } }"))["media"]["nodes"][0]["id"]])
    files.with_name("away").rename(files)
    assert len(on_disk(site)) == 1
    async with sweeping(site.server):
        for _ in range(200):
            if not on_disk(site):
                break
            await asyncio.sleep(0.05)
    assert on_disk(site) == set()


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (tmp_path / "a.bin").write_bytes(media.binary())
    run(data, "import", str(tmp_path / "a.bin"))
    done = run(data, "sweep")
    assert (done.returncode, done.stdout.strip()) == (0, "0 collected, 0 waiting."), done.stderr


async def test_no_interval_is_no_sweep(site: Site) -> None:
    await asyncio.wait_for(sweep_on(site.server, 0), 5)
