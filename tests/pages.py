"""Reading pages as a browser does: their forms with the values they hold, so that tests press real buttons."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client

Fields = dict[str, Any]


class _Forms(HTMLParser):
    """Collects every form's address and what it would send untouched, ``form="…"`` buttons left out."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, Fields]] = []
        self.headings: list[str] = []
        self._open: Fields | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "h1":
            self.headings.append("")
        if tag == "form":
            self._open = {}
            self.forms.append((values.get("action") or "", self._open))
        if self._open is None:
            return
        name = values.get("name") or ""
        if tag == "input" and name:
            is_choice = values.get("type") in ("radio", "checkbox")
            if not is_choice or "checked" in values:
                self._open[name] = values.get("value") or ""
        if tag == "textarea" and name:
            self._open[name] = ""
        if tag == "select":
            self._select = name
        if tag == "option" and self._select and ("selected" in values or self._select not in self._open):
            self._open[self._select] = values.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "select":
            self._select = ""


def forms_on(response: Any) -> list[tuple[str, Fields]]:
    """Return the forms of a page: where each goes, and what it sends untouched."""
    reader = _Forms()
    reader.feed(response.content.decode())
    return reader.forms


def form_on(response: Any, address: str) -> Fields:
    """Return what the page's form to ``address`` sends untouched."""
    found = [fields for action, fields in forms_on(response) if action == address]
    assert found, f"the page has no form to {address}, only to {sorted({action for action, _ in forms_on(response)})}"
    return found[0]


def press(client: Client, page: str, to: str, /, **entered: Any) -> Any:
    """Open ``page``, fill in its form to the address ``to`` and send it."""
    return client.post(to, {**form_on(client.get(page), to), **entered})


def headings(response: Any) -> int:
    """Return how many main headings a page has."""
    reader = _Forms()
    reader.feed(response.content.decode())
    return len(reader.headings)
