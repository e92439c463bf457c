"""One build plan: what changed, what that affects, what it is made from, the risk, and what a person must say before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Site
from apps.board.badges import badge_of, plan_badge
from apps.board.queries.people import names_of
from apps.board.queries.shapes import checked
from apps.catalog.states import Reason
from apps.console.labels.choices import HIDDEN, choice_of, setting_of, value_of
from apps.console.labels.risks import factors_of
from apps.console.templatetags.office import brief
from apps.journal import clock
from apps.orders.models import Piece
from apps.orders.states import TO_MAKE, PieceState
from apps.planning import queries
from apps.planning.models import Plan, PlanReview
from apps.planning.states import PlanState
from apps.policy.models import Breaker
from apps.policy.queries import HoldTarget, active_holds
from apps.policy.states import BreakerKind, GatedTransition, HoldReason, HoldScope, SubjectKind
from apps.profiles.models import ProfileVersion
from apps.runs.models import Run
from apps.runs.states import RunState

from .blocking import blocking
from .happened import key_events
from .order import name_of
from .order_acts import works_alone
from .record import RecordPage

SHOWN_APART = frozenset({"layer_height", "fill_density", "support_material", "support_material_auto", "support_material_enforce_layers"})
"""Overrides that have a line of their own."""
NUMBERS = {"estimated_minutes": _("Print time of one piece"), "filament_mg": _("Filament of one piece")}
VOID_REASONS = (Reason.MODEL_DEFECT, Reason.PROFILE_REGRESSION, Reason.SUPERSEDED, Reason.CUSTOMER_CANCELED, Reason.UNKNOWN)
"""Why people void a plan."""
FIELDS = (
    ("layer_height", _("Layer height"), "mm", r"0\.[0-9]{1,3}"),
    ("fill_density", _("Infill"), "%", r"[0-9]{1,3}%"),
    ("perimeters", _("Perimeters"), "", r"[0-9]{1,2}"),
    ("brim_width", _("Brim"), "mm", r"[0-9]{1,2}(\.[0-9])?"),
    ("first_layer_height", _("First layer height"), "mm", r"0\.[0-9]{1,3}"),
    ("first_layer_speed", _("First layer speed"), "mm/s", r"[0-9]{1,3}%?"),
)
"""Slicer settings people may set for one plan: key, name, unit, and what fits."""


class PlanPage(RecordPage):
    """A revision, and the decision about it."""

    permission = "planning.view_plan"
    title = _("Build Plan")
    template_name = "console/plan.html"
    commands = (
        "planning.approve_plan",
        "planning.revise_plan",
        "planning.void_plan",
        "planning.resolve_review",
        "planning.request_review",
        "planning.acknowledge_plan",
        "policy.place_hold",
        "policy.release_hold",
        "policy.override",
    )

    def find(self, sites: QuerySet[Site]) -> tuple[Plan, Site] | None:
        """Return the plan."""
        line = "requirement__line"
        related = (f"{line}__intent__site", f"{line}__part_revision__part", f"{line}__material", f"{line}__color")
        rows = Plan.objects.filter(pk=self.kwargs["plan_id"], requirement__line__intent__site__in=sites)
        found = rows.select_related(*related, "based_on", "profile_version__profile", "source_artifact").first()
        return (found, found.requirement.line.intent.site) if found else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything about the revision."""
        plan: Plan = self.record
        line, intent = plan.requirement.line, plan.requirement.line.intent
        revisions = list(Plan.objects.filter(requirement_id=plan.requirement_id).order_by("-revision"))
        reviews = list(plan.reviews.order_by("resolved_at", "id"))
        waiting = [one for one in reviews if one.resolved_at is None]
        revision_id = plan.requirement.part_revision_id
        is_draft = plan.state == PlanState.DRAFT
        return {
            **super().get_context_data(**kwargs),
            "plan": plan,
            "order": intent,
            "line": line,
            "name": name_of(line),
            "state_badge": plan_badge(plan.state, dispatch_blocked=False),
            "checked": checked([revision_id]).get(revision_id) if revision_id else None,
            "is_draft": is_draft,
            "blocking": blocking(GatedTransition.PLAN_APPROVE, SubjectKind.PLAN, plan.pk, currency=intent.currency) if is_draft else None,
            "diff": diff_of(plan),
            "impact": impact_of(plan),
            "pins": pins_of(plan),
            "settings": settings_of(plan),
            "risk": badge_of("risk", plan.risk_level) if plan.risk_level else None,
            "factors": factors_of(plan.risk_factors),
            "choices": [choice_of(one) for one in plan.auto_choices],
            "reviews": [(one, seen_in(one)) for one in reviews],
            "waiting": waiting,
            "pieces": _pieces(plan),
            **self._revisions(plan, revisions),
            **self._forms(plan, revisions),
            **self._attention(plan),
            "events": key_events("plan", plan.pk, limit=6),
        }

    def _revisions(self, plan: Plan, revisions: list[Plan]) -> dict[str, Any]:
        people = names_of(one.created_by for one in revisions)
        attempts = attempts_of([one.pk for one in revisions])
        rows = [
            {
                "plan": one,
                "who": people[one.created_by],
                "badge": plan_badge(one.state, dispatch_blocked=one.dispatch_blocked),
                "attempts": attempts.get(one.pk, (0, 0)),
                "is_this": one.pk == plan.pk,
            }
            for one in revisions
        ]
        newest = revisions[0] if revisions else plan
        return {"revisions": rows, "newer": newest if newest.revision > plan.revision and newest.state != PlanState.VOID else None}

    def _forms(self, plan: Plan, revisions: list[Plan]) -> dict[str, Any]:
        overrides = plan.slicing.get("overrides", {})
        fields = [(key, words, unit, fits, overrides.get(key, "")) for key, words, unit, fits in FIELDS]
        can_revise = plan.source == "geometry" and plan.state != PlanState.VOID and self.can("planning.revise_plan")
        other = next((one for one in revisions if one.state == PlanState.DRAFT and one.pk != plan.pk), None)
        return {
            "fields": fields,
            "versions": queries.usable_versions(plan) if can_revise else [],
            "can_revise": can_revise and other is None,
            "other_draft": other,
            "supports": str(plan.slicing.get("supports", "auto")),
            "void_reasons": [(code.value, code.label) for code in VOID_REASONS],
            "hold_reasons": HoldReason.choices,
            "typed": "" if works_alone(self.site.pk) else plan.requirement.line.intent.number,
        }

    def _attention(self, plan: Plan) -> dict[str, Any]:
        locked = None
        if plan.dispatch_blocked:
            locked = Breaker.objects.filter(kind=BreakerKind.PLAN_LOOP, subject_id=plan.pk).order_by("-id").first()
        holds = active_holds(on=[HoldTarget(HoldScope.PLAN, plan.pk)], now=clock.now())
        people = names_of(hold.placed_by for hold in holds)
        return {"breaker": locked, "holds": [(hold, people[hold.placed_by]) for hold in holds]}


