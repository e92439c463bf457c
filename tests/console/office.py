"""What the tests of office pages share: somebody's browser, a form as the page showed it, and how many queries a page asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Site
from apps.accounts.states import Role
from tests.asking import signed_in
from tests.factories.accounts import make_user

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> \u202eevil"
"""A name as somebody with bad intentions gives it."""


def browser(*roles: Role, site: Site | None = None) -> Client:
    """Return the browser of somebody with these roles."""
    return signed_in(make_user(*roles, site=site))


def owner() -> Client:
    """Return an admin's browser."""
    return browser(Role.ADMIN)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        elif tag == "input" and self.forms and given.get("type") not in ("checkbox", "radio") and "name" in given:
            self.forms[-1][1][given["name"]] = given.get("value", "")


def form(page: Any, action: str) -> dict[str, str]:
    """Return the fields of the form on a page that goes to ``action`` (the end of its address)."""
    parser = _Forms()
    parser.feed(page.content.decode())
    for address, fields in parser.forms:
        if address.endswith(action):
            return {**fields, "_action": address}
    raise AssertionError(f"no form goes to …{action}; there are {[address for address, _fields in parser.forms]}")


def press(client: Client, fields: dict[str, str], **filled: str) -> Any:
    """Send a form as the page showed it, with these fields filled in."""
    sent = {**fields, **filled}
    return client.post(sent.pop("_action"), sent)


def forms_of(page: Any) -> list[str]:
    """Return where the forms of a page go, by the last part of the address."""
    parser = _Forms()
    parser.feed(page.content.decode())
    return [address.rstrip("/").rsplit("/", 1)[-1] for address, _fields in parser.forms if address]


def text_of(page: Any) -> str:
    """Return what a page says, without tags and in one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.content.decode()).split())


def assert_fit_for_people(page: Any) -> None:
    """A page has one heading, no inline script or style, and lets nobody's text become markup."""
    content = page.content.decode()
    assert page.status_code == 200, text_of(page)[:500]
    assert content.count("<h1") == 1
    assert 'style="' not in content
    assert not re.search(r"<script(?![^>]*\bsrc=)", content)
    assert not re.search(
        r"\son[a-z]+=", re.sub(r"&[a-z]+;", "", content.split("<main", 1)[-1].replace("&lt;", " ")).replace("onerror=alert", "")
    )
    assert "<script>alert" not in content
    assert "<img src=x" not in content


@contextmanager
def queries() -> Iterator[CaptureQueriesContext]:
    """Count what the database is asked."""
    with CaptureQueriesContext(connection) as asked:
        yield asked
