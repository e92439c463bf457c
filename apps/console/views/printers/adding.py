"""Adding printers: test the connection, see what it is doing, let it join. Adding only looks, it touches nothing."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

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
from apps.journal.http.access import may
from apps.journal.http.page_command import Form
from apps.journal.http.translation import refusal_from
from apps.journal.refusals import Invalid, NotFound, Refusal

from .connecting import KINDS, kind_of, steps_of

MOST_ROWS = 500
"""Printers of one pasted list."""

COLUMNS = ("code", "name", "address", "class", "key", "group", "kind")


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
            "columns": ", ".join(COLUMNS),
            "kinds": KINDS,
            "entered": {},
            "rows": "",
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


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row of a list that could not be added, and why."""

    number: int
    code: str
    address: str
    why: str


class RegisterMany(AddPrinter):
    """A pasted list: each row is one command, so that a wrong one does not keep the others. What is left is shown again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Register each row."""
        try:
            form = Form(request)
            key, text = form.required("key", most=60), request.POST.get("rows", "")[:200_000]
        except Invalid as wrong:
            return self.render_to_response(self.get_context_data(wrong=wrong.detail), status=422)
        if not may(request.user, "fleet.register_printer", self.site.pk):
            raise PermissionDenied
        added, left, kept = self._register(request, key, text)
        if added:
            words = ngettext("%(n)d printer is added: %(codes)s.", "%(n)d printers are added: %(codes)s.", len(added))
            messages.success(request, words % {"n": len(added), "codes": ", ".join(added)})
        if added and not left:
            return HttpResponseRedirect(reverse("console:printers"), status=303)
        shown = {"left": left, "rows": kept, "wrong": "" if left else _("There is no row with a printer in it.")}
        return self.render_to_response(self.get_context_data(**shown), status=422)

    def _register(self, request: HttpRequest, key: str, text: str) -> tuple[list[str], list[Wrong], str]:
        classes = {str(one): one for one in PrinterClass.objects.filter(state=ClassState.RELEASED).order_by("key", "class_version")}
        classes |= {one.key: one for one in classes.values()}
        added: list[str] = []
        left: list[Wrong] = []
        kept: list[str] = []
        for number, line in enumerate(text.splitlines()[:MOST_ROWS], start=1):
            row = dict(zip(COLUMNS, [cell.strip() for cell in next(csv.reader(io.StringIO(line)), [])], strict=False))
            if not row.get("code") or row["code"].startswith("#") or [row.get(name) for name in COLUMNS[:3]] == list(COLUMNS[:3]):
                continue
            refusal = self._register_one(request, f"{key}-{row['code']}-{number}", row, classes)
            if refusal is None:
                added.append(row["code"])
            else:
                left.append(Wrong(number, row["code"], row.get("address", ""), f"{refusal.words.title}. {refusal.detail}"))
                kept.append(line)
        return added, left, "\n".join(kept)

    def _register_one(self, request: HttpRequest, key: str, row: dict[str, str], classes: dict[str, PrinterClass]) -> Refusal | None:
        from apps.journal.http.context import context_for

        kind = classes.get(row.get("class", ""))
        if kind is None:
            return Invalid({"class": _("There is no released printer class of this name.")})
        try:
            fleet.register_printer(
                context_for(request, key=key),
                site_id=self.site.pk,
                code=row["code"],
                name=row.get("name") or row["code"],
                printer_class_id=kind.pk,
                connector=kind_of(row.get("kind", "")),
                address=row.get("address", ""),
                api_key=row.get("key", ""),
                group=row.get("group", ""),
            )
        except Exception as error:
            refusal = refusal_from(error)
            if refusal is None:
                raise
            return refusal
        return None


def _site(request: HttpRequest) -> Site:
    asked = request.POST.get("site", "")
    found = sites_of(request.user.pk).filter(code=asked).first()  # type: ignore[arg-type]
    if found is None:
        raise NotFound("site", id=asked[:40])
    return found