def attempts_of(plan_ids: list[Any]) -> dict[Any, tuple[int, int]]:
    """Return for each plan how often it was printed and how often that failed. One query."""
    rows = Run.objects.filter(plate__items__plan__in=plan_ids, started_at__isnull=False).order_by().values_list("plate__items__plan")
    counted = rows.annotate(all=Count("id", distinct=True), failed=Count("id", distinct=True, filter=Q(state=RunState.FAILED)))
    return {plan_id: (every, failed) for plan_id, every, failed in counted}


def diff_of(plan: Plan) -> list[dict[str, Any]]:
    """Return what changed since the revision it is based on, each with what it affects; nothing for a first revision."""
    names = _profile_names(plan.diff or [])
    rows: dict[str, dict[str, Any]] = {}
    for change in plan.diff or []:
        path = str(change.get("path", ""))
        if path in HIDDEN or path in NUMBERS or path.startswith(("pins.overrides.", "slicing.overrides.support")):
            continue
        name = setting_of(path)
        before, after = change.get("before"), change.get("after")
        rows.setdefault(
            name,
            {
                "name": name,
                "before": names.get(str(before)) or value_of(before),
                "after": names.get(str(after)) or value_of(after),
                "effects": _effects(path),
            },
        )
    return list(rows.values())


