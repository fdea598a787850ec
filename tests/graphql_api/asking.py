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
HELD = f"""matched changed failed results(first: 10) {{ id: nodeId changed {ERRORS[:-1]}
  ... on MediaInUseError {{ usageCount usages {{ consumer {{ app }} media {{ id }} }} }} }} }}"""
USAGE = "id field position createdAt consumer { app entityType entityId label url } media { id }"
BULK = f"matched changed failed results {{ id: nodeId changed media {{ id trashedAt version }} {ERRORS} }} {ERRORS}"


async def filled(site: Site, count: int) -> list[str]:
    """The ids of so many new media that no processor takes, oldest first."""
    return [(await site.uploaded(media.binary(number), f"{number:03}.bin"))["id"] for number in range(count)]


async def bulk(site: Site, name: str, ids: list[str], *, fields: str = BULK, **more: Any) -> dict[str, Any]:
    """The payload of a mutation over a selection."""
    kind = f"{name[0].upper()}{name[1:]}Input"
    query = f"mutation($input: {kind}!) {{ {name}(input: $input) {{ {fields} }} }}"
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


def consumer(key: str = "1", app: str = "shop", kind: str = "page", **more: Any) -> dict[str, Any]:
    """A thing outside the library."""
    return {"app": app, "entityType": kind, "entityId": key, **more}


async def use(site: Site, who: dict[str, Any], *items: str | dict[str, Any], **more: Any) -> dict[str, Any]:
    """The payload of a consumer that uses these media, in its main field where nothing else is said."""
    given = [one if isinstance(one, dict) else {"media": one, "field": "main"} for one in items]
    fields = f"attached detached usages(first: 1000) {{ {USAGE} }}"
    return await wrote(site, "setUsages", fields, {"consumer": who, "items": given, **more})


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
