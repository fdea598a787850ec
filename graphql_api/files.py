"""Files over HTTP: originals and the pictures made of them, in ranges, and never as something a browser would run."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

import domain
from domain.original import Original, original
from domain.reading import Ask, Load, TrashScope
from graphql_api.bootstrap import Server
from graphql_api.refusal import Refused

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Accept-Ranges": "bytes",
}
SHOWN = re.compile(r"(image/(?!svg)|video/|audio/|text/plain$|application/pdf$)")
"""Types a browser shows without running them; the rest is downloaded."""
RANGE = re.compile(r"bytes=(\d{0,40})-(\d{0,40})$")
REVALIDATED = "private, no-cache"
IMMUTABLE = "private, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Bytes to be served, and what is told of them."""

    place: Original
    mime_type: str
    size: int
    sha256: str
    filename: str
    cache: str


async def original_file(http: Request) -> Response:
    """The bytes of a media as they came in."""
    server: Server = http.app.state.server
    media = await media_of(server, http.path_params["id"])
    place = await original(server.parts, server.principal, media) if media else None
    if media is None or place is None:
        raise not_found()
    found = Served(
        place=place, mime_type=media.mime_type, size=media.size or 0, sha256=media.sha256 or "", filename=media.filename,
        cache=REVALIDATED,
    )  # fmt: skip
    return await serve(http, found)


async def thumbnail_file(http: Request) -> Response:
    """The small still of a media; immutable under the address that names its hash."""
    server: Server = http.app.state.server
    media = await media_of(server, http.path_params["id"])
    made: domain.Rendition | None = await one(server, "media.thumbnail", media.id) if media else None
    if media is None or made is None:
        raise not_found()
    storage = server.parts.open_storage((await server.parts.storages(server.principal))[made.storage_id])
    fixed = http.query_params.get("v", "")
    found = Served(
        place=Original(storage, made.key), mime_type=made.mime_type, size=made.size,
        sha256=made.sha256, filename=f"{made.name}.{made.mime_type.partition('/')[2]}",
        cache=IMMUTABLE if fixed and made.sha256.startswith(fixed) else REVALIDATED,
    )  # fmt: skip
    return await serve(http, found)


async def media_of(server: Server, text: str) -> domain.Media | None:
    """The media whose key these hexadecimal digits are."""
    if not re.fullmatch(r"[0-9a-f]{32}", text):
        return None
    return await one(server, "media.itself", bytes.fromhex(text))


async def one(server: Server, relation: str, key: domain.Id) -> Any:
    async with server.parts.database.reading(server.principal) as reader:
        found = await reader.find(Load(ask=Ask(relation=relation, trash=TrashScope.INCLUDE), keys=(key,)))
    return found[0].entity if found else None


def not_found() -> Refused:
    return Refused(404, "There is no such file.", "NOT_FOUND")


async def serve(http: Request, found: Served) -> Response:
    """RFC 9110: validators, then one range or the whole."""
    headers = headers_of(found, download="download" in http.query_params)
    if any(tag.strip() in ("*", headers["ETag"]) for tag in http.headers.get("if-none-match", "").replace("W/", "").split(",")):
        return Response(status_code=304, headers=headers)
    part = wanted(http, found.size, headers["ETag"])
    if part is None:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{found.size}"})
    start, length, ranged = part
    headers |= {"Content-Length": str(length)}
    headers |= {"Content-Range": f"bytes {start}-{start + length - 1}/{found.size}"} if ranged else {}
    status = 206 if ranged else 200
    if http.method == "HEAD":
        return Response(status_code=status, headers=headers)
    return await streamed(found, start, length, status, headers)


def headers_of(found: Served, *, download: bool) -> dict[str, str]:
    shown = SHOWN.match(found.mime_type) and not download
    name = quote(found.filename, safe="")
    kind = f"{found.mime_type}; charset=utf-8" if found.mime_type.startswith("text/") else found.mime_type
    return SAFE | {
        "Content-Type": kind,
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}",
        "ETag": f'"{found.sha256}"',
        "Cache-Control": found.cache,
    }


def wanted(http: Request, size: int, etag: str) -> tuple[int, int, bool] | None:
    """Start, length, and whether it is a range; None where that lies outside. Several ranges are answered by the whole."""
    match = RANGE.fullmatch(http.headers.get("range", "").strip())
    if match is None or not any(match.groups()) or http.headers.get("if-range", etag) != etag:
        return 0, size, False
    first, last = match.groups()
    if not first:
        length = min(int(last), size)
        return (size - length, length, True) if length else None
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    return (start, end - start + 1, True) if start <= end else None


async def streamed(found: Served, start: int, length: int, status: int, headers: dict[str, str]) -> Response:
    storage = found.place.storage
    try:
        if await storage.size(found.place.key) != found.size:
            raise FileNotFoundError  # edited where it lies: these are not the bytes the headers speak of
    except FileNotFoundError:
        raise not_found() from None
    return StreamingResponse(storage.read(found.place.key, start, length), status, headers)
