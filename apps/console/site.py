"""The admin site: Django's own, in our frame, with the operators' pages."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Site
from apps.notify.queries import unread_count

from .admin import faced
from .admin.looks import GROUPS


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the rail: an address, its word and icon, and the permission without which it is not shown."""

    name: str
    label: Any
    icon: str
    permission: str
    group: Any


FLOOR, WORK, GOVERN = _("Floor"), _("Work"), _("Govern")
PLACES = (
    Place("console:today", _("Today"), "zap", "runs.view_run", FLOOR),
    Place("console:plates", _("Plates"), "layout-grid", "planning.view_buildplate", FLOOR),
    Place("console:printers", _("Printers"), "printer", "fleet.view_printer", FLOOR),
    Place("console:finishing", _("After the print"), "package-check", "fulfilment.view_shipment", FLOOR),
    Place("console:review", _("Review"), "clipboard-check", "planning.view_plan", WORK),
    Place("console:orders", _("Orders"), "package", "orders.view_intent", WORK),
    Place("console:plans", _("Build Plans"), "layers", "planning.view_plan", WORK),
    Place("console:timeline", _("Timeline"), "list-tree", "journal.view_event", GOVERN),
    Place("console:building", _("Circuits"), "zap", "accounts.view_circuit", GOVERN),
    Place("console:hours", _("Working hours"), "clock", "accounts.view_shift", GOVERN),
    Place("console:people", _("People"), "users", "accounts.view_user", GOVERN),
    Place("dead-letters", _("Given up"), "rotate-ccw", "journal.view_delivery", GOVERN),
    Place("admin:index", _("Records"), "archive", "", GOVERN),
)
"""The rail, in its order. A place whose page does not exist is left out: there are no empty entries."""
TABS = ("console:today", "console:orders", "console:plates", "console:printers")
"""What the phone's tab bar shows; the rest is behind More."""


class FarmAdminSite(AdminSite):
    """Django's admin with our rail, and our pages among its own."""

    site_title = "farmos"
    site_header = "farmos"
    index_title = _("Records")
    enable_nav_sidebar = False

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add what the frame shows: the shop's name and the places this person may go to."""
        return {**super().each_context(request), **frame(request)}

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register models with the face all records have here."""
        super().register(model_or_iterable, faced(admin_class), **options)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to our own sign-in, whatever sent the person here."""
        return redirect_to_login(request.GET.get("next", reverse("console:start")), login_url=reverse("staff-sign-in"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        """Lead to our own way out."""
        return HttpResponseRedirect(reverse("staff-sign-out"), preserve_request=True)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        """Lead to our own page: a password changes through its command."""
        return HttpResponseRedirect(reverse("change-own-password"))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show all records a person may look at, in groups with plain names."""
        return super().index(request, {**(extra_context or {}), "is_own_page": True, "groups": grouped(self.get_app_list(request))})

    def app_index(self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the records of one app in the same way."""
        groups = grouped(self.get_app_list(request, app_label))
        return super().app_index(request, app_label, {**(extra_context or {}), "is_own_page": True, "groups": groups})


def grouped(listed: list[Any]) -> list[dict[str, Any]]:
    """Return what Django lists by app as groups in the words of the shop; nothing that is empty."""
    by_app = {entry["app_label"]: entry for entry in listed}
    groups: list[dict[str, Any]] = []
    for group in GROUPS:
        models = [model for label in group.apps if label in by_app for model in by_app.pop(label)["models"]]
        groups.append({"title": group.title, "about": group.about, "icon": group.icon, "models": models})
    groups += [{"title": entry["name"], "about": "", "icon": "archive", "models": entry["models"]} for entry in by_app.values()]
    return [group for group in groups if group["models"]]


def frame(request: HttpRequest, here: Site | None = None) -> dict[str, Any]:
    """Return what the frame of every page shows; ``here`` is the site a page is about, else the shop's own is named."""
    places = [(place, address) for place in PLACES if (address := _address(place)) and _may(request, place)]
    site = here or Site.objects.filter(is_default=True).only("name").first()
    entries = [
        {**asdict(place), "slug": place.name.rpartition(":")[2], "url": address, "is_current": _is_current(request, place, address)}
        for place, address in places
    ]
    return {
        "shop_name": site.name if site else "",
        "unread": unread_count(request.user.pk) if isinstance(request.user.pk, UUID) and request.user.is_staff else None,
        "places": entries,
        "tabs": [entry for (place, _address_), entry in zip(places, entries, strict=True) if place.name in TABS],
    }


def _address(place: Place) -> str:
    try:
        return reverse(place.name)
    except NoReverseMatch:
        return ""


def _may(request: HttpRequest, place: Place) -> bool:
    return not place.permission or request.user.has_perm(place.permission)


def _is_current(request: HttpRequest, place: Place, address: str) -> bool:
    """Is the page in front the one at ``address``, or below it? Today is at the start too."""
    return request.path.startswith(address) or (place.name == "console:today" and request.path == reverse("console:start"))
