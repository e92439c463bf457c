"""Signing in with e-mail and password, and out again."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts import lockout, proof
from apps.accounts.models import User
from apps.accounts.states import SignInWay
from apps.journal.refusals import Refusal

from .entrance import Entrance, device_of

LONGEST_EMAIL = 254
LONGEST_PASSWORD = 1000
"""Longer ones are not looked at: hashing them would only cost time."""


class PasswordSignIn(Entrance):
    """Take an e-mail address and a password."""

    def take(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Sign in. The session gets a new id; what others may have put into it is gone."""
        email, password = request.POST.get("email", "").strip(), request.POST.get("password", "")

        def prove() -> User | None:
            if not email or not password or len(email) > LONGEST_EMAIL or len(password) > LONGEST_PASSWORD:
                return None
            found = authenticate(request, username=email, password=password)
            return found if isinstance(found, User) and self.is_for(found) else None

        person = lockout.attempt(request, name=email, way=SignInWay.PASSWORD, prove=prove)
        start(request, person)
        return self.go_on(request)

    def is_for(self, person: User) -> bool:
        """Is this page for this person?"""
        return True

    def shown(self, request: HttpRequest, **place: Any) -> dict[str, Any]:
        """Show the address again that was typed; never the password."""
        return {"email": request.POST.get("email", "")[:LONGEST_EMAIL]}


class StaffSignIn(PasswordSignIn):
    """The door of the work surfaces. On a shared device people take turns with PINs; a password works there too."""

    template_name = "console/login.html"
    title = _("Sign in")

    def get(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Show the form, or go on when somebody is in already."""
        if isinstance(request.user, User) and request.user.is_staff:
            return self.go_on(request)
        if device_of(request) is not None and "password" not in request.GET:
            return HttpResponseRedirect(f"{reverse('switch-person')}?{urlencode({'next': self.onward(request)})}")
        return super().get(request, **place)

    def is_for(self, person: User) -> bool:
        """Let in who works here; others learn no more than from a wrong password."""
        return person.is_staff


class CustomerSignIn(PasswordSignIn):
    """The door of the shop."""

    template_name = "shop/sign_in.html"
    title = _("Sign in")
    home = "/"


class SignOut(Entrance):
    """Sign out. On a shared device the next person's turn begins."""

    http_method_names = ["post"]
    home = "/"

    def take(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """End the session."""
        is_staff = isinstance(request.user, User) and request.user.is_staff
        logout(request)
        return HttpResponseRedirect(reverse("staff-sign-in") if is_staff else self.onward(request), status=303)


def start(request: HttpRequest, person: User, *, device_id: str = "") -> None:
    """Begin a session of this person, under a new id and with nothing in it that somebody else may have planted.

    Raises:
        Refusal: ``sign-in-wrong``: they were switched off meanwhile.
    """
    if not person.is_active:
        raise Refusal("sign-in-wrong")
    request.session.flush()
    login(request, person, backend="apps.accounts.backends.GrantsBackend")
    if device_id:
        request.session[proof.DEVICE] = device_id
    proof.note(request)
