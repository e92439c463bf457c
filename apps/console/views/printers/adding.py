"""Adding printers: test the connection, see what it is doing, let it join. Adding only looks, it touches nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Site
from apps.accounts.queries import sites_of
from apps.catalog.models import PrinterClass
from apps.catalog.states import ClassState
from apps.console.views.page import Act, Page
from apps.fleet import commands as fleet
from apps.fleet.domain import sealing
from apps.fleet.drivers.diagnosis import Diagnosis, diagnose
from apps.fleet.models import Printer
from apps.journal import clock
from apps.journal.http.page_command import Form
from apps.journal.refusals import Invalid, NotFound

from .connecting import KINDS, kind_of, steps_of


class AddPrinter(Page):
    """Add printers."""

    permission = "fleet.register_printer"
    title = gettext_lazy("Add printers")
    template_name = "console/printers/add.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the classes there are, and what a test found."""
        classes = PrinterClass.objects.filter(state=ClassState.RELEASED).order_by("key", "-class_version")
        return {
            **super().get_context_data(**kwargs),
            "classes": classes,
            "kinds": KINDS,
            "entered": {},
            **kwargs,
        }


class TestConnection(AddPrinter):
    """Test the connection: the same page again, with what was reached and what would fix the rest."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Ask the machine, and show what came of it."""
        try:
            form = Form(request)
            entered = {name: form.text(name, most=300) for name in ("address", "code", "name", "group", "printer_class", "connector")}
            key = form.text("api_key", most=512) or _kept_key(form)
        except Invalid as wrong:
            return self.render_to_response(self.get_context_data(wrong=wrong.detail, entered={}), status=422)
        if not entered["address"]:
            return self.render_to_response(self.get_context_data(wrong=_("Enter the printer's address."), entered=entered), status=422)
        found = diagnose(entered["address"], api_key=key)
        other = found.kind if found.kind != kind_of(entered["connector"]) else ""
        entered["connector"] = found.kind or entered["connector"]
        sealed = sealing.seal(key, secret=settings.SECRET_KEY, at=int(clock.now().timestamp())) if key else ""
        shown = {"diagnosis": found, "steps": steps_of(found), "entered": entered, "sealed_key": sealed, "here": self._here(found)}
        shown["is_other_kind"] = bool(other)
        return self.render_to_response(self.get_context_data(**shown))

    def _here(self, found: Diagnosis) -> Printer | None:
        """Return the printer that has this address already."""
        return Printer.objects.filter(site=self.site, address=found.address, retired_at=None).first() if found.address else None


def _kept_key(form: Form) -> str:
    """Return the key of the test before, which the page kept sealed: it is never shown."""
    try:
        return sealing.unseal(form.text("sealed_key", most=4000), secret=settings.SECRET_KEY)
    except sealing.Unreadable:
        return ""


class RegisterPrinter(Act):
    """Add: it joins the farm and is watched; it takes no work until its bed was said to be clear."""

    versioned = False
    command = staticmethod(fleet.register_printer)
    receipt = gettext_lazy("Added. Look at its bed once, and say that it is clear.")
    home = "/admin/printers/add/"

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the site it joins."""
        return _site(self.request).pk

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read who it is and where."""
        code = form.required("code", most=20)
        return {
            "site_id": _site(self.request).pk,
            "code": code,
            "name": form.text("name", most=120) or code,
            "printer_class_id": form.uuid("printer_class"),
            "connector": kind_of(form.text("connector", most=20)),
            "address": form.required("address", most=300),
            "api_key": form.text("api_key", most=512) or _kept_key(form),
            "group": form.text("group", most=60),
        }

    def onward(self, request: HttpRequest, result: Any) -> str:
        """Go to the new printer."""
        return reverse("console:printer", args=[Printer.objects.get(pk=result).code])


def _site(request: HttpRequest) -> Site:
    asked = request.POST.get("site", "")
    found = sites_of(request.user.pk).filter(code=asked).first()  # type: ignore[arg-type]
    if found is None:
        raise NotFound("site", id=asked[:40])
    return found
