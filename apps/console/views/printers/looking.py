"""Looking for printers on this network: only when somebody presses the button, for a few seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from apps.catalog.models import PrinterClass
from apps.catalog.states import ClassState
from apps.fleet.domain import roster
from apps.fleet.drivers.diagnosis import Diagnosis, diagnose_all
from apps.fleet.drivers.discovery import Found, NoMulticast, look_around
from apps.fleet.models import Printer

from .adding import AddPrinter
from .connecting import doing, steps_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Heard:
    """A printer that announced itself, what it says when asked, and the code of the printer here that has its address already."""

    found: Found
    said: StrOrPromise
    here: str


class LookAround(AddPrinter):
    """Look for printers on this network: the same page again, with who announced themselves and what they are doing."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Listen, ask each that answered, show them."""
        try:
            look = look_around(interfaces=settings.FARMOS_DISCOVERY_ADDRESSES)
        except NoMulticast:
            words = _(
                "This computer cannot ask around on its network (it lets no multicast through). Enter the printers' addresses instead."
            )
            return self.render_to_response(self.get_context_data(cannot_look=words))
        here = dict(Printer.objects.filter(site=self.site, retired_at=None).values_list("address", "code"))
        answers = diagnose_all([(one.address, "") for one in look.found], patience_s=3.0, whole_s=10.0)
        heard = [Heard(one, _said(answer), here.get(one.address, "")) for one, answer in zip(look.found, answers, strict=True)]
        shown = {"heard": heard, "has_looked": True, "left_out": look.left_out, "heard_rows": _as_list(heard)}
        return self.render_to_response(self.get_context_data(**shown))


def _said(answer: Diagnosis | None) -> StrOrPromise:
    if answer is None:
        return _("There was no time left to ask it.")
    if answer.seen is not None and answer.failed_at is None:
        return doing(answer.seen)
    return next(step.title for step in steps_of(answer) if step.state == "failed")


def _as_list(heard: list[Heard]) -> str:
    """Return those that are not here yet as a list to check, called by their names, of the first class there is."""
    first = PrinterClass.objects.filter(state=ClassState.RELEASED).order_by("key", "-class_version").first()
    new = [one.found for one in heard if not one.here]
    rows = [
        {
            "code": one.name.replace("/", "-")[: roster.LONGEST["code"]],
            "name": one.name,
            "address": one.address,
            "class": first.key if first else "",
            "connector": one.kind,
        }
        for one in new
    ]
    return roster.write(rows) if rows else ""
