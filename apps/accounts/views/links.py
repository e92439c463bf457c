"""Links in mails: asking for one, and using one. Opening a link does nothing yet, since mail programs open links by themselves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import commands, links, lockout
from apps.accounts.models import SignInLink, User
from apps.journal import clock
from apps.journal.refusals import Invalid, Refusal

from .entrance import Entrance, own_path
from .sign_in import LONGEST_EMAIL, start


class AskForLink(Entrance):
    """Ask for a link to sign in. The answer is the same whether the address is known or not."""

    http_method_names = ["post"]
    template_name = "shop/sign_in.html"
    title = gettext_lazy("Sign in")
    home = "/"

    def take(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Owe the mail."""
        email = request.POST.get("email", "").strip()
        if not 3 <= len(email) <= LONGEST_EMAIL or "@" not in email:
            raise Invalid({"e-mail": _("is not an e-mail address")})
        lockout.count_link(request, email=email)
        commands.ask_sign_in_link(lockout.page_context(request), email=email, onward=self.onward(request))
        return render(request, "shop/link_sent.html", {"title": _("Look into your mail"), "email": email, "shop_name": self.shop_name()})

    def shown(self, request: HttpRequest, **place: Any) -> dict[str, Any]:
        """Show the address again that was typed."""
        return {"email": request.POST.get("email", "")[:LONGEST_EMAIL]}


class _ByLink(Entrance):
    """What a link in a mail opens."""

    def get(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Show the page, if the link still works."""
        try:
            usable(place["token"])
        except Refusal as refusal:
            return self.page(request, refusal=refusal, **place)
        return super().get(request, **place)


class UseLink(_ByLink):
    """Sign in by a link, once."""

    template_name = "shop/use_link.html"
    title = gettext_lazy("Sign in")
    home = "/"

    def take(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Use it up and begin the session."""
        link = usable(place["token"])
        user_id = commands.use_sign_in_link(lockout.page_context(request), link_id=link.pk)
        start(request, User.objects.get(pk=user_id))
        return HttpResponseRedirect(own_path(request, link.onward, self.home), status=303)


class AcceptInvitation(_ByLink):
    """Choose a password, by the link in an invitation."""

    template_name = "console/invitation.html"
    title = gettext_lazy("Choose your password")

    def take(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Keep the password, use the link up and begin the session."""
        link = usable(place["token"])
        password = request.POST.get("password", "")
        if password != request.POST.get("again", ""):
            raise Invalid({"password": _("was not the same twice")})
        try:
            validate_password(password[:1001], link.user)
        except ValidationError as error:
            raise Invalid({"password": " ".join(error.messages)}) from error
        if len(password) > 1000:
            raise Invalid({"password": _("is longer than 1000 characters")})
        user_id: UUID = commands.accept_invitation(lockout.page_context(request), link_id=link.pk, password_hash=make_password(password))
        start(request, User.objects.get(pk=user_id))
        return self.go_on(request)

    def shown(self, request: HttpRequest, **place: Any) -> dict[str, Any]:
        """Show for whom it is."""
        try:
            return {"email": usable(place["token"]).user.email}
        except Refusal:
            return {}


def usable(token: str) -> SignInLink:
    """Return the link in an address.

    Raises:
        Refusal: ``link-unusable``.
    """
    link = SignInLink.objects.select_related("user").filter(pk=links.id_in(token)).first()
    if link is None or not link.is_usable(clock.now()) or not link.user.is_active:
        raise Refusal("link-unusable")
    return link
