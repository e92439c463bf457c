"""What a test of a connection found, in words that end at the fix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.fleet.domain.observation import Observation
from apps.fleet.drivers.diagnosis import Diagnosis, Stage
from apps.fleet.states import ConnectorKind
from apps.journal.refusals import Invalid

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the diagnosis. ``state`` is ``passed``, ``failed`` or ``todo``."""

    state: str
    title: StrOrPromise
    detail: StrOrPromise = ""
    fix: StrOrPromise = ""
    snippet: str = ""


_ASKED = {
    Stage.ADDRESS: gettext_lazy("Is it an address?"),
    Stage.ANSWERS: gettext_lazy("Does anybody answer there?"),
    Stage.SERVER: gettext_lazy("Is it a server that farmos speaks with?"),
    Stage.ACCESS: gettext_lazy("Does it let us in?"),
    Stage.STATE: gettext_lazy("What is it doing now?"),
}


KINDS = (ConnectorKind.MOONRAKER, ConnectorKind.OCTOPRINT)
"""What can be chosen for a new printer. A simulated one speaks as the first."""


def kind_of(text: str) -> ConnectorKind:
    """Return what was chosen; nothing: the reference.

    Raises:
        Invalid: there is no such kind.
    """
    try:
        return ConnectorKind(text.lower() or KINDS[0])
    except ValueError:
        raise Invalid({"connector": _("is one of: %(kinds)s") % {"kinds": ", ".join(KINDS)}}) from None


def kinds_for(chosen: str) -> list[ConnectorKind]:
    """Return what can be chosen for a printer that has a kind already."""
    return [*KINDS, *({ConnectorKind(chosen)} - {*KINDS})]


def steps_of(found: Diagnosis) -> list[Step]:
    """Return the stages in their order: passed, the one that failed with its fix, and those that were not reached."""
    steps = []
    for stage in Stage:
        if stage in found.passed:
            steps.append(_passed(stage, found))
        elif stage == found.failed_at:
            steps.append(_failed(stage, found))
        else:
            steps.append(Step("todo", _ASKED[stage], _("not reached")))
    return steps


def _passed(stage: Stage, found: Diagnosis) -> Step:
    if stage == Stage.ADDRESS:
        return Step("passed", _("It is an address: %(address)s") % {"address": found.address})
    if stage == Stage.ANSWERS:
        return Step("passed", _("Somebody answers there"))
    if stage == Stage.SERVER:
        return Step("passed", _("It is %(software)s") % {"software": found.software})
    if stage == Stage.ACCESS:
        return Step("passed", _("It lets us in"))
    return Step("passed", _("What it is doing now"), doing(found.seen) if found.seen else "")


def _failed(stage: Stage, found: Diagnosis) -> Step:
    if stage == Stage.ADDRESS:
        fix = _("Write it as http://192.168.1.20:7125, or the printer's name with its port.")
        return Step("failed", _("That is no address of a printer"), found.message, fix)
    if stage == Stage.ANSWERS and found.trouble == "timeout":
        return Step(
            "failed", _("No answer in time"), found.message, _("Is it switched on, and in the same network? A firewall may be between.")
        )
    if stage == Stage.ANSWERS and found.why in _NOT_REACHED:
        words = _NOT_REACHED[found.why]
        return Step("failed", words[0], "", words[1])
    if stage == Stage.ANSWERS:
        fix = _("Check that it is switched on and in this network, and the port: usually 7125 for Moonraker, 80 or 5000 for OctoPrint.")
        return Step("failed", _("Nobody answers there"), found.message, fix)
    if stage == Stage.SERVER:
        return _another_server(found)
    if stage == Stage.ACCESS and found.kind == ConnectorKind.OCTOPRINT:
        fix = _("In OctoPrint open Settings, Application Keys, make a key for farmos, and enter it above.")
        return Step("failed", _("It is OctoPrint, and does not let us in"), found.message, fix)
    if stage == Stage.ACCESS:
        fix = _("Do one of the two: enter its API key above, or add this to moonraker.conf under [authorization] and restart Moonraker:")
        ours = found.our_address or _("the address of this computer")
        return Step("failed", _("It does not let us in"), found.message, fix, f"trusted_clients:\n    {ours}")
    return Step("failed", _("It does not say what it is doing"), found.message, _("Look at its own page; then test again."))


_NOT_REACHED: dict[str, tuple[StrOrPromise, StrOrPromise]] = {
    "no_name": (
        gettext_lazy("No computer of that name is known here"),
        gettext_lazy(
            "Check the spelling, or use its number: http://192.168.1.20:7125. Names that end in .local are known on its own network only."
        ),
    ),
    "closed": (
        gettext_lazy("That computer is there, and nothing listens at that port"),
        gettext_lazy(
            "Check the port: usually 7125 for Moonraker, 80 or 5000 for OctoPrint. If it is right, start Moonraker or OctoPrint there."
        ),
    ),
    "no_tls": (gettext_lazy("It answers, and does not speak HTTPS"), gettext_lazy("Write http:// instead of https://.")),
    "certificate": (
        gettext_lazy("Its certificate is not trusted by this computer"),
        gettext_lazy(
            "In your own network write http:// and the port of Moonraker or OctoPrint itself, or let this computer trust the certificate."
        ),
    ),
}
"""What the network says of a connection that failed → title and fix."""


def _another_server(found: Diagnosis) -> Step:
    """Something answers that is neither Moonraker nor OctoPrint; farmos itself, perhaps, or the web page beside Moonraker."""
    if found.why == "gateway":
        fix = _(
            "Moonraker or OctoPrint behind it is not running, or is starting. Look at it there, or use its own port, usually 7125 or 5000."
        )
        return Step("failed", _("A web page answers, and what stands behind it is away"), found.message, fix)
    if found.kind:
        fix = _("Bring it up to date. If a web server stands before it, that must pass on everything, or use its own port.")
        return Step(
            "failed", _("It is %(software)s, and answers otherwise than it should") % {"software": found.software}, found.message, fix
        )
    if found.software:
        words = _("It is %(software)s, with which farmos does not speak") % {"software": found.software}
        return Step("failed", words, found.message, _("farmos speaks with Moonraker and with OctoPrint."))
    fix = _(
        "With Klipper, use the port of Moonraker, usually 7125, not that of the web page. With OctoPrint, use the address of its web page."
    )
    return Step("failed", _("Something answers, but it is neither Moonraker nor OctoPrint"), found.message, fix)


def doing(seen: Observation) -> str:
    """Return what a machine is doing, in a sentence."""
    said = _state(seen)
    warm = ""
    if seen.nozzle_c is not None:
        bed = f", {_('bed')} {seen.bed_c:.0f} °C" if seen.bed_c is not None else ""
        warm = f" {_('Nozzle')} {seen.nozzle_c:.0f} °C{bed}."
    return f"{said}{warm}"


def _state(seen: Observation) -> str:
    if seen.klippy_state != "ready":
        words = _("Its firmware is not ready (%(state)s). It can be added, and takes no work until it is.") % {
            "state": seen.klippy_state or _("not known")
        }
        return f"{words} “{seen.message}”" if seen.message else words
    if seen.print_state in ("printing", "paused"):
        words = _("It prints %(file)s, %(percent)d %%. It goes on undisturbed.")
        return words % {"file": seen.filename or _("something"), "percent": round(seen.progress * 100)}
    return _("It is idle. Look at its bed once it is added.")
