"""What one printer can otherwise than its class, as its page shows it and its form sends it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.catalog.states import Enclosure, MaterialFlag
from apps.fleet import commands as fleet
from apps.fleet.models import Capability
from apps.journal.http.page_command import Form
from apps.journal.refusals import Invalid

from .acts import OnPrinter

NAMES = {
    "volume_x_um": gettext_lazy("Width"),
    "volume_y_um": gettext_lazy("Depth"),
    "volume_z_um": gettext_lazy("Height"),
    "max_nozzle_c": gettext_lazy("Hottest nozzle"),
    "max_bed_c": gettext_lazy("Hottest bed"),
    "max_chamber_c": gettext_lazy("Hottest chamber"),
    "enclosure": gettext_lazy("Enclosure"),
    "material_flags": gettext_lazy("What it can take"),
    "tags": gettext_lazy("Words plans may ask for"),
}
"""Column → what people call it."""

LENGTHS = ("volume_x_um", "volume_y_um", "volume_z_um")
TEMPERATURES = ("max_nozzle_c", "max_bed_c", "max_chamber_c")
MOST_MM = 100_000


def differences(capability: Capability | None) -> Iterator[tuple[str, str]]:
    """Yield what differs on this machine, as people call it, and why."""
    for column, why in sorted((capability.overrides if capability else {}).items()):
        yield str(NAMES.get(column, column)), why


class CorrectCapability(OnPrinter):
    """This machine differs from its class; or it does not any more."""

    command = staticmethod(fleet.correct_capability)
    receipt = gettext_lazy("Noted. Plates are matched to what it can.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read what it can, and why that differs; what is as in its class is sorted out by the command."""
        if form.text("as") == "class":
            return {"differences": fleet.Differences()}
        given: dict[str, Any] = {
            **{name: _um(form, name) for name in LENGTHS},
            **{name: form.number(name, most=600) for name in TEMPERATURES},
            "enclosure": Enclosure(form.one_of("enclosure", Enclosure)),
            "material_flags": tuple(flag for flag in MaterialFlag if form.text(f"flag_{flag}") == "yes"),
            "tags": tuple(form.text("tags", most=500).split(",")),
        }
        return {"differences": fleet.Differences(**given), "reason": form.text("reason", most=300)}


def _um(form: Form, name: str) -> int:
    """Read millimetres as whole micrometres."""
    try:
        mm = float(form.required(name, most=12).replace(",", "."))
    except ValueError:
        mm = 0.0
    if not 0 < mm <= MOST_MM:
        raise Invalid({name: _("must be millimetres, such as 250")})
    return round(mm * 1000)
