"""Pages for people: the library at a glance, and the schema."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from domain.reading import Ask, Load
from graphql_api.bootstrap import Server
from graphql_api.operator_key import must_be_operator
from graphql_api.schema import text_of

STYLE = """
:root { color-scheme: light dark; --edge: color-mix(in srgb, currentColor 18%, transparent); }
body { font: 16px/1.6 system-ui, sans-serif; max-width: 46rem; margin: 4rem auto; padding: 0 1.5rem; }
h1 { margin-bottom: 0; } p.lead { margin-top: .2rem; opacity: .75; } a { color: #b3467d; }
ul.cards { list-style: none; padding: 0; display: grid; gap: .8rem; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); }
ul.cards a { display: block; height: 100%; box-sizing: border-box; padding: .9rem 1rem; border: 1px solid var(--edge);
  border-radius: .6rem; text-decoration: none; color: inherit; }
ul.cards a:hover { border-color: #b3467d; } ul.cards strong { color: #b3467d; } ul.cards span { display: block; opacity: .75; }
ul.stills { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .4rem; }
ul.stills img { height: 6rem; border-radius: .3rem; display: block; }
pre { padding: 1rem; border: 1px solid var(--edge); border-radius: .6rem; overflow: auto; font-size: .85rem; }
"""


async def front(http: Request) -> Response:
    """What this server is, what is in it, and where to go."""
    server: Server = http.app.state.server
    async with server.parts.database.reading(server.principal) as reader:
        keys = (server.principal.library_id,)
        counted = [await reader.count(Load(ask=Ask(relation=name, counted=True), keys=keys)) for name in LISTS]
        newest = await reader.find(Load(ask=Ask(relation="library.media"), first=12, keys=keys))
    counts = [next(iter(count.values()), 0) for count in counted]
    stills = "".join(
        f'<li><img src="{server.site.public_url}/files/{one.entity.id.hex()}/thumbnail" alt="{escape(one.entity.title or "")}" '
        'loading="lazy" onerror="this.parentNode.remove()"></li>'
        for one in newest
    )
    facts = ", ".join(f"{count:,} {word}" for count, word in zip(counts, LISTS.values(), strict=True))
    return HTMLResponse(PAGE.format(style=STYLE, facts=facts, stills=stills, site=escape(server.site.public_url)))


async def sdl(http: Request) -> Response:
    """The schema, for people and for code generators."""
    server: Server = http.app.state.server
    must_be_operator(http, server.settings)
    return PlainTextResponse(text_of(server.schema), media_type="text/plain; charset=utf-8")


LISTS = {"library.media": "media", "library.tags": "tags", "library.collections": "collections"}
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>mediagraph</title><style>{style}</style></head><body>
<h1>mediagraph</h1><p class="lead">One question about a nested graph of media, answered. This library has {facts}.</p>
<ul class="stills">{stills}</ul>
<ul class="cards">
<li><a href="/graphql"><strong>GraphiQL</strong><span>Ask the library, with examples.</span></a></li>
<li><a href="/schema.graphql"><strong>Schema</strong><span>The SDL, for code generators.</span></a></li>
<li><a href="/health/ready"><strong>Health</strong><span>Whether it can work just now.</span></a></li>
</ul>
<h2>From a shell</h2>
<pre>curl {site}/graphql -H 'content-type: application/json' \\
  -d '{{"query":"{{ media(first: 3) {{ nodes {{ title kind url }} }} }}"}}'</pre>
</body></html>
"""
