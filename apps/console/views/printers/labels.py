"""Labels to stick on the machines: code, name, and a QR code that opens the printer's page."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy

from apps.console.views.page import Page
from apps.fleet import queries
from apps.fleet.models import Printer


@dataclass(frozen=True, slots=True)
class Label:
    """One label: the printer, and the whole address of its page."""

    printer: Printer
    address: str


class Labels(Page):
    """Labels of all printers of a site, or of those with ``?code=``, to be printed on A4."""

    permission = "fleet.view_printer"
    title = gettext_lazy("Labels for the printers")
    template_name = "console/printers/labels.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the labels. They lead to where whoever prints them is now, so that a phone on the same network gets there too."""
        asked = self.request.GET.getlist("code")
        printers = queries.by_code(queries.printers_in_service(self.site.pk))
        chosen = [one for one in printers if one.code in asked] if asked else printers
        labels = [Label(one, self._address(one)) for one in chosen]
        host = self.request.get_host().rpartition(":")[0] or self.request.get_host()
        return {
            **super().get_context_data(**kwargs),
            "labels": labels,
            "printers": printers,
            "asked": asked,
            "is_only_here": _is_loopback(host),
        }

    def _address(self, printer: Printer) -> str:
        path = f"{reverse('console:printer', args=[printer.code])}?{urlencode({'site': self.site.code})}"
        return str(self.request.build_absolute_uri(path))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
