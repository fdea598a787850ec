"""A real Chromium that reaches this machine only, and what a visitor does with GraphiQL in it."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson
from playwright.async_api import Browser, BrowserContext, Page, Request, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)  # fmt: skip
SIZE = {"width": 1280, "height": 800}
RESULT = "document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue() ?? ''"
EDITOR = "document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror"


def chromium() -> str | None:
    """The path of the browser, where there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium(), args=list(QUIET))
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Visit:
    """One page, and all it complained about and asked for."""

    page: Page
    site: str
    errors: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    async def opens(self, path: str = "/graphql") -> None:
        """Goes there, and waits until the editor can be written in and the schema is there."""
        async with self.page.expect_response(is_introspection):
            await self.page.goto(f"{self.site}{path}")
        await self.page.wait_for_selector(".graphiql-query-editor .CodeMirror")

    async def tabs(self) -> list[str]:
        return await self.page.locator(".graphiql-tab-button").all_inner_texts()

    async def tab(self, name: str) -> None:
        """Goes to a tab, and waits until the address bar says so: from then on its operation is the one that runs."""
        await self.page.get_by_role("tab", name=name, exact=True).click()
        await self.says(operationName=name)

    async def says(self, **parameters: str) -> None:
        """Waits until the address bar has these parameters."""
        said = "given => Object.entries(given).every(([name, text]) => new URLSearchParams(location.search).get(name) === text)"
        await self.page.wait_for_function(said, arg=parameters)

    async def query(self) -> str:
        return await self.page.evaluate(f"{EDITOR}.getValue()")

    async def variables(self) -> str:
        return await self.page.evaluate("document.querySelector('.graphiql-editor-tool .CodeMirror').CodeMirror.getValue()")

    async def writes(self, query: str) -> None:
        await self.page.evaluate(f"text => {EDITOR}.setValue(text)", query)

    async def runs(self) -> dict[str, Any]:
        """Presses Ctrl-Enter in the editor; what the result pane then shows."""
        await self.page.locator(".graphiql-query-editor .CodeMirror").click()
        async with self.page.expect_response(is_operation) as waiting:
            await self.page.keyboard.press("Control+Enter")
        return await self.shown(await (await waiting.value).json())

    async def shown(self, answer: dict[str, Any]) -> dict[str, Any]:
        """The result pane, once it shows this answer."""
        text = orjson.dumps(answer).decode()
        same = f"JSON.stringify(JSON.parse({RESULT})) === JSON.stringify(JSON.parse(text))"
        await self.page.wait_for_function(f"text => {{ try {{ return {same} }} catch {{ return false }} }}", arg=text)
        return orjson.loads(await self.page.evaluate(RESULT))

    def asked(self) -> list[dict[str, Any]]:
        """The operations that were sent, but for introspection."""
        sent = [orjson.loads(one.post_data or "{}") for one in self.requests if one.method == "POST"]
        return [one for one in sent if one.get("operationName") != "IntrospectionQuery"]

    def elsewhere(self) -> list[str]:
        """The addresses that were asked for and are not of the site."""
        return [one.url for one in self.requests if not one.url.startswith(("data:", "blob:")) and not self.is_own(one.url)]

    def is_own(self, url: str) -> bool:
        return urlsplit(url)[:2] == urlsplit(self.site)[:2]


def is_introspection(response: Any) -> bool:
    return "IntrospectionQuery" in (response.request.post_data or "")


def is_operation(response: Any) -> bool:
    return response.request.method == "POST" and not is_introspection(response)


async def visit(context: BrowserContext, site: str) -> Visit:
    """A new page that is listened to from the start."""
    found = Visit(await context.new_page(), site)
    found.page.set_default_timeout(20_000)
    found.page.on("console", lambda told: found.errors.append(told.text) if told.type in ("error", "warning") else None)
    found.page.on("pageerror", lambda error: found.errors.append(str(error)))
    found.page.on("request", lambda request: found.requests.append(request))  # noqa: PLW0108 - Playwright marks the function
    return found
