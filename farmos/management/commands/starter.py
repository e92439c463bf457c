"""``./farm manage starter``: what a new shop needs before its first order, made once: class, materials, colors, profiles, spools, prices, policy.

It looks before it does anything: what is there, it leaves as it is, so it can be run again after any interruption and never undoes a change.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts.models import Site
from apps.accounts.queries import default_site
from apps.catalog import commands as catalog
from apps.catalog.commands import CapabilityValues, KeepOut
from apps.catalog.models import Color, Material, PrinterClass
from apps.catalog.states import ClassState, MaterialFamily, QualityTier
from apps.inventory import commands as inventory
from apps.inventory.models import Spool
from apps.journal import clock
from apps.journal.context import Actor, Context
from apps.journal.refusals import Refusal
from apps.orders import commands as orders
from apps.orders.models import PriceList
from apps.policy import commands as policy
from apps.policy.domain.default import default_body
from apps.policy.models import Policy
from apps.profiles import commands as profiles
from apps.profiles.models import Profile, ProfileVersion
from apps.profiles.states import ProfileState

SETTINGS = Path(profiles.__file__).parent / "domain" / "starter"
"""Where the starter settings are: one .ini file for each family and tier."""

CLASS_KEY = "Generic_Klipper_250"
NOZZLE_UM = 400
FULL_SPOOL_MG, TARE_MG = 1_000_000, 200_000

GENERIC = CapabilityValues(
    volume_x_um=250_000,
    volume_y_um=210_000,
    volume_z_um=210_000,
    nozzle_diameters_um=(NOZZLE_UM,),
    max_nozzle_c=300,
    max_bed_c=110,
    keep_outs=(KeepOut(x_um=0, y_um=0, width_um=120_000, depth_um=6_000),),  # where the starter profiles fill the nozzle
)

MATERIALS: dict[MaterialFamily, dict[str, int]] = {
    MaterialFamily.PLA: {
        "density_mg_cm3": 1240,
        "nozzle_min_c": 190,
        "nozzle_max_c": 230,
        "bed_min_c": 0,
        "bed_max_c": 65,
        "shrink_ppm": 3_000,
        "dry_c": 45,
        "dry_minutes": 360,
    },
    MaterialFamily.PETG: {
        "density_mg_cm3": 1270,
        "nozzle_min_c": 220,
        "nozzle_max_c": 260,
        "bed_min_c": 60,
        "bed_max_c": 90,
        "shrink_ppm": 5_000,
        "dry_c": 65,
        "dry_minutes": 360,
    },
}
COLORS = {"Black": "#1a1a1a", "White": "#f5f5f5", "Grey": "#808080", "Orange": "#ff8000"}
TIERS = (QualityTier.DRAFT, QualityTier.STANDARD)

PRICES: dict[str, Any] = {
    "materials": {
        "PLA": {"gram_minor": "4", "waste": "0.05", "failure_rate": "0.03", "hour_minor": "180"},
        "PETG": {"gram_minor": "5", "waste": "0.08", "failure_rate": "0.05", "hour_minor": "180"},
        "*": {"gram_minor": "8", "waste": "0.10", "failure_rate": "0.08", "hour_minor": "250"},
    },
    "labour_hour_minor": "3000",
    "handling_minutes": "3",
    "support_minutes_cm2": "0.2",
    "margin": "0.35",
    "setup_minor": 200,
    "material_change_minor": 150,
    "minimum": {"piece_minor": 150, "order_minor": 500},
    "breaks": [{"from": 10, "off": "0.05"}, {"from": 50, "off": "0.12"}],
    "priority": {"rush": "1.5", "normal": "1", "filler": "0.9"},
    "shipping": [{"up_to_g": 1_000, "minor": 490}, {"up_to_g": 10_000, "minor": 990}],
    "pickup": True,
    "tax": {"mode": "none", "rate": "0"},
}
"""A plausible first price list, in hundredths of the currency; every shop releases its own sooner or later."""


class Command(BaseCommand):
    """Make what is missing of the starter data, by commands under fixed keys, so that two of these at once make it once."""

    help = "Give the default site what it needs before its first order: class, materials, colors, profiles, spools, prices, policy."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many spools of each material and color there are."""
        parser.add_argument("--spools", type=int, default=1, help="sealed spools of each material and color (default 1, at most 50)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and say what was made.

        Raises:
            CommandError: there is no shop yet, or something is refused.
        """
        if not 0 <= options["spools"] <= 50:
            raise CommandError("--spools is from 0 to 50.")
        try:
            made = Starter(default_site()).make(spools=options["spools"])
        except Refusal as refusal:
            raise CommandError(f"{refusal.detail} {refusal.fix}") from refusal
        if options["verbosity"]:
            self.stdout.write(f"Made: {', '.join(made)}." if made else "Everything is there already.")


class Starter:
    """Makes what a site lacks; ``made`` names it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.made: list[str] = []

    def make(self, *, spools: int) -> list[str]:
        """Make everything that is missing and return the names of what was made."""
        printer_class = self._printer_class()
        materials = {family: self._material(family) for family in MATERIALS}
        colors = {name: self._color(name) for name in COLORS}
        for family in MATERIALS:
            for tier in TIERS:
                self._profile(family, tier, printer_class)
            for name, color_id in colors.items():
                self._spools(family, materials[family], name, color_id, spools)
        self._prices()
        self._policy()
        return self.made

    def _once(self, name: str, command: Callable[..., Any], /, **arguments: Any) -> Any:
        """Do one step under a key of its own: two of these at once do it once."""
        ctx = Context(
            actor=Actor.service("starter"),
            now=clock.now(),
            key=f"starter:{self.site.pk}:{name}",
            request_id="starter",
            site_id=self.site.pk,
            is_automatic=True,
        )
        answer = command(ctx, **arguments)
        self.made.append(name)
        return answer

    def _printer_class(self) -> PrinterClass:
        versions = PrinterClass.objects.filter(key=CLASS_KEY).order_by("-class_version")
        if not versions.exists():
            name = "Any Klipper printer, 250 x 210 x 210 mm"
            self._once("class", catalog.draft_printer_class, key=CLASS_KEY, name=name, capability=GENERIC)
        released = versions.filter(state=ClassState.RELEASED).first()
        if released is not None:
            return released
        draft = versions[0]
        self._once("class-release", catalog.release_printer_class, printer_class_id=draft.pk, expected_version=draft.version)
        return PrinterClass.objects.get(pk=draft.pk)

    def _material(self, family: MaterialFamily) -> UUID:
        known = Material.objects.filter(site=None, family=family, brand="", name=family.value).first()
        if known is not None:
            return known.pk
        found: UUID = self._once(f"material-{family.value}", catalog.define_material, family=family, name=family.value, **MATERIALS[family])
        return found

    def _color(self, name: str) -> UUID:
        known = Color.objects.filter(site=None, name=name).first()
        if known is not None:
            return known.pk
        found: UUID = self._once(f"color-{name}", catalog.define_color, name=name, hex_rgb=COLORS[name])
        return found

    def _profile(self, family: MaterialFamily, tier: QualityTier, printer_class: PrinterClass) -> None:
        """Define the profile, write its first version and put it in production; go on wherever an earlier run stopped."""
        key = {
            "material_family": family,
            "quality_tier": tier,
            "printer_class_key": printer_class.key,
            "nozzle_diameter_um": NOZZLE_UM,
        }
        label = f"{family.value}_0.4_{tier.value.capitalize()}"
        profile = Profile.objects.filter(material=None, **key).first()
        if profile is None:
            self._once(f"profile-{label}", profiles.define_profile, name=label, **key)
            profile = Profile.objects.get(material=None, **key)
        version = ProfileVersion.objects.filter(profile=profile).order_by("id").first()
        if version is None:
            text = (SETTINGS / f"{family.value.lower()}_{tier.value}.ini").read_text()
            writing = {"profile_id": profile.pk, "printer_class_id": printer_class.pk, "text": text, "notes": "Starter settings"}
            self._once(f"version-{label}", profiles.import_ini, **writing)
            version = ProfileVersion.objects.get(profile=profile)
        if version.state == ProfileState.DRAFT:
            moving = {"version_id": version.pk, "expected_version": version.version}
            self._once(f"nominate-{label}", profiles.nominate_version, **moving)
            version = ProfileVersion.objects.get(pk=version.pk)
        if version.state == ProfileState.CANDIDATE:
            moving = {"version_id": version.pk, "expected_version": version.version}
            self._once(f"promote-{label}", profiles.promote_version, **moving)

    def _spools(self, family: MaterialFamily, material_id: UUID, color: str, color_id: UUID, count: int) -> None:
        for number in range(1, count + 1):
            code = f"{family.value}-{color.upper()}-{number}"
            if Spool.objects.filter(site=self.site, code=code).exists():
                continue
            spool = {"code": code, "material_id": material_id, "color_id": color_id, "full_mg": FULL_SPOOL_MG, "tare_mg": TARE_MG}
            self._once(f"spool-{code}", inventory.receive_spool, site_id=self.site.pk, **spool)

    def _prices(self) -> None:
        if not PriceList.objects.filter(site=self.site).exists():
            listing = {"currency": self.site.currency, "body": PRICES, "note": "Starter prices"}
            self._once("prices", orders.release_price_list, site_id=self.site.pk, **listing)

    def _policy(self) -> None:
        if not Policy.objects.filter(site=self.site).exists():
            self._once("policy", policy.activate_policy, site_id=self.site.pk, body=default_body(), note="Starter policy")
