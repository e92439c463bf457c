"""A tablet on the floor of the demo: somebody signed in who opens pages and presses what is on them. What no page offers cannot be done with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from farmos.supervisor.prepare import OWNER

SIGN_IN = "/admin/login/"
PATIENCE_S = 20.0


@dataclass
class Offer:
    """One form of a page: what it sends by itself, and what there is to choose from."""

    sends: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class Forms(HTMLParser):
    """The forms of a page, each by the path it asks."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Offer] = {}
        self._open: Offer | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a form, or what is in one."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = self.found.setdefault(given.get("action", ""), Offer())
        if tag != "input" or self._open is None or not given.get("name"):
            return
        if given.get("type") == "hidden":
            self._open.sends[given["name"]] = given.get("value", "")
        elif given.get("type") == "radio":
            self._open.choices.setdefault(given["name"], []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        """Leave a form."""
        if tag == "form":
            self._open = None


class Tablet:
    """Signed in as the demo's owner from the first press on.

    Args:
        url: Where the farm's pages are.
        folder: The demo's own folder, with the owner's password.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._folder = folder
        self._browser: OpenerDirector | None = None

    def press(self, page: str, action: str, **chosen: str) -> bool:
        """Open a page and send its form to ``action`` with what is ``chosen``.

        Return whether it was taken: not so where the page has no such form or choice, says no, or does not answer just now. Nothing is repeated by
        itself; whoever presses looks again first.
        """
        try:
            browser = self._browser = self._browser or self._signed_in()
            offer = self._forms(browser, page).get(action)
            if offer is None or any(value not in offer.choices[name] for name, value in chosen.items() if name in offer.choices):
                return False
            self._send(browser, page, action, {**offer.sends, **chosen})
        except (OSError, ValueError):  # refused, or the pages are being restarted: signed in anew next time
            self._browser = None
            return False
        return True

    def _signed_in(self) -> OpenerDirector:
        browser = build_opener(HTTPCookieProcessor(CookieJar()))
        offer = self._forms(browser, SIGN_IN).get(SIGN_IN, Offer())
        known = {"email": OWNER, "password": (self._folder / "password").read_text()}
        self._send(browser, SIGN_IN, SIGN_IN, {**offer.sends, **known})
        return browser

    def _forms(self, browser: OpenerDirector, page: str) -> dict[str, Offer]:
        with browser.open(urljoin(self._url, page), timeout=PATIENCE_S) as answer:
            if urlsplit(answer.url).path == SIGN_IN != page:
                raise OSError("signed out")
            forms = Forms()
            forms.feed(answer.read().decode())
        return forms.found

    def _send(self, browser: OpenerDirector, page: str, action: str, fields: dict[str, str]) -> None:
        asked = Request(  # noqa: S310 - our own page
            urljoin(self._url, action), data=urlencode(fields).encode(), headers={"Referer": urljoin(self._url, page)}
        )
        with browser.open(asked, timeout=PATIENCE_S):
            pass
