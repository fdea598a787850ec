"""Generated requests: the short form of `benchmarks.generated`, and the faults it has found."""

from functools import cache
from typing import Any

import pytest

from benchmarks.documents import documents
from benchmarks.generated import Tally, trial
from benchmarks.judging import Wrong, refusal
from benchmarks.through_schemathesis import through_schemathesis
from domain.processors.sandbox import ForkingSandbox
from graphql_api.http import MODERN
from graphql_api.settings import Settings
from tests.conftest import Site
from tests.graphql_api.asking import collection, fault, filled, tag, wrote

CASES = 200
SEED = 1
FORMED = b'{"errors":[{"message":"No.","extensions":{"code":"%s"}}]%s}'


@cache
def some() -> list[str]:
    """The same for both databases: making them takes as long as sending them."""
    return list(documents(CASES, SEED, whole=0))


async def test_no_generated_request_ends_in_a_fault_of_ours(settings: Settings, sandbox: ForkingSandbox) -> None:
    async with trial(settings, sandbox) as made:
        await made.run(some())
    assert made.tally.cases == CASES
    assert sum(made.tally.refused.values()) < CASES / 4


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_no_case_of_schemathesis_ends_in_a_fault_of_ours(settings: Settings) -> None:
    tally = Tally()
    through_schemathesis(settings, 58, SEED, tally.note)
    assert tally.cases >= 58


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b'{"data":{}}'),
        (200, b"<html>"),
        (200, FORMED % (b"INTERNAL", b',"data":null')),
        (200, FORMED % (b"BAD_USER_INPUT", b',"data":null')),
        (200, FORMED % (b"GRAPHQL_VALIDATION_FAILED", b"")),
        (400, FORMED % (b"INVALID", b"")),
        (200, FORMED.replace(b"No.", b"SELECT id FROM media") % (b"INVALID", b',"data":null')),
        (200, FORMED.replace(b"No.", b"/tmp/library/a.jpg") % (b"INVALID", b',"data":null')),
        (200, b'{"data":{},"errors":[]}'),
    ],
)
def test_an_answer_that_should_not_be_is_found(status: int, body: bytes) -> None:
    with pytest.raises(Wrong):
        refusal(status, body, 0.1)


def test_answers_as_they_should_be_are_told_apart() -> None:
    assert refusal(200, b'{"data":{}}', 0.1) is None
    assert refusal(200, FORMED % (b"INVALID", b',"data":null'), 0.1) is None
    assert refusal(400, FORMED % (b"LIMIT_EXCEEDED", b""), 0.1) == "LIMIT_EXCEEDED"
    with pytest.raises(Wrong):
        refusal(200, b'{"data":{}}', 11)


@pytest.mark.parametrize("selection", ["{}", "{ ids: null }"])
async def test_an_input_that_takes_one_field_is_refused_before_a_mutation_beside_it_is_done(site: Site, selection: str) -> None:
    trash = f"trashMedia(input: {{selection: {selection}}}) {{ matched }}"
    query = f'mutation {{ createTag(input: {{name: "a"}}) {{ tag {{ id }} }} {trash} }}'
    response = await site.client.post("/graphql", json={"query": query}, headers={"accept": MODERN})
    assert refusal(response.status_code, response.content, 0) == "GRAPHQL_VALIDATION_FAILED"
    assert (await site.ask("{ tags { totalCount } }"))["tags"]["totalCount"] == 0


@pytest.mark.parametrize("name", ["takenAt", "isFavorite", "filename"])
async def test_a_null_that_a_media_cannot_keep_is_an_error_of_the_input(site: Site, name: str) -> None:
    (key,) = await filled(site, 1)
    payload = await wrote(site, "updateMedia", "media { id }", {"id": key, "patch": {name: None}})
    assert fault(payload) == ("InputError", "INVALID", ["input", "patch", name])


@pytest.mark.parametrize("kind", ["Tag", "Collection"])
async def test_the_name_of_a_tag_or_a_collection_cannot_be_cleared(site: Site, kind: str) -> None:
    made: dict[str, Any] = {"Tag": tag, "Collection": collection}
    key = await made[kind](site, "a")
    payload = await wrote(site, f"update{kind}", f"{kind.lower()} {{ id }}", {"id": key, "patch": {"name": None}})
    assert fault(payload) == ("InputError", "INVALID", ["input", "patch", "name"])


async def test_a_list_that_fails_beside_others_is_an_error_of_its_own(site: Site) -> None:
    await filled(site, 2)
    lists = "media { nodes { tags { nodes { id } } } } tags { totalCount } collections { totalCount }"
    query = f'{{ {lists} x: media(after: "x") {{ totalCount }} }}'
    for _ in range(10):
        answer = await site.answer(query)
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["INVALID"]
    assert await site.ask("{ media { totalCount } }") == {"media": {"totalCount": 2}}
