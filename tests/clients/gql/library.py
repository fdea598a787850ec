"""mediagraph with gql: operations are checked against the schema before they are sent, datetimes become times."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gql import Client, FileVar, GraphQLRequest
from gql.transport.httpx import HTTPXTransport
from gql.utilities import update_schema_scalar
from graphql import GraphQLScalarType, build_schema

HERE = Path(__file__).parent
DOCUMENT = (HERE / "media.graphql").read_text("utf-8")
DATE_TIME = GraphQLScalarType("DateTime", serialize=datetime.isoformat)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def connect(url: str) -> Client:
    schema = build_schema((HERE / "schema.graphql").read_text("utf-8"))
    update_schema_scalar(schema, "DateTime", DATE_TIME)
    transport = HTTPXTransport(url, headers={"graphql-require-preflight": "1"})
    return Client(schema=schema, transport=transport, serialize_variables=True)


def ask(client: Client, name: str, *, upload_files: bool = False, **variables: Any) -> dict[str, Any]:
    """The data of one operation of media.graphql."""
    request = GraphQLRequest(DOCUMENT, variable_values=variables, operation_name=name)
    return client.execute(request, upload_files=upload_files)


def every_card(client: Client, after: str | None = None, since: datetime = LONG_AGO) -> list[dict[str, Any]]:
    """Every picture and film taken since then, page by page."""
    wanted = {"kind": {"in": ["IMAGE", "VIDEO"]}, "takenAt": {"gte": since}}
    found = ask(client, "MediaPage", first=2, after=after, filter=wanted)["media"]
    cards = [edge["node"] for edge in found["edges"]]
    page = found["pageInfo"]
    return [*cards, *every_card(client, page["endCursor"], since)] if page["hasNextPage"] else cards


def tag(client: Client, id: str, name: str) -> list[dict[str, Any]]:
    """Why a media does not wear a tag; empty where it does."""
    payload = ask(client, "TagMedia", input={"selection": {"ids": [id]}, "tagNames": [name]})["tagMedia"]
    return payload["userErrors"] + [error for one in payload["results"] for error in one["userErrors"]]


def upload(client: Client, content: bytes, name: str) -> dict[str, Any]:
    """A file goes as a part of a form."""
    file = FileVar(io.BytesIO(content), filename=name)
    return ask(client, "UploadMedia", upload_files=True, file=file)["uploadMedia"]["media"]
