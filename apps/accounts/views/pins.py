"""One's own PIN for shared devices."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import commands, lockout
from apps.accounts.models import User
from apps.accounts.states import SignInWay
from apps.journal.http.context import context_for
from apps.journal.identity import new_id
from apps.journal.refusals import Invalid, Refusal

from .entrance import Entrance

_PIN = re.compile(r"[0-9]{4,8}", re.ASCII)
_RUNS = ("0123456789", "9876543210")


def problem_with(pin: str) -> str:
    """Return what is wrong with a wished PIN; empty: nothing."""
    if not _PIN.fullmatch(pin):
        return _("is 4 to 8 digits")
    if len(set(pin)) == 1 or any(pin in run for run in _RUNS):
        return _("is too easy to guess: not one digit repeated, not 1234")
    return ""


def is_pin_of(person: User, pin: str) -> bool:
    """Is this the person's PIN?"""
    return bool(person.pin) and bool(_PIN.fullmatch(pin)) and check_password(pin, person.pin)


class SetPin(Entrance):
    """Choose one's PIN, with the password as proof."""

    template_name = "console/pin.html"
    title = gettext_lazy("Your PIN")

    def take(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Keep the new PIN."""
        person = _person(request)
        password = request.POST.get("password", "")[:1000]
        lockout.attempt(
            request, name=person.email, way=SignInWay.PASSWORD, prove=lambda: person if person.check_password(password) else None
        )
        pin = request.POST.get("pin", "").strip()
        if problem := problem_with(pin):
            raise Invalid({"PIN": problem})
        ctx = context_for(request, key=new_id().hex)
        commands.set_pin(ctx, user_id=person.pk, pin_hash=make_password(pin), expected_version=person.version)
        return self.go_on(request)

    def shown(self, request: HttpRequest, **place: Any) -> dict[str, Any]:
        """Show whether there is one."""
        return {"has_pin": bool(_person(request).pin), "back": reverse("console:start")}


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Refusal("not-signed-in")
    return request.user
