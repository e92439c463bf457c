"""What the buttons about printers ask for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.console.views.page import Act
from apps.console.views.seen import printer_for
from apps.fleet import commands as fleet
from apps.fleet.models import Printer
from apps.fleet.states import CalibrationKind, NozzleMaterial
from apps.journal import clock
from apps.journal.http.access import may
from apps.journal.http.page_command import Form
from apps.journal.http.translation import refusal_from
from apps.journal.refusals import Invalid, Refusal
from apps.policy import commands as policy
from apps.policy.models import Hold
from apps.policy.states import HoldReason, HoldScope
from apps.runs import commands as runs

from .connecting import kind_of


class OnPrinter(Act):
    """A button about one printer."""

    home = "/admin/printers/"

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the printer's site, if the asker works there."""
        site_id: UUID = self.printer(place).site_id
        return site_id

    def printer(self, place: dict[str, Any]) -> Printer:
        """Return the printer of the address."""
        return printer_for(self.request, pk=place["printer_id"])


class ClearBed(OnPrinter):
    """Bed is clear."""

    command = staticmethod(runs.clear_bed)

    def receipt_for(self, result: Any) -> str:
        """Say whether the gate is open, or that the word is kept."""
        return _("The bed is clear.") if result else _("Noted. It counts as clear when the attempt on it has ended.")


class EmergencyStop(OnPrinter):
    """Stop the machine at once."""

    versioned = False
    command = staticmethod(runs.emergency_stop)
    receipt = gettext_lazy("The machine is being stopped. Look at it: if it still moves, use its own switch.")


class RestartFirmware(OnPrinter):
    """Start the firmware again."""

    versioned = False
    command = staticmethod(runs.restart_firmware)
    receipt = gettext_lazy("The firmware starts again. That takes some seconds.")


class BedNotClear(OnPrinter):
    """Not clear: takes a wrong tap back."""

    command = staticmethod(fleet.report_bed_not_clear)
    receipt = gettext_lazy("Not clear. Nothing starts there until somebody says that the bed is clear.")


