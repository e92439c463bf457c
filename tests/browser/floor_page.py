"""A small live page for tests of what all live pages do: the printers of the shop as cards, each with a form, a field and details."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template import engines
from django.urls import path
from django.utils.safestring import mark_safe

from apps.accounts.models import User
from apps.accounts.queries import default_site
from apps.board.fragments import fragment, kinds
from apps.console.views.page import Act, Page
from apps.fleet import commands as fleet
from apps.fleet.models import Printer
from apps.journal.refusals import NotFound
from farmos.urls import handler400, handler403, handler404, handler500
from farmos.urls import urlpatterns as farm

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

CARDS = """{% load farmos %}<div id="floor" data-live="floor:{{ site_id }}" data-watch="printer"><h1>{{ printers|length }} printers</h1>
<div data-announce>{% for one in printers %}
<article class="tile" id="p-{{ one.code }}" data-card="printer:{{ one.pk }}" tabindex="0"><h2>{{ one.code }}</h2>
<p class="health">{{ one.health }}</p><p class="version">{{ one.version }}</p>
<b data-tick="printer:{{ one.pk }}:nozzle">unknown</b>
<details><summary>More</summary><p>Details</p></details>
<label>Note <input name="note" id="note-{{ one.code }}"></label>
<form method="post" action="/admin/test-floor/{{ one.pk }}/maintain">
{% act_fields one.version %}<button class="btn p" data-key="m">Take out</button></form>
</article>{% endfor %}</div></div>"""
PAGE = "{% extends 'console/base.html' %}{% block content %}{{ cards }}{% endblock %}"


def printers(user: User, order: str = "health") -> list[Printer]:
    """Return the printers of the shop, those that need somebody first."""
    return list(user.visible(Printer).filter(site=default_site(), retired_at=None).order_by(order, "code"))


def cards(user: User, site_id: str, request: HttpRequest | None = None) -> str:
    """Return the cards as HTML."""
    if site_id != str(default_site().pk):
        raise NotFound("site", id=site_id)
    shown = {"printers": printers(user), "site_id": site_id, **({"request": request} if request else {})}
    return str(engines["django"].from_string(CARDS).render(shown, request))


if "floor" not in kinds():
    fragment("floor", permission="fleet.view_printer")(cards)


class Floor(Page):
    """The page."""

    permission = "fleet.view_printer"
    title = "Test floor"

    def render_to_response(self, context: dict[str, Any], **_more: Any) -> Any:
        """Answer with it."""
        from django.http import HttpResponse

        user: Any = self.request.user
        shown = {**context, "cards": mark_safe(cards(user, str(self.site.pk), self.request))}  # noqa: S308 - rendered by a template
        return HttpResponse(engines["django"].from_string(PAGE).render(shown, self.request))


class Maintain(Act):
    """The button."""

    command = staticmethod(fleet.begin_maintenance)
    receipt = "It is in maintenance now"

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the printer's site."""
        return Printer.objects.get(pk=place["printer_id"]).site_id


urlpatterns = [
    path("admin/test-floor/", Floor.as_view()),
    path("admin/test-floor/<uuid:printer_id>/maintain", Maintain.as_view()),
    *farm,
]
