"""Where ``/admin/`` leads: the face the site has."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from apps.board.queries.faces import Face, face_of
from apps.console.views.board.today import TodayPage
from apps.journal.http.access import may

PAGES = {Face.FIRST_RUN: ("console:first-run", "fleet.register_printer"), Face.SOLO: ("console:solo", "orders.order_internally")}
"""Face → its page, and the right without which somebody is shown Today all the same."""


class Start(TodayPage):
    """Today, or where a site begins, or Today for one person. ``/admin/today/`` is the board for everybody."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead to the face of the site."""
        page, right = PAGES.get(face_of(self.site.pk), ("", ""))
        if page and may(request.user, right, self.site.pk):
            asked = request.GET.urlencode()
            return HttpResponseRedirect(f"{reverse(page)}?{asked}" if asked else reverse(page))
        return super().get(request, *args, **kwargs)