class ClearBeds(Act):
    """Beds are clear: several at once, one command each, so that one which changed meanwhile does not keep the others."""

    command = staticmethod(runs.clear_bed)
    home = "/admin/printers/"

    def post(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Ask for each, then say which were cleared and why others were not."""
        try:
            form = Form(request)
            key, chosen = form.required("key", most=60), _chosen(request)
        except Invalid as refusal:
            return self.refused(request, refusal)
        cleared: list[str] = []
        for printer_id, version in chosen:
            printer = printer_for(request, pk=printer_id)
            if not may(request.user, "runs.clear_bed", printer.site_id):
                raise PermissionDenied
            if (refused := self._clear(request, f"{key}-{printer_id}", printer_id, version)) is not None:
                messages.warning(request, f"{printer.code}: {refused.words.title}. {refused.detail}")
            else:
                cleared.append(printer.code)
        if cleared:
            said = ngettext("%(n)d bed is clear: %(codes)s.", "%(n)d beds are clear: %(codes)s.", len(cleared))
            messages.success(request, said % {"n": len(cleared), "codes": ", ".join(cleared)})
        return HttpResponseRedirect(self.onward(request, None), status=303)

    def _clear(self, request: HttpRequest, key: str, printer_id: UUID, version: int) -> Refusal | None:
        try:
            runs.clear_bed(self.context(request, key), printer_id=printer_id, expected_version=version)
        except Exception as error:
            refusal = refusal_from(error)
            if refusal is None:
                raise
            return refusal
        return None


def _chosen(request: HttpRequest) -> list[tuple[UUID, int]]:
    """Read the ticked printers, each with the version that was shown: ``id:version``."""
    found = []
    for sent in request.POST.getlist("printer")[:1000]:
        printer_id, _colon, version = sent.partition(":")
        if not (version.isascii() and version.isdigit() and len(version) < 10):
            raise Invalid({"printer": _("Open the page again and tick the beds there.")})
        try:
            found.append((UUID(printer_id), int(version)))
        except ValueError:
            raise Invalid({"printer": _("is not an id")}) from None
    if not found:
        raise Invalid({"printer": _("Tick at least one bed.")})
    return found


class Acknowledge(OnPrinter):
    """Clear the safety tag."""

    command = staticmethod(fleet.acknowledge_printer)
    receipt = gettext_lazy("The tag is cleared. The printer takes work again.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read what was checked."""
        return {"checklist": tuple(self.request.POST.getlist("check")), "note": form.text("note", most=2000)}


class BeginMaintenance(OnPrinter):
    """Take out of service."""

    command = staticmethod(fleet.begin_maintenance)
    receipt = gettext_lazy("In maintenance. Nothing starts on it until it is put back to work.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read why."""
        return {"note": form.text("note", most=2000)}


class LoadSpool(OnPrinter):
    """Load this spool, or say that the feed is empty or not known."""

    versioned = False
    command = staticmethod(fleet.load_spool)
    receipt = gettext_lazy("Loaded.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read which spool goes into which feed."""
        return {"spool_id": form.uuid("spool"), "position": form.number("position", most=99)}


class EmptyFeed(OnPrinter):
    """Nothing is loaded, or nobody knows what is."""

    versioned = False
    command = staticmethod(fleet.empty_feed)
    receipt = gettext_lazy("Noted.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read which feed, and whether it is known to be empty."""
        return {"position": form.number("position", most=99), "known_empty": form.one_of("content", ("empty", "unknown")) == "empty"}


class FitNozzle(OnPrinter):
    """This nozzle is fitted."""

    command = staticmethod(fleet.fit_nozzle)
    receipt = gettext_lazy("Noted. Plates are matched to the new nozzle.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read diameter (µm), material, and whether it is a new one."""
        material = NozzleMaterial(form.one_of("material", NozzleMaterial))
        return {
            "diameter_um": form.number("diameter_um", least=50, most=5000),
            "material": material,
            "is_new": form.text("is_new") == "yes",
        }


class FitSheet(OnPrinter):
    """This sheet is on it."""

    command = staticmethod(fleet.fit_sheet)
    receipt = gettext_lazy("Noted. Plates are matched to this sheet.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read which sheet; empty: nobody knows."""
        return {"sheet": form.text("sheet", most=60)}


class DescribePrinter(OnPrinter):
    """What it is called, where it stands, what to know of it."""

    command = staticmethod(fleet.describe_printer)
    receipt = gettext_lazy("Kept.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read name, group and notes."""
        return {"name": form.required("name", most=120), "group": form.text("group", most=60), "notes": form.text("notes", most=2000)}


class MoveToClass(OnPrinter):
    """It belongs to another class, or another version of its class."""

    command = staticmethod(fleet.move_to_class)
    receipt = gettext_lazy("Noted. From now on it takes what is made for this class.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read which class."""
        return {"printer_class_id": form.uuid("printer_class")}


class RatePrinter(OnPrinter):
    """So much a person trusts it, and why; or let its prints say it again."""

    command = staticmethod(fleet.rate_printer)
    receipt = gettext_lazy("Noted.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read the percentage and the reason."""
        if form.text("by") == "prints":
            return {"percent": None}
        return {"percent": form.number("percent", least=0, most=100), "reason": form.required("reason", most=300)}


class RecordCalibration(OnPrinter):
    """This was measured or checked."""

    versioned = False
    command = staticmethod(fleet.record_calibration)
    receipt = gettext_lazy("Kept. The newest of a kind counts.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read what was measured, now."""
        value = form.text("value", most=20).replace(",", ".")
        try:
            number = float(value) if value else None
        except ValueError:
            raise Invalid({"value": _("is not a number")}) from None
        kind = CalibrationKind(form.one_of("kind", CalibrationKind))
        passed = form.text("passed") != "no"
        return {"kind": kind, "measured_at": clock.now(), "value": number, "passed": passed, "note": form.text("note", most=300)}


class SetMaintenanceInterval(OnPrinter):
    """Tell us after so many hours."""

    command = staticmethod(fleet.set_maintenance_interval)
    receipt = gettext_lazy("Noted. Hours are counted from the last service.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read the hours; empty: nobody wants to be told."""
        return {"hours": form.number("hours", least=1, most=20_000) if form.text("hours") else None}


class RecordMaintenance(OnPrinter):
    """It was serviced."""

    command = staticmethod(fleet.record_maintenance)
    receipt = gettext_lazy("Kept. Hours count anew from now.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read what was done."""
        return {"note": form.required("note", most=300)}


class HoldPrinter(OnPrinter):
    """Hold on purpose."""

    versioned = False
    command = staticmethod(policy.place_hold)
    receipt = gettext_lazy("On hold. What runs goes on; nothing new starts.")

    def post(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Ask for a hold on the printer of the address: the command knows it as the hold's scope."""
        self._address = place
        return super().post(request)

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the printer's site, if the asker works there."""
        return super().site_of(self._address)

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read why, and what it waits for."""
        reason = HoldReason(form.one_of("reason", HoldReason))
        note = form.required("note", most=2000) if reason == HoldReason.OTHER else form.text("note", most=2000)
        held = self.printer(self._address)
        here = {"site_id": held.site_id, "scope": HoldScope.PRINTER, "scope_id": held.pk}
        return {**here, "reason": reason, "note": note}


class ReleaseHold(Act):
    """End a hold on a printer."""

    command = staticmethod(policy.release_hold)
    receipt = gettext_lazy("Released.")
    home = "/admin/printers/"

    def site_of(self, place: dict[str, Any]) -> UUID | None:
        """Return the site of what is held."""
        hold = Hold.objects.filter(pk=place["hold_id"], scope=HoldScope.PRINTER).first()
        return printer_for(self.request, pk=hold.scope_id if hold else place["hold_id"]).site_id


class CorrectAccess(OnPrinter):
    """What it runs, its address and key. The key is never shown; empty leaves it as it is."""

    command = staticmethod(fleet.correct_access)
    receipt = gettext_lazy("Kept. It is asked again at once.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read the address, and the key where one was entered or is to be forgotten."""
        key = form.text("api_key", most=600)
        return {
            "address": form.required("address", most=300),
            "api_key": "" if form.text("no_key") == "yes" else key or None,
            "connector": kind_of(chosen) if (chosen := form.text("connector", most=20)) else None,
        }


class AcceptMachine(OnPrinter):
    """It is the same machine with a new board, or one of two that say the same of themselves."""

    command = staticmethod(fleet.accept_machine)
    receipt = gettext_lazy("Noted. From now on this machine is the printer.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read why."""
        return {"reason": form.required("reason", most=300)}


class SwapAddresses(OnPrinter):
    """Two printers have changed places: each gets the other's address."""

    command = staticmethod(fleet.swap_addresses)
    receipt = gettext_lazy("Swapped. Both are asked again at once.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read which other printer it is."""
        return {"other_id": form.uuid("other")}


class Retire(OnPrinter):
    """It leaves the farm. Its code is typed to confirm."""

    command = staticmethod(fleet.retire_printer)
    receipt = gettext_lazy("It has left the farm. Its history stays.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Check the typed code."""
        code = self.printer(self.kwargs).code
        if form.text("typed", most=40).casefold() != code.casefold():
            raise Invalid({"typed": _("Type the printer's code to confirm.")})
        return {}
