"""What several tests ask: the same documents, and short ways to fill a library."""

from pathlib import Path
from typing import Any

import domain
from tests import media
from tests.conftest import Site

NOWHERE = domain.global_id(b"Media", domain.new_id())
"""A well-formed id of a media that no library has."""
ERRORS = """userErrors { __typename code message path
  ... on NotFoundError { id: nodeId } ... on LimitError { limit actual }
  ... on VersionConflictError { currentVersion current { __typename id } } }"""
BULK = f"matched changed failed results {{ id: nodeId changed media {{ id trashedAt version }} {ERRORS} }} {ERRORS}"


async def filled(site: Site, count: int) -> list[str]:
    """The ids of so many new media that no processor takes, oldest first."""
    return [(await site.uploaded(media.binary(number), f"{number:03}.bin"))["id"] for number in range(count)]


async def bulk(site: Site, name: str, ids: list[str], **more: Any) -> dict[str, Any]:
    """The payload of a mutation over a selection."""
    kind = f"{name[0].upper()}{name[1:]}Input"
    query = f"mutation($input: {kind}!) {{ {name}(input: $input) {{ {BULK} }} }}"
    return (await site.ask(query, input={"selection": {"ids": ids}, **more}))[name]


async def wrote(site: Site, name: str, fields: str, input: dict[str, Any]) -> dict[str, Any]:
    """The payload of a mutation with one input."""
    kind = f"{name[0].upper()}{name[1:]}Input"
    return (await site.ask(f"mutation($input: {kind}!) {{ {name}(input: $input) {{ {fields} {ERRORS} }} }}", input=input))[name]


async def tag(site: Site, name: str, **more: Any) -> str:
    """The id of a new tag."""
    payload = await wrote(site, "createTag", "tag { id }", {"name": name, **more})
    assert payload["userErrors"] == []
    return payload["tag"]["id"]


async def collection(site: Site, name: str, ids: list[str] | None = None, **more: Any) -> str:
    """The id of a new collection with these media in it."""
    payload = await wrote(site, "createCollection", "collection { id }", {"name": name, "mediaIds": ids, **more})
    assert payload["userErrors"] == []
    return payload["collection"]["id"]


def fault(payload: dict[str, Any]) -> tuple[str, str, list[str]]:
    """Type, code and path of the one error of a payload."""
    (error,) = payload["userErrors"]
    return error["__typename"], error["code"], error["path"]


def on_disk(site: Site) -> set[str]:
    """Every file below the storage's folder."""
    root: Path = site.server.settings.files
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def key_in(url: str) -> str:
    """The path of an address of the site, as a client asks it."""
    return url.removeprefix("http://site")
