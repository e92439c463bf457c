"""Who works here, which programs act for them, and the screens they share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import commands, proof, queries, rights
from apps.accounts.models import ApiToken, Device, Grant, User
from apps.accounts.queries import person_of
from apps.accounts.states import STAFF_ROLES, Role
from apps.journal import clock
from apps.journal.http.page_command import Form
from apps.journal.refusals import Invalid, NotFound

from .page import Act, Page

TOKEN_ROLES = (Role.VIEWER, Role.OPERATOR, Role.QUALITY, Role.PLANNER, Role.LEAD, Role.ADMIN, Role.INTEGRATOR)
HINT = 10
"""Characters of a secret by which people tell tokens apart."""


class People(Page):
    """The people of a site, their roles, the tokens that act for them, and its shared devices."""

    title = gettext_lazy("People")
    permission = "accounts.view_user"
    template_name = "console/people.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add who works at this site and what comes in beside them."""
        asker, site = person_of(self.request), self.site
        held = Grant.objects.filter(site=site, revoked_at=None).select_related("user").order_by("user__name", "user__email", "role")
        people: dict[User, list[Grant]] = {}
        for grant in held:
            people.setdefault(grant.user, []).append(grant)
        tokens = ApiToken.objects.filter(user__in=people, revoked_at=None).select_related("user").order_by("-id")
        return {
            **super().get_context_data(**kwargs),
            "people": list(people.items()),
            "tokens": [token for token in tokens if str(site.pk) in token.site_ids],
            "devices": Device.objects.filter(site=site, revoked_at=None).order_by("name"),
            "may": {name: asker.has_perm(f"accounts.{name}", site) for name in ("invite_person", "issue_token", "revoke_device")},
            "roles": [role for role in Role if role in STAFF_ROLES or role == Role.INTEGRATOR],
            "token_roles": TOKEN_ROLES,
        }


class AtSite(Act):
    """A button for the site in the address."""

    versioned = False
    home = "/admin/people/"

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the site, if the asker knows it."""
        if not queries.sites_of(self.request.user.pk).filter(pk=place["site_id"]).exists():  # type: ignore[arg-type]
            raise NotFound("site", id=str(place["site_id"]))
        found: UUID = place["site_id"]
        return found


class Invite(AtSite):
    """Invite somebody by mail."""

    command = staticmethod(commands.invite_person)
    receipt = gettext_lazy("Invited. The link in the mail works once, within seven days.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return whom, and as what."""
        return {"email": form.required("email", most=254), "name": form.text("name", most=120), "role": _role(form)}


class GiveRole(AtSite):
    """Let somebody who works here do more."""

    command = staticmethod(commands.grant_role)
    receipt = gettext_lazy("They have the role now.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return to whom, and which."""
        user_id = form.uuid("user")
        if not person_of(self.request).visible(User, "accounts.grant_role").filter(pk=user_id).exists():
            raise NotFound("person", id=str(user_id))
        return {"user_id": user_id, "role": _role(form)}


class RevokeRole(Act):
    """End a role."""

    command = staticmethod(commands.revoke_grant)
    receipt = gettext_lazy("The role has ended.")
    home = "/admin/people/"

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the role's site."""
        return UUID(str(_seen(self.request, Grant, place["grant_id"]).site_id))


class InviteAgain(Act):
    """Send another link to choose a password by: for who lost theirs."""

    command = staticmethod(commands.send_invitation)
    versioned = False
    receipt = gettext_lazy("A new link is on its way. Older ones do not work any more.")
    home = "/admin/people/"

    def site_of(self, place: dict[str, Any]) -> UUID | None:
        """Make sure that they work where the asker may invite."""
        if not person_of(self.request).visible(User, "accounts.send_invitation").filter(pk=place["user_id"]).exists():
            raise NotFound("person", id=str(place["user_id"]))
        return None


class IssueToken(AtSite):
    """Issue a token for the site the form names, and show its secret, once."""

    command = staticmethod(commands.issue_token)
    secret = ""

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the site of the form, if the asker knows it."""
        return super().site_of({"site_id": Form(self.request).uuid("site")})

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return for whom, what for, and with which limits."""
        self.secret = proof.new_secret()
        scopes = [*self.request.POST.getlist("scope")[:20], *form.text("rights", most=2000).split()]
        days = form.number("days", least=0, most=3650)
        return {
            "user_id": form.uuid("user"),
            "site_ids": [form.uuid("site")],
            "name": form.required("name", most=80),
            "scopes": scopes,
            "hint": self.secret[:HINT],
            "secret_sha256": proof.digest(self.secret),
            "expires_at": _end(days),
        }

    def post(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Issue it and show the secret: it goes into no message, no session and no log."""
        response = super().post(request, **place)
        if response.status_code != 303 or not self.secret:
            return response
        shown = {**self.surroundings(request), "secret": self.secret, "title": _("Token issued"), "is_own_page": True}
        page = render(request, "console/token_issued.html", shown)
        page["Cache-Control"] = "private, no-store"
        return page


class RevokeToken(Act):
    """End a token."""

    command = staticmethod(commands.revoke_token)
    receipt = gettext_lazy("The token has ended. Its next call is refused.")
    home = "/admin/people/"

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return a site of the token where the asker may end it."""
        token = _seen(self.request, ApiToken, place["token_id"])
        return UUID(token.site_ids[0])


class RevokeDevice(Act):
    """Let nobody take turns at a screen any more."""

    command = staticmethod(commands.revoke_device)
    receipt = gettext_lazy("Nobody takes turns there any more.")
    home = "/admin/people/"

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the device's site."""
        return UUID(str(_seen(self.request, Device, place["device_id"]).site_id))


def _seen(request: HttpRequest, model: Any, record_id: UUID) -> Any:
    row = person_of(request).visible(model).filter(pk=record_id).first()
    if row is None:
        raise NotFound(str(model._meta.verbose_name), id=str(record_id))
    return row


def _role(form: Form) -> Role:
    wanted = form.required("role")
    if wanted not in rights.EVERYBODY:
        raise Invalid({"role": _("is not a role of people who work here")})
    return Role(wanted)


def _end(days: int) -> datetime | None:
    return clock.now() + timedelta(days=days) if days else None


urlpatterns: list[URLPattern] = [
    path("people/", People.as_view(), name="people"),
    path("people/<uuid:site_id>/invite/", Invite.as_view(), name="people-invite"),
    path("people/<uuid:site_id>/give-role/", GiveRole.as_view(), name="people-give-role"),
    path("people/tokens/issue/", IssueToken.as_view(), name="people-issue-token"),
    path("people/<uuid:user_id>/invite-again/", InviteAgain.as_view(), name="people-invite-again"),
    path("people/roles/<uuid:grant_id>/revoke/", RevokeRole.as_view(), name="people-revoke-role"),
    path("people/tokens/<uuid:token_id>/revoke/", RevokeToken.as_view(), name="people-revoke-token"),
    path("people/devices/<uuid:device_id>/revoke/", RevokeDevice.as_view(), name="people-revoke-device"),
]
