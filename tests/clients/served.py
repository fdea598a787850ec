"""A server with a small library for the recipes, and what it says itself of that library."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import orjson

from tests import media
from tests.clients.recipes import HERE
from tests.conftest import HEADERS, UPLOAD
from tests.graphql_api.served import serving

OPERATIONS = (HERE / "media.graphql").read_text("utf-8")
FILES = {"photo.jpg": media.photo(), "film.mp4": media.film(), "song.mp3": media.song(), "red.png": media.png()}


@dataclass(frozen=True)
class Library:
    """A running server, asked over plain HTTP."""

    client: httpx2.Client

    @property
    def endpoint(self) -> str:
        return f"{str(self.client.base_url).rstrip('/')}/graphql"

    def ask(self, query: str, operation: str | None = None, **variables: Any) -> dict[str, Any]:
        body = {"query": query, "operationName": operation, "variables": variables}
        answer = self.client.post("/graphql", json=body).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def upload(self, name: str, content: bytes) -> str:
        """The id of a new media, which has a tag and lies in a collection."""
        form = {"operations": orjson.dumps({"query": UPLOAD, "variables": {"file": None}}), "map": '{"0": ["variables.file"]}'}
        answer = self.client.post("/graphql", data=form, files={"0": (name, content)}, headers=HEADERS).json()
        return answer["data"]["uploadMedia"]["media"]["id"]

    def cards(self) -> list[dict[str, Any]]:
        """What every recipe is to find: all pictures and films, on more than one page of two."""
        asked = {"first": 100, "filter": {"kind": {"in": ["IMAGE", "VIDEO"]}}}
        found = self.ask(OPERATIONS, "MediaPage", **asked)["media"]["edges"]
        assert len(found) == 3
        return [edge["node"] for edge in found]


@contextmanager
def library(folder: Path) -> Iterator[Library]:
    """A server over a few files of several kinds, tagged and collected."""
    with serving(folder / "data") as (_, client):
        made = Library(client)
        ids = [made.upload(name, content) for name, content in FILES.items()]
        made.ask(
            "mutation($i: TagMediaInput!) { tagMedia(input: $i) { changed } }", i={"selection": {"ids": ids}, "tagNames": ["Old"]}
        )
        made.ask(
            "mutation($i: CreateCollectionInput!) { createCollection(input: $i) { changed } }", i={"name": "All", "mediaIds": ids}
        )
        yield made


def like(answer: Any, model: Any) -> Any:
    """An answer cut to what the model has, with times as times: clients add names of types, and write times in their own way."""
    if isinstance(model, dict):
        return {key: like(answer[key], value) for key, value in model.items()}
    if isinstance(model, list):
        assert len(answer) == len(model)
        return [like(*pair) for pair in zip(answer, model, strict=True)]
    return moment(answer) if isinstance(model, str) else answer


def moment(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def assert_told(library: Library, name: str, before: list[dict[str, Any]], told: dict[str, Any]) -> None:
    """A recipe found what there is, was refused as it must be, and changed what it said."""
    assert like(told["cards"], before) == like(before, before)
    assert [(one["__typename"], one["code"]) for one in told["refused"]] == [("InputError", "INVALID")]
    assert told["accepted"] == []
    ask = """query($first: ID!, $uploaded: ID!) {
      first: mediaItem(id: $first) { rating tags { nodes { name } } }
      uploaded: mediaItem(id: $uploaded) { filename size }
    }"""
    now = library.ask(ask, first=before[0]["id"], uploaded=told["uploaded"]["id"])
    assert now["first"]["rating"] == 5 or {"name": name} in now["first"]["tags"]["nodes"]
    assert now["uploaded"] == {"filename": "words.txt", "size": len(f"Words of {name}.")}