def _profile_names(diff: list[Mapping[str, Any]]) -> dict[str, str]:
    ids = {str(one[side]) for one in diff if one.get("path") == "profile_version_id" for side in ("before", "after") if one.get(side)}
    ids -= {"—", "None"}
    versions = ProfileVersion.objects.filter(pk__in=ids).select_related("profile") if ids else ()
    return {str(one.pk): f"{one.profile.name} {one}" for one in versions}


def _effects(path: str) -> list[Any]:
    """Return what a change of this setting affects; its numbers stand in the table below."""
    if "support" in path:
        return [_("Marks where supports stood, time and filament")]
    if "layer_height" in path:
        return [_("Time and surface")]
    if "fill_density" in path or "infill" in path or "perimeters" in path:
        return [_("Strength, time and filament")]
    if "brim" in path or "first_layer" in path:
        return [_("How well the first layer holds")]
    if "profile" in path:
        return [_("Every setting of the profile")]
    if path.startswith("printer_requirements"):
        return [_("Which printers fit")]
    return []


def impact_of(plan: Plan) -> list[dict[str, Any]]:
    """Return the numbers a revision changes: before, after, the difference for one piece and for all that are left."""
    if not plan.impact:
        return []
    return [
        {"code": code, "name": words, **plan.impact[code]} for code, words in NUMBERS.items() if isinstance(plan.impact.get(code), Mapping)
    ]


def pins_of(plan: Plan) -> list[tuple[str, Any, str]]:
    """Return what approving pins: icon, name, value."""
    version = plan.profile_version
    rows = [("git-branch", _("Profile"), f"{version.profile.name} {version}")] if version else []
    if plan.slicer_digest:
        rows.append(("box", _("Slicer"), plan.slicer_digest.partition(" sha256:")[0]))
    if model := plan.pins.get("model"):
        rows.append(("file-check", _("Model") if plan.source == "geometry" else _("Supplied file"), f"sha256 {brief(model)}"))
    if plan.pins_sha256:
        rows.append(("fingerprint", _("All of it"), f"sha256 {brief(plan.pins_sha256)}"))
    return rows


def settings_of(plan: Plan) -> list[tuple[str, str]]:
    """Return what the plan says, in words."""
    slicing, needs = plan.slicing, plan.printer_requirements
    shown = [
        (setting_of("source"), value_of(plan.source)),
        (setting_of("slicing.layer_height"), f"{slicing['layer_height']} mm" if slicing.get("layer_height") else ""),
        (setting_of("slicing.infill"), slicing.get("infill") or ""),
        (setting_of("slicing.supports"), value_of(slicing["supports"]) if slicing.get("supports") else ""),
        (setting_of("slicing.orientation"), value_of(slicing["orientation"]) if slicing.get("orientation") else ""),
        (setting_of("printer_requirements.printer_class"), needs.get("printer_class") or ""),
        (
            setting_of("printer_requirements.nozzle_diameter"),
            f"{needs['nozzle_diameter'] / 1000:g} mm" if needs.get("nozzle_diameter") else "",
        ),
        (
            setting_of("printer_requirements.enclosure_required"),
            value_of(needs.get("enclosure_required")) if needs.get("enclosure_required") else "",
        ),
    ]
    own = [(setting_of(f"slicing.overrides.{key}"), value) for key, value in slicing.get("overrides", {}).items() if key not in SHOWN_APART]
    return [(name, str(value)) for name, value in [*shown, *own] if value]


def seen_in(review: PlanReview) -> list[str]:
    """Return what was seen, in words; what a customer wrote stays with the order."""
    said: list[str] = []
    for seen in review.evidence.get("seen", []):
        if isinstance(seen, Mapping):
            said += [f"{key.replace('_', ' ')}: {value_of(value)}" for key, value in seen.items() if value not in (None, "", [], {})]
    return said[:6]


def _pieces(plan: Plan) -> dict[str, int]:
    rows = Piece.objects.filter(requirement_id=plan.requirement_id).exclude(state=PieceState.CANCELED)
    return rows.aggregate(all=Count("id"), left=Count("id", filter=Q(state__in=TO_MAKE)))
