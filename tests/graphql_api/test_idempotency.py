"""A change with an idempotency key is made once, and answered alike for a day; another change under that key is refused."""

import asyncio
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import update

from domain.changes import now
from domain.errors import LimitExceeded, NotFound
from domain.idempotency import packed, unpacked
from domain.ids import new_id
from domain.media import Outcome
from persistence.tables import answer_table
from tests import media
from tests.conftest import HEADERS, Site
from tests.graphql_api.asking import BULK, ERRORS, NOWHERE, fault, filled, tag, wrote

BULK_UPDATE = f"mutation($input: BulkUpdateMediaInput!) {{ bulkUpdateMedia(input: $input) {{ {BULK} }} }}"


async def made(site: Site, name: str, key: str, **more: Any) -> dict[str, Any]:
    return await wrote(site, "createTag", "tag { id name }", {"name": name, "idempotencyKey": key, **more})


async def tags(site: Site) -> list[str]:
    return [one["name"] for one in (await site.ask("{ tags { nodes { name } } }"))["tags"]["nodes"]]


async def test_a_tag_that_is_made_again_under_its_key_is_the_same_tag(site: Site) -> None:
    first, again = await made(site, "Red", "k"), await made(site, "Red", "k")
    assert first == again
    assert first["userErrors"] == []
    assert await tags(site) == ["Red"]


async def test_another_input_under_a_key_that_was_used_is_refused(site: Site) -> None:
    await made(site, "Red", "k")
    for more in ({"name": "Blue"}, {"name": "Red", "color": "#ff0000"}, {"name": "Red", "description": ""}):
        assert fault(await made(site, **{"key": "k", **more})) == ("InputError", "CONFLICT", ["input", "idempotencyKey"])
    payload = await wrote(site, "createCollection", "collection { id }", {"name": "Red", "idempotencyKey": "k"})
    assert fault(payload)[2] == ["input", "idempotencyKey"], "another mutation is another input"
    assert await tags(site) == ["Red"]


async def test_a_change_that_was_refused_is_tried_again(site: Site) -> None:
    key = await tag(site, "Red")
    assert fault(await made(site, "red", "k"))[1] == "CONFLICT"
    await site.ask("mutation($id: [ID!]!) { deleteTags(input: {ids: $id}) { deletedIds } }", id=[key])
    assert (await made(site, "red", "k"))["userErrors"] == []


async def test_a_key_is_free_again_after_a_day(site: Site) -> None:
    await made(site, "Red", "k")
    async with site.server.database.transaction() as connection:
        await connection.execute(update(answer_table).values(answered_at=now() - timedelta(hours=23)))
    assert fault(await made(site, "Blue", "k"))[1] == "CONFLICT"
    async with site.server.database.transaction() as connection:
        await connection.execute(update(answer_table).values(answered_at=now() - timedelta(hours=25)))
    assert (await made(site, "Blue", "k"))["tag"]["name"] == "Blue"
    async with site.server.database.transaction() as connection:
        await connection.execute(update(answer_table).values(answered_at=now() - timedelta(hours=25)))
    await made(site, "Green", "l")
    async with site.server.database.transaction() as connection:
        kept = (await connection.execute(answer_table.select())).mappings().all()
        assert [one["key"] for one in kept] == ["l"], "what is older than a day is not kept"


@pytest.mark.parametrize("key", ["", "x" * 201, "a\x00b"])
async def test_what_is_no_key_is_refused(site: Site, key: str) -> None:
    assert fault(await made(site, "Red", key)) == ("InputError", "INVALID", ["input", "idempotencyKey"])


async def test_fifty_callers_with_one_key_have_one_effect_and_one_answer(site: Site) -> None:
    (key,) = await filled(site, 1)
    change = {"id": key, "patch": {"title": "New"}, "idempotencyKey": "k"}
    done = await asyncio.gather(*(wrote(site, "updateMedia", "media { version title }", change) for _ in range(50)))
    assert [one for one in done if one != done[0]] == []
    assert (done[0]["media"]["title"], done[0]["userErrors"]) == ("New", [])


