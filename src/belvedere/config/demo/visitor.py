"""Somebody who uses the pages as a browser without JavaScript does: links and forms only."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import urljoin

import httpx
from bs4 import BeautifulSoup, Tag

TIMEOUT = httpx.Timeout(30)
BROWSER = "Mozilla/5.0 (Linux; Android 14) Belvedere-demo"


class Lost(AssertionError):
    """A page hasn't what a visitor needs to go on. Says which page and what was sought."""


@dataclass
class Page:
    """A page as the visitor sees it."""

    url: str
    status: int
    soup: BeautifulSoup
    body: bytes

    @property
    def text(self) -> str:
        """Return the words on the page."""
        return " ".join(self.soup.get_text(" ").split())


@dataclass
class Visitor:
    """A person with a browser of their own, at one address.

    Args:
        base: Address of the site, without a slash at the end.
        language: BCP 47, sent as `Accept-Language`.

    """

    base: str
    language: str = "it"
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(
            follow_redirects=True,
            timeout=TIMEOUT,
            headers={"Accept-Language": self.language, "User-Agent": BROWSER},
        )

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.close()

    def open(self, url: str) -> Page:
        """Go to an address; a path is of this site."""
        return self._page(self.client.get(urljoin(self.base + "/", url)))

    def follow(self, page: Page, wanted: Callable[[str], bool]) -> Page:
        """Follow the first link whose address is wanted."""
        for link in page.soup.find_all("a", href=True):
            target = urljoin(page.url, str(link["href"]))
            if wanted(target):
                return self.open(target)
        raise Lost(f"{page.url} has no such link. It says: {page.text[:300]}")

    def submit(self, page: Page, *, having: str, press: str = "", **values: str) -> Page:
        """Fill in the form that has a field or button of the name `having`, and send it.

        Args:
            page: Where the form stands.
            having: Name of a field or button which only this form has.
            press: Value of the button to press, where there are several of that name.
            values: What to write into which field.

        """
        form = self._form(page, having)
        sent = {**filled(form), **values}
        if press:
            sent[having] = press
        target = urljoin(page.url, str(form.get("action") or page.url))
        if str(form.get("method", "get")).lower() == "post":
            headers = {"Referer": page.url}
            return self._page(self.client.post(target, data=sent, headers=headers))
        return self._page(self.client.get(target, params=sent))

    def press(self, page: Page, wanted: Callable[[str], bool], **values: str) -> Page:
        """Send the first form whose address is wanted, as it stands but for the values."""
        for form in page.soup.find_all("form", action=True):
            target = urljoin(page.url, str(form["action"]))
            if wanted(target):
                sent = {**filled(form), **values}
                return self._page(
                    self.client.post(target, data=sent, headers={"Referer": page.url})
                )
        raise Lost(f"{page.url} has no such form. It says: {page.text[:300]}")

    def _form(self, page: Page, having: str) -> Tag:
        for form in page.soup.find_all("form"):
            if form.select_one(f'[name="{having}"]'):
                return form
        raise Lost(f"{page.url} has no form with {having!r}. It says: {page.text[:300]}")

    def _page(self, answer: httpx.Response) -> Page:
        html = "html" in answer.headers.get("content-type", "")
        return Page(
            str(answer.url),
            answer.status_code,
            BeautifulSoup(answer.text if html else "", "html.parser"),
            answer.content,
        )


def filled(form: Tag) -> dict[str, str]:
    """Return what the form would send if nothing were changed."""
    sent: dict[str, str] = {}
    for each in form.find_all(["input", "textarea"]):
        name, kind = each.get("name"), each.get("type", "text")
        if not name or kind in ("submit", "button", "file"):
            continue
        if kind in ("checkbox", "radio") and not each.has_attr("checked"):
            continue
        is_long = each.name == "textarea"
        sent[str(name)] = each.get_text() if is_long else str(each.get("value", ""))
    for each in form.find_all("select"):
        chosen = each.find("option", selected=True) or each.find("option")
        if chosen and each.get("name"):
            sent[str(each["name"])] = str(chosen.get("value", chosen.get_text()))
    return sent
