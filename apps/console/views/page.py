"""What every operator's page has in common: who may open it, the frame around it, the site it is about."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from apps.accounts.models import Site
from apps.accounts.queries import sites_of
from apps.board.queries import latest_change
from apps.console.site import frame
from apps.journal.http.access import may
from apps.journal.http.page_command import PageCommand
from apps.journal.queries import feed_position, feed_position_beside
from apps.journal.refusals import NotFound


class Page(TemplateView):
    """A page for people who work here. GET only: what it lets people do are forms to ``Act`` views.

    Attributes:
        permission: What one must be allowed to look at, at the site of the page. Empty: it shows people what is their own.
        title: The page's name in the browser's title and the crumbs.
    """

    http_method_names = ["get", "head"]
    permission: ClassVar[str]
    title: ClassVar[Any] = ""
    position = 0
    """How far the feed was before anything of the page was read: its socket asks for what came after, so that nothing falls in between."""

    @cached_property
    def site(self) -> Site:
        """The site this page is about: the one asked for by ``?site=CODE`` where the person works, else the default one, else their first.

        Raises:
            NotFound: they work nowhere, or not there.
        """
        mine = sites_of(self.request.user.pk).annotate(feed=feed_position_beside())  # type: ignore[arg-type]
        asked = self.request.GET.get("site", "")
        found = mine.filter(code=asked).first() if asked else mine.order_by("-is_default", "id").first()
        if found is None:
            raise NotFound("site", id=asked)
        return found

    def sees_customers(self) -> bool:
        """May this person know here who ordered, and where it goes?"""
        return may(self.request.user, "orders.view_customersnapshot", self.site.pk)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send strangers to sign in; refuse those who may not look."""
        if not (request.user.is_authenticated and request.user.is_active and request.user.is_staff):
            return redirect_to_login(request.get_full_path(), login_url=reverse("staff-sign-in"))
        if self.permission and not may(request.user, self.permission, self.site.pk):
            raise PermissionDenied
        known = vars(self.site).get("feed")
        self.position = feed_position() if known is None else known
        with timezone.override(self.site.zone):
            response = super().dispatch(request, *args, **kwargs)
            if hasattr(response, "render"):
                response.render()
        response["Cache-Control"] = "private, no-store"
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the frame: not all that Django's admin adds, which lists every table there is on every page."""
        return {
            **super().get_context_data(**kwargs),
            **frame(self.request, self.site),
            "title": self.title,
            "site": self.site,
            "sees_customers": self.sees_customers(),
            "is_own_page": True,
            "feed_position": str(self.position),
        }


class Act(PageCommand):
    """A button on an operator's page."""

    home = "/admin/"
    refused_template = "console/refused.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send strangers to sign in, whatever they sent."""
        if not request.user.is_authenticated:
            return redirect_to_login(self.home, login_url=reverse("admin:login"))
        return super().dispatch(request, *args, **kwargs)

    def surroundings(self, request: HttpRequest) -> dict[str, Any]:
        """Return the operators' frame, and who changed last what is acted on."""
        return {**admin.site.each_context(request), "first": latest_change(self.kwargs)}
