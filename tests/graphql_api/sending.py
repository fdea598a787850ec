"""Uploads with more arguments than most tests need."""

from typing import Any

import orjson

from tests.conftest import HEADERS, Site

QUERY = """mutation($input: UploadMediaInput!) { uploadMedia(input: $input) {
  media { id sha256 } userErrors { __typename code message path } } }"""


async def send(site: Site, content: bytes, name: str = "file.bin", query: str = QUERY, **given: Any) -> dict[str, Any]:
    """The payload of an upload with these arguments beside the file."""
    operations = {"query": query, "variables": {"input": {"file": None, **given}}}
    form = {"operations": orjson.dumps(operations).decode(), "map": '{"0": ["variables.input.file"]}'}
    response = await site.client.post("/graphql", data=form, files={"0": (name, content)}, headers=HEADERS)
    assert response.status_code == 200, response.text
    return response.json()["data"]["uploadMedia"]
