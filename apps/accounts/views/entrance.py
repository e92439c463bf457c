"""What the pages before a sign-in have in common: a form, one attempt, and what was wrong with it in words."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from apps.accounts.models import Device, Site
from apps.accounts.proof import digest
from apps.journal.http import house
from apps.journal.http.problem import headers_of
from apps.journal.refusals import Refusal

DEVICE_COOKIE = "farmos_device"
"""The cookie by which a shared device is known."""


class Entrance(View):
    """A page that takes a proof.

    GET shows the form; a wrong proof shows it again with what was wrong, the status that belongs to it, and when to try again.
    """

    http_method_names = ["get", "head", "post"]
    template_name: ClassVar[str]
    title: ClassVar[Any]
    home: ClassVar[str] = "/admin/"

    @method_decorator([sensitive_post_parameters(), csrf_protect, never_cache])
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Keep secrets out of reports, forms from elsewhere out, and the page out of caches."""
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Show the form."""
        return self.page(request, **place)

    def post(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Take the proof and go on, or say what was wrong."""
        try:
            return self.take(request, **place)
        except Refusal as refusal:
            return self.page(request, refusal=refusal, **place)

    def take(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Take the proof and answer with where to go on.

        Raises:
            Refusal: it is not right, or not looked at now.
        """
        raise NotImplementedError

    def shown(self, request: HttpRequest, **place: Any) -> dict[str, Any]:
        """Return what the page shows beside the form."""
        return {}

    def shop_name(self) -> str:
        """Return the name of the shop whose door this is."""
        return house.remember(Site.objects.filter(is_default=True).values_list("name", flat=True).first() or "")

    def page(self, request: HttpRequest, *, refusal: Refusal | None = None, **place: Any) -> HttpResponse:
        """Return the page with its form."""
        own = {"title": self.title, "refusal": refusal, "next": self.onward(request), "is_own_page": True, "shop_name": self.shop_name()}
        shown = {**own, **self.shown(request, **place)}
        response = render(request, self.template_name, shown, status=refusal.status if refusal else 200)
        if refusal is not None:
            for name, value in headers_of(refusal).items():
                response[name] = value
            if refusal.status == 429:
                response["Retry-After"] = str(refusal.params["seconds"])
        return response

    def onward(self, request: HttpRequest) -> str:
        """Return where to go on: the page of ours that ``next`` names, else home. Never another host's, never these pages themselves."""
        return own_path(request, str(request.POST.get("next") or request.GET.get("next") or ""), self.home)

    def go_on(self, request: HttpRequest) -> HttpResponse:
        """Return the way on."""
        return HttpResponseRedirect(self.onward(request), status=303)


def own_path(request: HttpRequest, wanted: str, home: str) -> str:
    """Return ``wanted`` if it is a path of this farm, else ``home``."""
    is_path = wanted.startswith("/") and len(wanted) <= 300 and wanted.isprintable()
    fits = is_path and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return wanted if fits else home


def device_of(request: HttpRequest) -> Device | None:
    """Return the shared device that asks, if it is one that was not revoked."""
    secret = request.COOKIES.get(DEVICE_COOKIE, "")
    if not secret:
        return None
    return Device.objects.select_related("site").filter(secret_sha256=digest(secret), revoked_at=None).first()


def remember_device(response: HttpResponse, secret: str) -> None:
    """Let this browser be known as a shared device from now on."""
    response.set_cookie(
        DEVICE_COOKIE,
        secret,
        max_age=400 * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
