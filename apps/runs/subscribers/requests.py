"""What plug-ins may ask about print attempts and printers; each is done by the command that people use, too."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.catalog.states import Reason
from apps.journal.actions import Wanted, action
from apps.journal.context import Context
from apps.journal.refusals import Invalid
from apps.runs import commands
from apps.runs.models import Run
from apps.runs.states import AnomalyKind, AnomalySeverity


def _site(run: Run) -> UUID:
    return run.plate.site_id


@action("PAUSE_RUN", label=_("Pause a print"), kind="run", model=Run, right="runs.pause_run", site_of=_site, takes=("reason",))
def pause(ctx: Context, wanted: Wanted) -> Any:
    """Pause it, for the reason named in ``params`` (``OPERATOR_PAUSE`` when none is)."""
    run: Run = wanted.target
    return commands.pause_run(
        ctx, run_id=run.pk, expected_version=run.version, reason=_reason(wanted, Reason.OPERATOR_PAUSE), note=wanted.reason
    )


@action("RESUME_RUN", label=_("Let a paused print go on"), kind="run", model=Run, right="runs.resume_run", site_of=_site)
def resume(ctx: Context, wanted: Wanted) -> Any:
    """Let it go on."""
    return commands.resume_run(ctx, run_id=wanted.target.pk, expected_version=wanted.target.version)


@action("ABORT_RUN", label=_("Stop a print for good"), kind="run", model=Run, right="runs.abort_run", site_of=_site, takes=("reason",))
def abort(ctx: Context, wanted: Wanted) -> Any:
    """Stop it, for the reason named in ``params`` (``OPERATOR_ABORT`` when none is)."""
    run: Run = wanted.target
    return commands.abort_run(
        ctx, run_id=run.pk, expected_version=run.version, reason=_reason(wanted, Reason.OPERATOR_ABORT), note=wanted.reason
    )


@action("CREATE_REPRINT", label=_("Print failed parts again"), kind="run", model=Run, right="runs.reprint_items", site_of=_site)
def reprint(ctx: Context, wanted: Wanted) -> Any:
    """Let what failed go onto a new plate, as far as the policy allows."""
    return commands.reprint_items(ctx, run_id=wanted.target.pk)


@action(
    "RAISE_ANOMALY",
    label=_("Say that a print looks wrong"),
    kind="run",
    model=Run,
    right="runs.raise_anomaly",
    site_of=_site,
    takes=("kind", "severity", "evidence"),
)
def raise_anomaly(ctx: Context, wanted: Wanted) -> Any:
    """Raise an anomaly of the ``kind`` in ``params``, with its ``evidence`` and, if it knows better than usual, ``severity``."""
    return commands.raise_anomaly(
        ctx,
        run_id=wanted.target.pk,
        kind=AnomalyKind(_one_of(wanted, "kind", AnomalyKind.values)),
        severity=AnomalySeverity(_one_of(wanted, "severity", AnomalySeverity.values)) if "severity" in wanted.params else None,
        evidence=_mapping(wanted, "evidence"),
        note=wanted.reason,
    )


def _one_of(wanted: Wanted, name: str, codes: list[str]) -> str:
    said = wanted.params.get(name)
    if not isinstance(said, str) or said not in codes:
        raise Invalid({f"params.{name}": f"must be one of {', '.join(codes)}"})
    return said


def _mapping(wanted: Wanted, name: str) -> dict[str, Any]:
    said = wanted.params.get(name, {})
    if not isinstance(said, dict):
        raise Invalid({f"params.{name}": "must be an object"})
    return said


def _reason(wanted: Wanted, otherwise: Reason) -> Reason:
    said = wanted.params.get("reason", otherwise.value)
    if said not in Reason.values:
        raise Invalid({"params.reason": "is no known reason"})
    return Reason(said)
