"""Schemathesis against a served process: it reads the schema by introspection, and makes, sends and checks its own cases."""

import time
from collections.abc import Callable
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.graphql.checks import GraphQLClientError, GraphQLServerError
from schemathesis.specs.openapi.checks import response_schema_conformance

from benchmarks.documents import PLACE, values
from benchmarks.judging import FAILED, Wrong, refusal
from graphql_api.http import MODERN
from graphql_api.settings import Settings
from tests.graphql_api.served import serving

Note = Callable[[str, str | None, bytes, float], None]
CHECKS = [not_a_server_error, response_schema_conformance]
FILL = """mutation { a: createTag(input: {name: "word"}) { tag { id } }
  b: createCollection(input: {name: "album"}) { collection { id } }
  c: registerMedia(input: {url: "https://h/a.jpg"}) { media { id } } }"""
FOUND = """{ media { nodes { id } } tags { nodes { id slug } } collections { nodes { id slug } } }"""
"""What is put into the library, and what is found in it."""


class Place:
    """Puts what the library holds into the places of a document."""

    def __init__(self, base: str) -> None:
        self.session, self.base = requests.Session(), base
        self.values: dict[str, list[str]] = {}

    def ask(self, query: str) -> Any:
        answer = self.session.post(self.base, json={"query": query}, timeout=30).json()
        if "errors" in answer:
            raise Wrong(f"{answer['errors']} for {query}")
        return answer["data"]

    def look(self) -> None:
        """Fills the library up and notes what it holds."""
        self.ask(FILL)
        found = self.ask(FOUND)
        kinds = {"media": "media", "tags": "tag", "collections": "collection"}
        self.values = {kinds[name]: [one["id"] for one in held["nodes"]] for name, held in found.items()}
        self.values["slug"] = [one["slug"] for name in ("tags", "collections") for one in found[name]["nodes"]]

    def put(self, document: str) -> str:
        def value(kind: str, at: int) -> str:
            held = self.values.get(kind) or ["unknown"]
            return held[at % len(held)]

        return PLACE.sub(lambda found: value(found[1], int(found[2])), document)


def expected(failure: BaseException) -> bool:
    """Whether it is what a client may get wrong: Schemathesis takes every code it does not know for a fault of the server."""
    if isinstance(failure, FailureGroup):
        return all(expected(one) for one in failure.exceptions)
    codes = {error["extensions"]["code"] for error in getattr(failure, "errors", [])}
    return isinstance(failure, GraphQLClientError | GraphQLServerError) and codes <= FAILED


def send(case: Any, place: Place, note: Note) -> None:
    """Sends a case of Schemathesis and lets it and us judge the answer. Raises Wrong."""
    case.body = place.put(case.body)
    started = time.perf_counter()
    response = case.call(headers={"accept": MODERN})
    seconds = time.perf_counter() - started
    try:
        refused = refusal(response.status_code, response.content, seconds)
        case.validate_response(response, checks=CHECKS)
    except (Failure, FailureGroup) as failure:
        if not expected(failure):
            raise Wrong(f"{failure}\n{case.body}") from failure
    except Wrong as wrong:
        raise Wrong(f"{wrong}\n{case.body}") from wrong
    note(case.body, refused, response.content, seconds)


def environment(of: Settings) -> dict[str, str]:
    """Of a server over this library."""
    return {"MEDIAGRAPH_UPLOAD_RATE": ""} | ({"MEDIAGRAPH_DATABASE_URL": of.database_url} if of.database_url else {})


def through_schemathesis(of: Settings, cases: int, at: int, note: Note) -> None:
    """Sends at least so many cases to a server of its own, over HTTP.

    Args:
        of: whose library it is.
        cases: how many, about as many for each root field.
        at: the seed.
        note: is told of each case: the document, why it was refused, the answer and the seconds it took.

    Raises:
        Wrong: an answer is not what it has to be.
    """
    for name, strategy in values().items():
        if name != "Upload":
            schemathesis.graphql.scalar(name, strategy)
    with serving(of.data_dir, **environment(of)) as (_, client):
        base = str(client.base_url.join("/graphql"))
        place, schema = Place(base), schemathesis.graphql.from_url(base)
        operations = [found.ok() for found in schema.get_all_operations() if found.ok().label != "Mutation.uploadMedia"]
        for operation in operations:
            place.look()
            run(operation.as_strategy(), -(-cases // len(operations)), at, place, note)


def run(strategy: Any, cases: int, at: int, place: Place, note: Note) -> None:
    """Sends so many cases of one operation. Fewer are drawn where there are no more, so they are drawn again."""
    sent = 0

    @settings(
        max_examples=cases, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def each(case: Any) -> None:
        nonlocal sent
        sent += 1
        send(case, place, note)

    for turn in range(at, at + cases):
        if sent < cases:
            seed(turn)(each)()
