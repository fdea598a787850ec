"""GraphiQL, a page for people who ask by hand: every example in a tab, and every tab an address to hand on."""

import secrets
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from graphql import OperationDefinitionNode, parse
from starlette.responses import HTMLResponse, Response

from graphql_api.graphiql_assets import Asset, are_here, assets

HERE = Path(__file__).parent
EXAMPLES = HERE / "examples.graphql"
ASKED = {"id": "{ media(first: 1, orderBy: [{ field: TITLE }]) { nodes { id } } }"}
"""What the page asks for the value of an example's variable: the first scalar of the answer."""
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'{styles}; img-src 'self' data:; "
    "font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Only scripts this answer names run: not even the library's own files. GraphiQL's editor styles its elements inline."""


def page() -> Response:
    """GraphiQL; from here where its scripts are here, else from the CDN.

    The page is the same for everyone, whatever the address says: its script reads the address, no markup is made of it.
    """
    return page_with(local=are_here())


def page_with(*, local: bool) -> Response:
    """The page with its scripts from this server, or from the CDN."""
    nonce = secrets.token_urlsafe(16)
    styles = "" if local else "".join(f" {one.url}" for one in assets() if one.is_style)
    text = template().replace("{assets}", "\n".join(tag(one, local=local) for one in assets())).replace("{nonce}", nonce)
    return HTMLResponse(text, headers={**HEADERS, "Content-Security-Policy": POLICY.format(nonce=nonce, styles=styles)})


def tag(one: Asset, *, local: bool) -> str:
    """The element that loads one file; the browser checks its hash, wherever it is from."""
    url = f"/assets/{one.package}/{one.path}" if local else one.url
    checked = f'integrity="{one.integrity}" crossorigin="anonymous"'
    if one.is_style:
        return f'<link rel="stylesheet" href="{url}" {checked}>'
    return f'<script nonce="{{nonce}}" defer src="{url}" {checked}></script>'


@cache
def template() -> str:
    """The page without what differs from answer to answer."""
    data = embedded({"examples": list(examples()), "asked": ASKED})
    html, script = ((HERE / name).read_text("utf-8") for name in ("graphiql.html", "graphiql.js"))
    return html.replace("{data}", data).replace("{script}", script)


def embedded(data: Any) -> str:
    """JSON that cannot end the element it stands in."""
    return orjson.dumps(data).decode().replace("<", "\\u003c")


def examples() -> Iterator[dict[str, Any]]:
    """Each operation of the examples with the comment above it, and the names of its variables."""
    text, start = EXAMPLES.read_text("utf-8"), 0
    for operation in parse(text).definitions:
        if isinstance(operation, OperationDefinitionNode) and operation.loc:
            variables = [one.variable.name.value for one in operation.variable_definitions or ()]
            yield {"query": f"{text[start : operation.loc.end].strip()}\n", "variables": variables}
            start = operation.loc.end
