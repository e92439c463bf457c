"""Showing anew that it is you, before an approval or a refund."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts import lockout, proof
from apps.accounts.models import User
from apps.accounts.states import SignInWay

from .entrance import Entrance
from .pins import is_pin_of
from .sign_in import LONGEST_PASSWORD


class Prove(Entrance):
    """Ask whoever is signed in for their PIN or password. Wrong ones count like wrong sign-ins."""

    template_name = "console/prove.html"
    title = _("Is it you?")

    def get(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Show the form to who is signed in."""
        return super().get(request, **place) if isinstance(request.user, User) else self._to_sign_in(request)

    def take(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Keep that they proved it just now, and go back to the page they came from."""
        person = request.user
        if not isinstance(person, User):
            return self._to_sign_in(request)
        secret = request.POST.get("secret", "")

        def prove() -> User | None:
            fits = len(secret) <= LONGEST_PASSWORD and (is_pin_of(person, secret) or person.check_password(secret))
            return person if fits else None

        way = SignInWay.PIN if secret.isdigit() else SignInWay.PASSWORD
        lockout.attempt(request, name=person.email, way=way, prove=prove)
        proof.note(request)
        return self.go_on(request)

    def shown(self, request: HttpRequest, **place: Any) -> dict[str, Any]:
        """Show who is asked and whether they have a PIN."""
        return {"person": request.user, "has_pin": bool(getattr(request.user, "pin", ""))}

    def _to_sign_in(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(f"{reverse('staff-sign-in')}?{urlencode({'next': self.onward(request)})}")