async def test_an_edit_of_one_version_is_answered_again_though_the_version_is_past(site: Site) -> None:
    (key,) = await filled(site, 1)
    version = (await site.ask("query($id: ID!) { mediaItem(id: $id) { version } }", id=key))["mediaItem"]["version"]
    change = {"id": key, "patch": {"title": "New"}, "ifVersion": version, "idempotencyKey": "k"}
    first = await wrote(site, "updateMedia", "media { version }", change)
    assert await wrote(site, "updateMedia", "media { version }", change) == first
    assert first["userErrors"] == []
    assert fault(await wrote(site, "updateMedia", "media { version }", {**change, "idempotencyKey": None}))[1] == "CONFLICT"


async def test_many_are_answered_again_with_what_became_of_each(site: Site) -> None:
    (key,) = await filled(site, 1)
    given: dict[str, Any] = {"selection": {"ids": [key, NOWHERE]}, "patch": {"title": "New"}, "idempotencyKey": "k"}
    first = (await site.ask(BULK_UPDATE, input=given))["bulkUpdateMedia"]
    assert (first["changed"], first["failed"]) == (1, 1)
    assert (await site.ask(BULK_UPDATE, input=given))["bulkUpdateMedia"] == first


async def test_a_rehearsal_takes_no_key(site: Site) -> None:
    (key,) = await filled(site, 1)
    given: dict[str, Any] = {"selection": {"ids": [key]}, "patch": {"title": "New"}, "idempotencyKey": "k"}
    assert (await site.ask(BULK_UPDATE, input={**given, "dryRun": True}))["bulkUpdateMedia"]["changed"] == 1
    assert (await site.ask(BULK_UPDATE, input=given))["bulkUpdateMedia"]["changed"] == 1
    assert (await site.ask("{ media { nodes { title } } }"))["media"]["nodes"] == [{"title": "New"}]


async def upload(site: Site, content: bytes, name: str, key: str) -> dict[str, Any]:
    query = f"mutation($input: UploadMediaInput!) {{ uploadMedia(input: $input) {{ media {{ id }} {ERRORS} }} }}"
    operations = {"query": query, "variables": {"input": {"file": None, "idempotencyKey": key}}}
    form = {"operations": orjson.dumps(operations).decode(), "map": '{"0": ["variables.input.file"]}'}
    response = await site.client.post("/graphql", data=form, files={"0": (name, content)}, headers=HEADERS)
    return response.json()["data"]["uploadMedia"]


async def test_an_upload_that_is_sent_again_is_the_same_media_even_if_its_bytes_came_otherwise_since(site: Site) -> None:
    first = await upload(site, media.binary(1), "a.bin", "k")
    assert await upload(site, media.binary(1), "a.bin", "k") == first
    for content, name in ((media.binary(2), "a.bin"), (media.binary(1), "b.bin")):
        assert fault(await upload(site, content, name, "k"))[1:] == ("CONFLICT", ["input", "idempotencyKey"])
    assert (await site.ask("{ media { totalCount } }"))["media"]["totalCount"] == 1


async def test_a_registration_that_is_sent_again_adds_nothing(site: Site) -> None:
    given: dict[str, Any] = {"url": "https://example.org/a.jpg", "idempotencyKey": "k"}
    first = await wrote(site, "registerMedia", "media { id }", given)
    assert await wrote(site, "registerMedia", "media { id }", given) == first
    assert (await site.ask("{ media { totalCount } }"))["media"]["totalCount"] == 1


def test_a_result_is_the_same_when_it_is_read_again() -> None:
    key = new_id()
    results = [None, 3, "x", key, [key, "id"], (key, 1, [key]), [Outcome(key, changed=True)], now()]
    assert [unpacked(packed(one)) for one in results] == results
    for told in (NotFound("Tag", key, path=("input", "id")), LimitExceeded("Too many.", limit=3, actual=4)):
        (again,) = unpacked(packed([Outcome(key, fault=told)]))
        assert (type(again.fault), vars(again.fault), str(again.fault)) == (type(told), vars(told), str(told))
