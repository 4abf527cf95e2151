"""Fixtures that drive a real Chromium against the real site, and let nothing leave the host."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, expect
from playwright.sync_api import sync_playwright as playwright_in_this_thread

from belvedere.config import debian
from belvedere.testing.plugin import NO_BROWSER

PHONE = 390
DESK = 1280
PATIENCE_MS = 30_000
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]

OpenPage = Callable[..., Page]


@dataclass(frozen=True)
class Live:
    """The site at a real address."""

    url: str


@pytest.fixture
def live(live_server: Any, settings: Any) -> Live:
    """The site at a real address, in this process, its data committed."""
    url = live_server.url
    settings.PUBLIC_URL = settings.WAGTAILADMIN_BASE_URL = url
    settings.CSRF_TRUSTED_ORIGINS = [url]
    return Live(url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one Chromium of this run; it is the system's, never a downloaded one."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    lacking = {each.brings for each in debian.missing() if each.optional} - {"chromium"}
    if not path or lacking:
        pytest.skip(NO_BROWSER)
    expect.set_options(timeout=PATIENCE_MS)
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with playwright_in_this_thread() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield chromium
        chromium.close()


@dataclass
class Watch:
    """What pages did that no page may do: ask another host, break a script or the policy."""

    url: str
    problems: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Stop every request to another host, and listen to every page."""
        context.route(lambda url: url.startswith(("http", "ws")), self._route)
        context.on("page", self._listen)

    def _route(self, route: Route) -> None:
        address = route.request.url
        if address == self.url or address.startswith(f"{self.url}/"):
            route.fallback()
        else:
            self.problems.append(f"A request left the host: {address}")
            route.abort()

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("console", self._read)

    def _read(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.problems.append(message.text)


@pytest.fixture
def open_page(browser: Browser, live: Live) -> Iterator[OpenPage]:
    """Open an address as a new visitor: `open_page("/", language="zh-Hans", width=1280)`.

    Each call is a browser of its own, without cookies. Whatever else Playwright's
    `new_context` takes may be given too.
    """
    contexts = []
    watch = Watch(live.url)

    def open_(
        path: str = "",
        *,
        language: str = "it",
        width: int = PHONE,
        height: int = 844,
        javascript: bool = True,
        **options: Any,
    ) -> Page:
        context = browser.new_context(
            base_url=live.url,
            locale=language,
            viewport={"width": width, "height": height},
            is_mobile=width < 600,
            has_touch=width < 600,
            java_script_enabled=javascript,
            timezone_id="Europe/Rome",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        watch.over(context)
        page = context.new_page()
        if path:
            page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not watch.problems, "\n".join(watch.problems)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """An Italian visitor's phone, not yet anywhere."""
    return open_page()


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Assert that axe-core finds nothing serious on a page: `axe(page)`."""

    def check(page: Page) -> None:
        page.wait_for_load_state()
        found = [
            f"{each['id']} ({each['impact']}): {node['html'][:200]}"
            for each in Axe().run(page).response["violations"]
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]
        assert not found, f"{page.url}\n" + "\n".join(found)

    return check
