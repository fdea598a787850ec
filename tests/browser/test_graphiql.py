"""GraphiQL in a real browser, without a network: its tabs, its links, what it runs and what it never does."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from subprocess import CalledProcessError
from urllib.parse import urlencode

import httpx2
import orjson
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Route

from graphql_api import graphiql_assets
from tests import media
from tests.browser.visiting import SIZE, Visit, browsing, chromium, visit
from tests.conftest import HEADERS, UPLOAD
from tests.graphql_api.served import HERE, serving
from tests.needs import needs

EXAMPLES = ["NestedPage", "FromCollections", "SearchAll", "TagTree", "EachKind", "Workings", "TagByName"]
TWO = "query First { __typename }\nquery Second($n: Int!) { media(first: $n) { totalCount } }\n"
COUNT = "{ media { totalCount } }"
BAD = "</script><script>window.ran = 1</script><img src=x onerror='window.ran = 2'>"


def bring_assets() -> None:
    """GraphiQL's files, from npm where they are not here yet."""
    with suppress(OSError, CalledProcessError):
        if not graphiql_assets.are_here():
            graphiql_assets.bring()
    needs("npm that can fetch GraphiQL (make graphiql)", there=graphiql_assets.are_here())


@pytest_asyncio.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A server over a small library, in a process of its own."""
    needs("Chromium", there=chromium() is not None)
    await asyncio.to_thread(bring_assets)
    folder = tmp_path_factory.mktemp("library") / "data"
    with serving(folder) as (_, client):
        for name in ("photo", "song", "pdf"):
            await asyncio.to_thread(upload, client, getattr(media, name)(), name)
        yield str(client.base_url).rstrip("/")


def upload(client: httpx2.Client, content: bytes, name: str) -> None:
    form = {"operations": orjson.dumps({"query": UPLOAD, "variables": {"file": None}}), "map": '{"0": ["variables.file"]}'}
    answer = client.post("/graphql", data=form, files={"0": (name, content)}, headers=HEADERS).json()
    assert answer["data"]["uploadMedia"]["userErrors"] == []


@pytest_asyncio.fixture(scope="module")
async def browser(site: str) -> AsyncIterator[Browser]:
    async with browsing() as found:
        yield found


@asynccontextmanager
async def visiting(browser: Browser, site: str) -> AsyncIterator[Visit]:
    """A visitor who has not been here before; nothing may go wrong, and nothing may leave this machine."""
    context = await browser.new_context(viewport=SIZE)
    try:
        found = await visit(context, site)
        yield found
        assert (found.errors, found.elsewhere()) == ([], [])
    finally:
        await context.close()


@pytest_asyncio.fixture
async def visitor(browser: Browser, site: str) -> AsyncIterator[Visit]:
    async with visiting(browser, site) as found:
        yield found


def link(**parameters: str) -> str:
    return f"/graphql?{urlencode(parameters)}"


async def test_a_first_visit_shows_every_example_in_a_tab_and_each_runs_by_itself(visitor: Visit) -> None:
    await visitor.opens()
    assert await visitor.tabs() == EXAMPLES
    answers = {}
    for name in EXAMPLES:
        await visitor.tab(name) if name != EXAMPLES[0] else None
        answers[name] = await visitor.runs()
    assert {name for name, answer in answers.items() if "errors" in answer} == set()
    assert answers["NestedPage"]["data"]["media"]["totalCount"] == 1
    assert answers["EachKind"]["data"]["media"]["nodes"] != []
    tagged = answers["TagByName"]["data"]["tagMedia"]
    assert (tagged["changed"], tagged["userErrors"]) == (1, [])


async def test_the_button_runs_as_the_keys_do(visitor: Visit) -> None:
    await visitor.opens(link(query=COUNT))
    await visitor.page.get_by_role("button", name="Execute query").click()
    assert await visitor.shown({"data": {"media": {"totalCount": 3}}})


async def test_a_returning_visitor_finds_the_tabs_they_left(visitor: Visit) -> None:
    await visitor.opens()
    await visitor.writes(f"query Mine {COUNT}")
    await visitor.says(operationName="Mine")
    await visitor.tab("FromCollections")
    await visitor.page.locator(".graphiql-tab-active .graphiql-tab-close").click()
    kept = (
        "() => { const all = localStorage.getItem('graphiql:tabState'); return all.includes('Mine') && !all.includes('FromC') }"
    )
    await visitor.page.wait_for_function(kept)
    await visitor.opens()
    assert await visitor.tabs() == ["Mine", *EXAMPLES[2:]]
    assert await visitor.query() == f"query Mine {COUNT}"
    assert all(one["query"].startswith("{ media(first: 1") for one in visitor.asked())  # the look-up of the first visit


async def test_a_link_opens_its_operation_beside_the_examples_and_runs_nothing(visitor: Visit) -> None:
    await visitor.opens(link(query=TWO, variables='{"n": 2}', operationName="Second"))
    assert (await visitor.query(), await visitor.variables()) == (TWO, '{"n": 2}')
    assert (await visitor.tabs())[1:] == EXAMPLES
    assert [one for one in visitor.asked() if one["query"] == TWO] == []
    assert await visitor.runs() == {"data": {"media": {"totalCount": 3}}}
    assert visitor.asked()[-1] == {"query": TWO, "variables": {"n": 2}, "operationName": "Second"}


async def test_the_operation_of_a_link_is_free_again_once_its_text_is_changed(visitor: Visit) -> None:
    await visitor.opens(link(query=TWO, variables='{"n": 2}', operationName="Second"))
    await visitor.writes("query Third { __typename }")
    await visitor.says(operationName="Third")
    assert await visitor.runs() == {"data": {"__typename": "Query"}}


async def test_a_link_is_one_tab_however_often_it_is_opened(visitor: Visit) -> None:
    for _ in range(3):
        await visitor.opens(link(query=f"query Linked {COUNT}", variables='{"a": 1}'))
    assert await visitor.tabs() == ["Linked", *EXAMPLES]
    await visitor.opens(link(query=f"query Other {COUNT}"))
    assert await visitor.tabs() == ["Linked", *EXAMPLES, "Other"]
    assert (await visitor.query(), await visitor.variables()) == (f"query Other {COUNT}", "")


async def test_the_address_of_a_tab_opens_the_same_for_somebody_else(visitor: Visit, browser: Browser, site: str) -> None:
    await visitor.opens()
    await visitor.tab("TagByName")
    async with visiting(browser, site) as other:
        await other.opens(visitor.page.url.removeprefix(site))
        assert (await other.query(), await other.variables()) == (await visitor.query(), await visitor.variables())
        assert orjson.loads(await other.variables())["id"]


async def test_a_text_too_long_for_an_address_stays_out_of_it(visitor: Visit) -> None:
    await visitor.opens(link(query=COUNT))
    await visitor.writes(f"{COUNT}\n{'# long ' * 1000}")
    await visitor.page.wait_for_function("() => location.search === ''")


async def test_nothing_a_link_says_runs_in_the_page(visitor: Visit) -> None:
    await visitor.opens(link(query=BAD, variables=BAD, operationName=BAD))
    assert (await visitor.query(), await visitor.variables()) == (BAD, BAD)
    assert await visitor.page.evaluate("window.ran") is None
    assert await visitor.page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize("script", ["one.text = 'window.ran = 1'", "one.src = '/files/0'"])
async def test_a_script_that_got_into_the_page_would_not_run(visitor: Visit, script: str) -> None:
    await visitor.opens()
    added = f"() => {{ const one = document.createElement('script'); {script}; document.body.append(one) }}"
    async with visitor.page.expect_console_message() as told:
        await visitor.page.evaluate(added)
    assert "Content Security Policy" in (await told.value).text
    assert await visitor.page.evaluate("window.ran") is None
    visitor.errors.clear()


async def test_the_page_cannot_be_framed(visitor: Visit) -> None:
    async with visitor.page.expect_console_message() as told:
        await visitor.page.set_content(f'<iframe src="{visitor.site}/graphql"></iframe>')
    assert "frame-ancestors 'none'" in (await told.value).text
    visitor.errors.clear()


async def test_the_documents_of_the_schema_open(visitor: Visit) -> None:
    await visitor.opens()
    await visitor.page.get_by_role("button", name="Show Documentation Explorer").click()
    await visitor.page.get_by_role("link", name="Query", exact=True).click()
    await visitor.page.get_by_role("link", name="mediaBySha256", exact=True).wait_for()


async def test_every_pane_and_tool_opens(visitor: Visit) -> None:
    await visitor.opens(link(query="{__typename}"))
    for name in ("Show History", "Show GraphiQL Explorer", "Open short keys dialog"):
        await visitor.page.get_by_role("button", name=name).click()
    await visitor.page.keyboard.press("Escape")
    await visitor.page.get_by_role("button", name="Prettify query").click()
    await visitor.says(query="{\n  __typename\n}")


async def test_from_the_cdn_the_page_is_the_same(browser: Browser, tmp_path: Path) -> None:
    copy = tmp_path / "code"
    for name in ("domain", "persistence", "graphql_api"):
        shutil.copytree(HERE / name, copy / name, ignore=shutil.ignore_patterns("assets"))
    with serving(tmp_path / "data", PYTHONPATH=str(copy)) as (_, client):
        context = await browser.new_context(viewport=SIZE)
        found = await visit(context, str(client.base_url).rstrip("/"))
        await context.route(re.compile("^https://"), as_the_cdn)
        await found.opens(link(query=COUNT))
        assert await found.runs() == {"data": {"media": {"totalCount": 0}}}
        assert sorted(found.elsewhere()) == sorted(one.url for one in graphiql_assets.assets())
        assert found.errors == []
        await context.close()


async def as_the_cdn(route: Route) -> None:
    """What the CDN would answer: the same bytes, for pages of any site."""
    (wanted,) = (one for one in graphiql_assets.assets() if one.url == route.request.url)
    await route.fulfill(path=wanted.file, headers={"access-control-allow-origin": "*"})


async def test_a_key_in_the_headers_is_sent_and_kept(visitor: Visit) -> None:
    await visitor.opens(link(query=COUNT))
    await visitor.page.get_by_role("button", name="Headers").click()
    await visitor.page.locator(".graphiql-editor-tool .CodeMirror").nth(1).click()
    await visitor.page.keyboard.insert_text('{"authorization": "Bearer key"}')  # as people paste it: the editor is then ready
    await visitor.runs()
    assert await sent_key(visitor) == "Bearer key"
    await visitor.page.wait_for_function("() => localStorage.getItem('graphiql:tabState').includes('Bearer key')")
    await visitor.opens(link(query=f"query Other {COUNT}"))
    assert await sent_key(visitor) == "Bearer key"  # with the question for the schema
    await visitor.tab("Workings")
    await visitor.runs()
    assert await sent_key(visitor) == "Bearer key"


async def sent_key(visitor: Visit) -> str | None:
    posts = [one for one in visitor.requests if one.method == "POST"]
    return await posts[-1].header_value("authorization")
