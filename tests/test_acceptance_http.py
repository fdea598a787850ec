"""Acceptance: faults of older systems at the edge of HTTP, each seen failing once when its rule is broken."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import orjson
import pytest

from domain import key_of
from domain.processors.sandbox import ForkingSandbox
from graphql_api.bootstrap import opened
from graphql_api.settings import Settings
from tests.conftest import HEADERS, UPLOAD, Site, client_of

FORM = {"operations": orjson.dumps({"query": UPLOAD, "variables": {"file": None}}).decode(), "map": '{"0": ["variables.file"]}'}
SCRIPT = b"\xff\xd8\xff<script>alert(1)</script>"


@asynccontextmanager
async def site_of(settings: Settings, sandbox: ForkingSandbox, **more: Any) -> AsyncGenerator[Site]:
    """A site with a few settings of its own."""
    async with opened(settings.model_copy(update=more), sandbox) as server, client_of(server) as client:
        yield Site(server, client)


async def sent(site: Site, forwarded: str | None = None) -> httpx2.Response:
    """The answer to an upload, said to come for somebody else."""
    headers = HEADERS | ({"x-forwarded-for": forwarded} if forwarded else {})
    return await site.client.post("/graphql", data=FORM, files={"0": ("a.txt", b"words")}, headers=headers)


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/xhtml+xml"])
async def test_25_a_script_that_begins_like_a_picture_is_served_as_what_it_is_and_never_run(site: Site, kind: str) -> None:
    files = {"0": ("a.html", SCRIPT, kind)}
    made = (await site.client.post("/graphql", data=FORM, files=files, headers=HEADERS)).json()["data"]["uploadMedia"]["media"]
    served = await site.client.get(f"/files/{key_of('Media', made['id']).hex()}")
    assert served.content == SCRIPT
    assert served.headers["content-type"].partition(";")[0] in ("image/jpeg", "application/octet-stream")
    assert served.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in served.headers["content-security-policy"]


async def test_27_errors_have_one_shape_whatever_refuses(settings: Settings, sandbox: ForkingSandbox) -> None:
    async with site_of(settings, sandbox, env="production", upload_rate="1/minute") as site:
        ask = site.client
        await sent(site)
        answers = [
            await ask.post("/graphql", json={"query": query})
            for query in (
                "{",
                "{ nope }",
                "{ __schema { types { name } } }",
                "{" + "a{" * 5000,
                '{ media(after: "x") { totalCount nodes { id } } }',
            )
        ]
        answers += [await ask.post("/graphql", content=b"{"), await ask.get("/graphql", params={"query": "{ __typename }"})]
        answers += [await ask.get("/schema.graphql"), await ask.get("/nope"), await ask.put("/graphql"), await sent(site)]
        async with site.server.database.transaction() as connection:
            await connection.exec_driver_sql("ALTER TABLE media RENAME TO lost")
        answers += [await ask.post("/graphql", json={"query": "{ media { nodes { id } } }"}), await ask.get("/")]
    for answer in answers:
        for one in answer.json()["errors"]:
            assert {"message", "extensions"} <= set(one) <= {"message", "extensions", "locations", "path"}
            assert isinstance(one["message"], str)
            assert one["extensions"]["code"].isupper()
            assert "lost" not in one["message"]
    assert len({one["extensions"]["code"] for answer in answers for one in answer.json()["errors"]}) >= 8


async def test_28_a_forged_x_forwarded_for_does_not_change_the_bucket(settings: Settings, sandbox: ForkingSandbox) -> None:
    async with site_of(settings, sandbox, upload_rate="2/minute") as site:
        statuses = [(await sent(site, f"203.0.113.{number}")).status_code for number in range(4)]
    assert statuses == [200, 200, 429, 429]
    async with site_of(settings, sandbox, upload_rate="2/minute", trusted_proxies=["127.0.0.1"]) as site:
        statuses = [(await sent(site, f"203.0.113.{number}")).status_code for number in range(4)]
        again = [(await sent(site, f"198.51.100.{number}, 203.0.113.9")).status_code for number in range(3)]
    assert (statuses, again) == ([200] * 4, [200, 200, 429])  # the nearest that is no proxy counts, not what it was told


async def test_an_address_that_had_its_share_is_told_when_to_come_again(settings: Settings, sandbox: ForkingSandbox) -> None:
    async with site_of(settings, sandbox, upload_rate="1/minute") as site:
        assert (await sent(site)).status_code == 200
        answer = await sent(site)
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (429, "RATE_LIMITED")
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert (await site.ask("{ media { totalCount } }"))["media"]["totalCount"] == 1


async def test_uploads_without_a_slot_are_told_503_and_readiness_shows_the_slots(
    settings: Settings, sandbox: ForkingSandbox
) -> None:
    async with site_of(settings, sandbox, upload_slots=1, upload_wait=0.05) as site:
        async with site.server.admission.upload("203.0.113.1"):
            assert await slots(site) == {"inUse": 1, "of": 1}
            answer = await sent(site)
            assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (503, "UNAVAILABLE")
            assert int(answer.headers["retry-after"]) >= 1
        assert await slots(site) == {"inUse": 0, "of": 1}
        assert (await sent(site)).status_code == 200


async def slots(site: Site) -> Any:
    await asyncio.sleep(0)
    return (await site.client.get("/health/ready")).json()["uploadSlots"]
