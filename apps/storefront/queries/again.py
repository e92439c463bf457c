"""What has changed since something was ordered, for those who order it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from apps.catalog.states import Process
from apps.journal.refusals import Refusal
from apps.orders import queries as prices
from apps.orders.domain.requests import QuoteRequestLine
from apps.orders.models import Intent, LineItem
from apps.planning.models import Plan
from apps.planning.states import PlanState
from apps.profiles import queries as profiles
from apps.profiles.models import ProfileVersion


@dataclass(frozen=True, slots=True)
class SinceThen:
    """One line of an order, then and now.

    Args:
        line: As it was ordered.
        unit_minor: What a piece costs today; None when it cannot be had as it was.
        refusal: Why it cannot be had.
        made_with: The settings it was made with: of the last plan that was approved for it.
        made_now_with: The settings it would be made with today, where they are others.
    """

    line: LineItem
    unit_minor: int | None = None
    refusal: Refusal | None = None
    made_with: ProfileVersion | None = None
    made_now_with: ProfileVersion | None = None

    @property
    def settings_then(self) -> str:
        """The number of the settings it was made with."""
        return _number(self.made_with)

    @property
    def settings_now(self) -> str:
        """The number of the settings it would be made with."""
        return _number(self.made_now_with)

    @property
    def can_be_had(self) -> bool:
        """Can it be ordered as it was?"""
        return self.refusal is None

    @property
    def is_same(self) -> bool:
        """Has nothing changed?"""
        return self.can_be_had and self.unit_minor == self.line.unit_minor and self.made_now_with is None


def since_then(intent: Intent) -> list[SinceThen]:
    """Return the lines of an order with what has changed since."""
    lines = intent.lines.filter(part_revision__isnull=False, material__isnull=False)
    return list(_compared(intent, lines.select_related("material", "color", "part_revision__part").order_by("position")))


def _compared(intent: Intent, lines: Iterable[LineItem]) -> Iterator[SinceThen]:
    pickup = prices.delivery(intent.site_id, intent.account_id).pickup
    for line in lines:
        assert line.part_revision_id is not None and line.material_id is not None  # noqa: S101, PT018 - for the type checker: filtered
        asked = QuoteRequestLine(line.part_revision_id, line.quantity, line.material_id, line.color_id, line.quality_tier)
        try:
            found = prices.preview(intent.site_id, intent.account_id, [asked], pickup=pickup)
        except Refusal as refusal:
            yield SinceThen(line, refusal=refusal)
            continue
        then = _last_plan(line)
        now = None if then is None or then.profile_version is None else _today(line, then)
        made_with = None if then is None else then.profile_version
        is_other = now is not None and made_with is not None and now.pk != made_with.pk
        yield SinceThen(line, found.price.lines[0].unit_minor, None, made_with, now if is_other else None)


def _number(version: ProfileVersion | None) -> str:
    return "" if version is None else f"{version.major}.{version.minor}.{version.patch}"


def _last_plan(line: LineItem) -> Plan | None:
    plans = Plan.objects.filter(requirement__line=line, state=PlanState.APPROVED).select_related("profile_version__profile")
    return plans.order_by("-approved_at").first()


def _today(line: LineItem, plan: Plan) -> ProfileVersion | None:
    version = plan.profile_version
    if version is None or line.material is None:
        return None
    return profiles.released_version(
        material_family=line.material.family,
        material_id=line.material_id,
        quality_tier=line.quality_tier,
        printer_class_key=version.profile.printer_class_key,
        nozzle_um=version.profile.nozzle_diameter_um,
        process=Process(version.profile.process),
    )
