"""What the pages say of a printer's four facts: a word, an icon, a tone, since when, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from apps.fleet.models import Printer
from apps.fleet.models.printer import OTHER_MACHINE
from apps.fleet.states import Bed, Connection, Health, Occupancy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Fact:
    """One of the four facts as it is shown. ``tone`` is ``am`` or ``rd`` for what is not as it should be, else empty."""

    name: StrOrPromise
    word: StrOrPromise
    icon: str
    tone: str
    since: datetime
    evidence: StrOrPromise = ""


_HEALTH = {
    Health.OK: (_("OK"), "circle-check", ""),
    Health.DEGRADED: (_("Degraded"), "wrench", "am"),
    Health.MAINTENANCE: (_("In maintenance"), "construction", "am"),
}
_CONNECTION = {
    Connection.ONLINE: (_("Online"), "wifi", ""),
    Connection.OFFLINE: (_("Offline"), "wifi-off", "am"),
    Connection.MISCONFIGURED: (_("Needs login"), "key-round", "rd"),
    Connection.UNKNOWN: (_("Not known yet"), "circle-help", "am"),
}
_BED = {
    Bed.CLEAR: (_("Clear"), "check", ""),
    Bed.NOT_CLEAR: (_("Clear the bed"), "brush", "am"),
    Bed.UNKNOWN: (_("Check the bed"), "scan-eye", "am"),
}
_OCCUPANCY = {
    Occupancy.FREE: (_("Free"), "circle-dashed", ""),
    Occupancy.OURS: (_("Our print"), "play", ""),
    Occupancy.FOREIGN: (_("Foreign print"), "user-x", "am"),
}
_ANOTHER_ANSWERS = (_("Another machine"), "fingerprint", "rd")
_PART_ON_IT = (_("Part on it"), "box", "")

_CONNECTION_CODES = {
    "silent": _("It does not answer."),
    "access-rejected": _("It answers, but does not let farmos in: its key was changed, or another machine has this address now."),
    "ready": _("It answers, and its firmware is ready."),
    "firmware-startup": _("Its firmware is starting."),
    "firmware-shutdown": _("Its firmware has shut down."),
    "firmware-error": _("Its firmware reports an error."),
    "firmware-disconnected": _("Its firmware is not running."),
    "firmware-unknown": _("It does not say whether its firmware is ready."),
    OTHER_MACHINE: _("Another machine answers at its address."),
    "machine-accepted": _("Somebody said that it is the same machine; it was not asked since."),
    "address-changed": _("Its address was changed; it was not asked since."),
}
_SOMETHING_ELSE = _("Something answers there that is not what its record says.")


def facts_of(printer: Printer, *, in_doubt: bool = False) -> list[Fact]:
    """Return the four facts, always all four. ``in_doubt``: record and machine disagree about what is on it, so nothing is said to be fine."""
    surely_on_it = printer.occupancy == Occupancy.OURS and printer.bed == Bed.NOT_CLEAR and not in_doubt
    bed = _PART_ON_IT if surely_on_it and printer.connection == Connection.ONLINE else _BED[Bed(printer.bed)]
    return [
        Fact(_("Health"), *_HEALTH[Health(printer.health)], printer.health_since, _health(printer)),
        Fact(_("Connection"), *_connected(printer), printer.connection_since, _connection(printer)),
        Fact(_("Bed"), *bed, printer.bed_since, _bed(printer)),
        Fact(_("In use"), *_OCCUPANCY[Occupancy(printer.occupancy)], printer.occupancy_since, _occupancy(printer)),
    ]


def _connected(printer: Printer) -> tuple[StrOrPromise, str, str]:
    return _ANOTHER_ANSWERS if printer.other_machine is not None else _CONNECTION[Connection(printer.connection)]


def _health(printer: Printer) -> StrOrPromise:
    note = str(printer.health_evidence.get("note") or "")
    reason = str(printer.get_health_reason_display()) if printer.health_reason else ""
    return ". ".join(part for part in (reason, note) if part)


def _connection(printer: Printer) -> StrOrPromise:
    evidence: dict[str, Any] = printer.connection_evidence
    said = str(evidence.get("message") or (evidence.get("machine") or {}).get("name") or "")
    is_another = evidence.get("trouble") == "not_understood"
    if evidence.get("code") == "access-rejected" and not is_another:
        return f"{_CONNECTION_CODES['access-rejected']} {_last_known(printer)}".rstrip()
    words = _SOMETHING_ELSE if is_another else _CONNECTION_CODES.get(str(evidence.get("code") or ""), "")
    return f"{words} “{said[:200]}”" if said and words else words or said[:200]


def _last_known(printer: Printer) -> StrOrPromise:
    """Return who let us in before. A machine that lets nobody in says nothing of itself, so no more is known."""
    if not printer.identity.name:
        return ""
    return _("The one that let it in called itself “%(name)s”.") % {"name": printer.identity.name}


def _bed(printer: Printer) -> StrOrPromise:
    if printer.bed_note_at is not None:
        return _("Somebody said that it is clear; that counts once the attempt has ended.")
    evidence = printer.bed_evidence
    if evidence.get("unseen"):
        return _("It printed %(file)s while nobody watched.") % {"file": str(evidence["file"])[:120]}
    if evidence.get("file"):
        return _("A print that was not ours: %(file)s") % {"file": str(evidence["file"])[:120]}
    if printer.bed == Bed.UNKNOWN:
        return _("Nobody has said what is on it.")
    return ""


def _occupancy(printer: Printer) -> StrOrPromise:
    file = str(printer.occupancy_evidence.get("file") or "")
    return file[:200] if printer.occupancy == Occupancy.FOREIGN else ""
