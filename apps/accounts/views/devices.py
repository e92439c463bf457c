"""Shared devices on the floor: setting one up, and taking turns at it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts import commands, lockout, rights
from apps.accounts.models import Device, Site, User
from apps.accounts.proof import digest, new_secret
from apps.accounts.queries import sites_of
from apps.accounts.states import SignInWay
from apps.journal.http.context import context_for
from apps.journal.identity import new_id
from apps.journal.refusals import Invalid, NotFound, Refusal

from .entrance import Entrance, device_of, remember_device
from .pins import is_pin_of
from .sign_in import start


class SwitchPerson(Entrance):
    """Take one's turn at a shared device: a name, a PIN, and on with the same page. What happens now is theirs."""

    template_name = "console/switch.html"
    title = _("Who is here?")

    def get(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Show the people of this device's site; elsewhere sign in with a password."""
        if device_of(request) is None:
            return HttpResponseRedirect(reverse("staff-sign-in"))
        return super().get(request, **place)

    def take(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Change the person."""
        device = device_of(request)
        if device is None:
            raise Refusal("device-unknown")
        person_id, pin = request.POST.get("person", ""), request.POST.get("pin", "")

        def prove() -> User | None:
            found = people_at(device).get(person_id)
            return found if found is not None and is_pin_of(found, pin) else None

        name = f"{device.pk}/{person_id[:40]}"
        person = lockout.attempt(request, name=name, way=SignInWay.PIN, prove=prove, device_id=device.pk)
        start(request, person, device_id=str(device.pk))
        return self.go_on(request)

    def shown(self, request: HttpRequest, **place: Any) -> dict[str, Any]:
        """Show who may take a turn here."""
        device = device_of(request)
        people = people_at(device).values() if device else ()
        return {"device": device, "people": list(people), "chosen": request.POST.get("person", "")}


def people_at(device: Device) -> dict[str, User]:
    """Return who may take a turn at a device, by id: who works at its site and has a PIN."""
    found = User.objects.filter(
        is_active=True, grants__site=device.site_id, grants__revoked_at=None, grants__role__in=rights.EVERYBODY
    ).exclude(pin="")
    return {str(person.pk): person for person in found.distinct().order_by("name", "email")}


class SetUpDevice(Entrance):
    """Make the browser in front of one a shared device, and sign out: the next person begins with a PIN."""

    template_name = "console/set_up_device.html"
    title = _("Make this a shared device")

    def take(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Register it and hand it its secret."""
        person = _lead(request)
        if person.must_prove("accounts.register_device"):
            raise Refusal("proof-needed")
        site = self._site(request, person)
        name = request.POST.get("name", "").strip()
        if not 1 <= len(name) <= 80:
            raise Invalid({"name": str(_("is needed, at most 80 characters"))})
        secret = new_secret()
        ctx = context_for(request, key=new_id().hex)
        commands.register_device(ctx, site_id=site.pk, name=name, secret_sha256=digest(secret))
        request.session.flush()
        response = HttpResponseRedirect(reverse("switch-person"), status=303)
        remember_device(response, secret)
        return response

    def shown(self, request: HttpRequest, **place: Any) -> dict[str, Any]:
        """Show the sites where this person may register devices."""
        person = _lead(request)
        return {"sites": _sites(person), "name": request.POST.get("name", "")[:80]}

    def _site(self, request: HttpRequest, person: User) -> Site:
        try:
            asked = UUID(request.POST.get("site", ""))
        except ValueError:
            raise NotFound("site") from None
        found = [site for site in _sites(person) if site.pk == asked]
        if not found:
            raise NotFound("site")
        return found[0]


def _sites(person: User) -> list[Site]:
    return list(sites_of(person.pk).filter(pk__in=person.sites_where("accounts.register_device")).order_by("name"))


def _lead(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Refusal("not-signed-in")
    if not request.user.has_perm("accounts.register_device"):
        raise Http404
    return request.user
