"""Query parameters, read strictly: one value each, no unknown names, nothing a database would choke on."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.http import HttpRequest

from apps.journal.refusals import Refusal

_LARGEST = 2**63 - 1
_LONGEST = 2000


class Parameters:
    """The query parameters of one request.

    Args:
        request: The request.
        known: The names this address understands.

    Raises:
        Refusal: ``parameter-invalid``: an unknown or repeated name, an empty, unprintable or endless value.
    """

    def __init__(self, request: HttpRequest, known: Collection[str]) -> None:
        for name, values in request.GET.lists():
            if name not in known:
                raise _wrong(name, f"is unknown here; known are: {', '.join(sorted(known)) or 'none'}")
            if len(values) > 1:
                raise _wrong(name, "is there more than once")
            if not values[0]:
                raise _wrong(name, "is empty; leave it out instead")
            if len(values[0]) > _LONGEST or not values[0].isprintable():
                raise _wrong(name, "is too long or not printable")
        self._sent = request.GET

    def text(self, name: str) -> str:
        """Return the value, or nothing."""
        return self._sent.get(name, "")

    def short_text(self, name: str, longest: int) -> str:
        """Return the value, or nothing.

        Raises:
            Refusal: ``parameter-invalid``: longer than that.
        """
        if len(text := self.text(name)) > longest:
            raise _wrong(name, f"is longer than {longest} characters")
        return text

    def whole_number(self, name: str, *, default: int, least: int, most: int = _LARGEST) -> int:
        """Return a whole number of at least ``least``; more than ``most`` counts as ``most``.

        Raises:
            Refusal: ``parameter-invalid``: not digits, or too small.
        """
        if name not in self._sent:
            return default
        text = self._sent[name]
        if not (text.isascii() and text.isdigit()):
            raise _wrong(name, f"must be a whole number from {least} upwards")
        number = most if len(text.lstrip("0")) > len(str(_LARGEST)) else min(int(text), most)
        if number < least:
            raise _wrong(name, f"must be a whole number from {least} upwards")
        return number

    def one_of(self, name: str, codes: Collection[str]) -> str:
        """Return the value, one of ``codes``, or nothing.

        Raises:
            Refusal: ``parameter-invalid``: another value.
        """
        found = self.several_of(name, codes)
        if len(found) > 1:
            raise _wrong(name, "takes one value")
        return found[0] if found else ""

    def several_of(self, name: str, codes: Collection[str]) -> list[str]:
        """Return the values, separated by commas, each one of ``codes``.

        Raises:
            Refusal: ``parameter-invalid``: another value.
        """
        found = self.text(name).split(",") if self.text(name) else []
        for part in found:
            if part not in codes:
                raise _wrong(name, f"has no value {part[:80]}")
        return found

    def subject(self, name: str) -> tuple[str, UUID] | None:
        """Return a ``kind/id`` pair, or None when it was not sent.

        Raises:
            Refusal: ``parameter-invalid``: not of that form.
        """
        if not (text := self.text(name)):
            return None
        kind, _slash, identifier = text.partition("/")
        try:
            return kind, UUID(identifier)
        except ValueError:
            raise _wrong(name, "must be a kind and an id, such as run/0197…") from None

    def identifier(self, name: str) -> UUID | None:
        """Return the id, or None when it was not sent.

        Raises:
            Refusal: ``parameter-invalid``: no UUID.
        """
        if not (text := self.text(name)):
            return None
        try:
            return UUID(text)
        except ValueError:
            raise _wrong(name, "must be an id, such as 0197…") from None

    def link_to_next(self, path: str, **changed: object) -> str:
        """Return the Link header that leads on: this address with some parameters changed."""
        going_on = self._sent.copy()
        for name, value in changed.items():
            going_on[name] = str(value)
        return f'<{path}?{going_on.urlencode()}>; rel="next"'


def _wrong(name: str, problem: str) -> Refusal:
    return Refusal("parameter-invalid", parameter=name[:80], problem=problem)
