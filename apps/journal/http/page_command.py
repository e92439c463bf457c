"""A button on a page: one POST, one command, and back to the page with a receipt or with the refusal in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View

from apps.journal.context import Context
from apps.journal.refusals import Invalid, Refusal
from apps.journal.results import Parked

from .access import may
from .context import context_for
from .problem import headers_of
from .translation import refusal_from

BY_SCRIPT = "X-Farmos-Script"
"""Sent by ``forms.js``, which goes on by itself: a redirect it followed would use up the receipt."""
ONWARD = "X-Farmos-Onward"


class PageCommand(View):
    """POST from a page asks for ``command`` once per ``key`` of the form, then goes on to where the form says (``next``).

    A form holds what ``{% act_fields version %}`` writes. After a refusal nothing has happened: the answer says so, with the refusal's own
    status, and leads back to the page, which is then rendered with a new key.

    Attributes:
        command: As ``staticmethod(commands.do_it)``; called with the parts of the address, ``expected_version`` and ``arguments``.
        versioned: Whether the command is against a record whose shown version the form sends.
        receipt: What the page says when it is done.
        home: Where to go on when the form names no place of ours.
        refused_template: The page that says what was refused.
    """

    http_method_names = ["post"]
    command: ClassVar[Callable[..., Any]]
    versioned: ClassVar[bool] = True
    receipt: ClassVar[Any] = ""
    home: ClassVar[str] = "/"
    refused_template: ClassVar[str] = "refused.html"

    def site_of(self, place: dict[str, Any]) -> UUID | None:
        """Return the site of what is acted on, after making sure that the asker may know of it (raise ``NotFound``); None: no site's."""
        return None

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return the command's arguments that come from the form."""
        return {}

    def receipt_for(self, result: Any) -> str:
        """Return what the page says when it is done."""
        return str(self.receipt)

    def context(self, request: HttpRequest, key: str) -> Context:
        """Return who asks, when: the signed-in person."""
        return context_for(request, key=key)

    def allow(self, request: HttpRequest, place: dict[str, Any]) -> None:
        """Refuse whoever may not ask for this command.

        Raises:
            PermissionDenied: they may know of the record, but not do this.
        """
        name: str = type(self).command.command_name  # type: ignore[attr-defined]
        if not may(request.user, name, self.site_of(place)):
            raise PermissionDenied

    def must_prove(self, request: HttpRequest) -> bool:
        """Must the person show first that it is them?"""
        name: str = type(self).command.command_name  # type: ignore[attr-defined]
        person: Any = request.user
        return bool(person.must_prove(name))

    def post(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Ask the command and go on, or say what was refused."""
        if not request.user.is_authenticated:
            return redirect_to_login(_safe(request, request.POST.get("next", ""), self.home))
        self.allow(request, place)
        if self.must_prove(request):
            messages.info(request, _("This needs proof that it is you. Give it, then press the button again."))
            return redirect_to_login(_safe(request, request.POST.get("next", ""), self.home), login_url=reverse("prove"))
        form = Form(request)
        try:
            arguments = {**place, **({"expected_version": form.version()} if self.versioned else {}), **self.arguments(form)}
            result = type(self).command(self.context(request, form.text("key")), **arguments)
        except Exception as error:
            refusal = refusal_from(error)
            if refusal is None:
                raise
            result = refusal
        if isinstance(result, Refusal):
            return self.refused(request, result)
        if isinstance(result, Parked):
            messages.info(request, _("Somebody is asked to approve it. Nothing was started."))
        elif said := self.receipt_for(result):
            messages.success(request, said)
        onward = self.onward(request, result)
        if request.headers.get(BY_SCRIPT):
            return HttpResponse(status=204, headers={ONWARD: onward})
        return HttpResponseRedirect(onward, status=303)

    def onward(self, request: HttpRequest, result: Any) -> str:
        """Return where to go on after it was done."""
        return _safe(request, request.POST.get("next", ""), self.home)

    def surroundings(self, request: HttpRequest) -> dict[str, Any]:
        """Return what the frame around a refusal shows."""
        return {}

    def refused(self, request: HttpRequest, refusal: Refusal) -> HttpResponse:
        """Answer with what was refused, why, how to get on, and the way back to the page."""
        shown = {
            **self.surroundings(request),
            "refusal": refusal,
            "back": _safe(request, request.POST.get("next", ""), self.home),
            "title": refusal.words.title,
        }
        response = render(request, self.refused_template, shown, status=refusal.status)
        for name, value in headers_of(refusal).items():
            response[name] = value
        return response


class Form:
    """What a page's form sent, read strictly: one value a field, bounded, no control characters."""

    MOST = 5000
    """Characters of one field at most."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self._sent = request.POST

    def has(self, name: str) -> bool:
        """Was a field of this name sent, empty or not?"""
        return name in self._sent

    def text(self, name: str, *, most: int = MOST) -> str:
        """Return a field's text without outer blanks; empty when it was not sent.

        Raises:
            Invalid: it is too long or holds a NUL.
        """
        value = self._sent.get(name, "").strip()
        if len(value) > most:
            raise Invalid({name: _("is longer than %(most)d characters") % {"most": most}})
        if "\x00" in value:
            raise Invalid({name: _("holds a character that cannot be kept")})
        return value

    def required(self, name: str, *, most: int = MOST) -> str:
        """Return a field's text.

        Raises:
            Invalid: it is empty.
        """
        value = self.text(name, most=most)
        if not value:
            raise Invalid({name: _("is needed")})
        return value

    def number(self, name: str, *, least: int = 0, most: int = 10**9) -> int:
        """Return a whole number.

        Raises:
            Invalid: it is none, or out of bounds.
        """
        value = self.text(name)
        if not (value.isascii() and value.lstrip("-").isdigit() and len(value) < 12 and least <= int(value) <= most):
            raise Invalid({name: _("is not a whole number from %(least)d to %(most)d") % {"least": least, "most": most}})
        return int(value)

    def minute(self, name: str) -> int:
        """Return a time of day in minutes after midnight.

        Raises:
            Invalid: it is none.
        """
        hours, colon, minutes = self.text(name, most=8).partition(":")
        minutes = minutes.partition(":")[0]
        is_time = colon and all(part.isascii() and part.isdigit() and len(part) <= 2 for part in (hours, minutes))
        if not is_time or int(hours) > 23 or int(minutes) > 59:
            raise Invalid({name: _("A time of day, such as 22:00.")})
        return int(hours) * 60 + int(minutes)

    def day(self, name: str) -> date:
        """Return a day.

        Raises:
            Invalid: it is none.
        """
        try:
            return date.fromisoformat(self.required(name, most=10))
        except ValueError:
            raise Invalid({name: _("A day, such as 2026-12-24.")}) from None

    def uuid(self, name: str) -> UUID:
        """Return an id.

        Raises:
            Invalid: it is none.
        """
        return _uuid(name, self.text(name))

    def uuids(self, name: str) -> tuple[UUID, ...]:
        """Return all ids sent under one name (checkboxes), at least one.

        Raises:
            Invalid: there is none, or one is no id.
        """
        sent = self._sent.getlist(name)
        if not sent or len(sent) > 1000:
            raise Invalid({name: _("choose at least one")})
        return tuple(_uuid(name, value) for value in sent)

    def one_of(self, name: str, choices: Any) -> str:
        """Return a code that is one of ``choices`` (a TextChoices class or a collection of strings).

        Raises:
            Invalid: it is another.
        """
        value = self.text(name)
        if value not in getattr(choices, "values", choices):
            raise Invalid({name: _("is not one of the choices")})
        return value

    def version(self) -> int:
        """Return the version of the record that the page showed.

        Raises:
            Invalid: the form does not say one.
        """
        shown = self._sent.get("version", "")
        if not (shown.isascii() and shown.isdigit() and len(shown) < 10):
            raise Invalid({"version": _("Open the page again and press the button there.")})
        return int(shown)


def _uuid(name: str, value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Invalid({name: _("is not an id")}) from None


def _safe(request: HttpRequest, wanted: str, home: str) -> str:
    """Return ``wanted`` if it is a place of ours, else ``home``: a form must not send people elsewhere."""
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and ours else home
