"""Saying that something about a print should be looked at, seeing to it, and saying what was done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.queries import works_at
from apps.journal import canonical
from apps.journal.commands import command
from apps.journal.context import Actor, Context
from apps.journal.event import Subject
from apps.journal.refusals import IllegalTransition, Invalid, NotFound, StaleVersion
from apps.runs import changes, events
from apps.runs.domain.anomaly import OTHER, PLAYBOOKS, SEVERITIES
from apps.runs.models import OPEN, Anomaly, Run
from apps.runs.states import AnomalyKind, AnomalyResolution, AnomalySeverity, AnomalyState, RunState

AGAIN_AFTER = timedelta(minutes=15)
"""What somebody has just seen to, a detector does not tell again so soon."""

MOST_EVIDENCE = 4000
"""Characters of evidence, as JSON."""


@command("runs.raise_anomaly")
def raise_anomaly(
    ctx: Context,
    *,
    run_id: UUID,
    kind: AnomalyKind,
    severity: AnomalySeverity | None = None,
    evidence: dict[str, Any] | None = None,
    since: datetime | None = None,
    note: str = "",
) -> UUID | None:
    """Say that something about a print that goes on should be looked at; return the anomaly.

    One of the kind that is open is returned as it is. Automation is not heard (None) about what is over, or what somebody saw to a moment ago.

    Args:
        ctx: Who says so: a detector, a plug-in, a person.
        run_id: The attempt.
        kind: What is wrong.
        severity: How soon a person is needed; as usual for the kind, unless said.
        evidence: What was seen or measured, and the threshold it passed.
        since: Since when it is so; now, unless said.
        note: In words.

    Raises:
        NotFound, Invalid: as usual; too much evidence.
        IllegalTransition: it is not printing (to a person).
    """
    kept, attempt = _bounded(evidence or {}), changes.lock_run(ctx, run_id)
    run = attempt.run
    if not _can_be_raised(ctx, run):
        return None
    same = Anomaly.objects.filter(run=run, kind=kind)
    if (open_one := same.filter(OPEN).first()) is not None:
        return open_one.pk
    if ctx.is_automatic and same.filter(resolved_at__gt=ctx.now - AGAIN_AFTER).exists():
        return None
    anomaly = Anomaly(
        created_at=ctx.now,
        run=run,
        printer=run.printer,
        kind=kind,
        severity=severity or SEVERITIES[kind],
        reason=PLAYBOOKS[kind].reason,
        evidence=kept,
        since=min(since or ctx.now, ctx.now),
        raised_by=ctx.actor.who,
        note=note,
    ).add()
    _record(ctx, attempt, anomaly, _detected(anomaly))
    return anomaly.pk


def _can_be_raised(ctx: Context, run: Run) -> bool:
    """Is the attempt on a printer? A person who says otherwise is told."""
    if run.state in (RunState.PRINTING, RunState.PAUSED):
        return True
    if ctx.is_automatic:
        return False
    raise IllegalTransition("print attempt", str(run.pk), move="raise an anomaly about", state=run.state, allowed=[])


def _bounded(evidence: dict[str, Any]) -> dict[str, Any]:
    if len(canonical.text(evidence)) > MOST_EVIDENCE:
        raise Invalid({"evidence": str(_("is too long"))})
    return evidence


def _detected(anomaly: Anomaly) -> events.AnomalyDetected:
    return events.AnomalyDetected(
        run_id=anomaly.run_id,
        anomaly_id=anomaly.pk,
        printer_id=anomaly.printer_id,
        kind=anomaly.kind,
        severity=anomaly.severity,
        reason=anomaly.reason,
    )


@command("runs.assign_anomaly")
def assign_anomaly(ctx: Context, *, anomaly_id: UUID, expected_version: int, to: UUID) -> None:
    """Make an anomaly one person's to see to.

    Args:
        ctx: Who says so.
        anomaly_id: Which one.
        expected_version: As they saw it.
        to: Who sees to it: somebody who works at the site.

    Raises:
        NotFound, StaleVersion: as usual.
        Invalid: somebody who does not work there.
        IllegalTransition: it is done.
    """
    attempt, anomaly = _open(ctx, anomaly_id, expected_version, "assign")
    if not works_at(to, attempt.site_id):
        raise Invalid({"to": str(_("Choose somebody who works at this site."))})
    anomaly.assign(to=Actor.person(to).who, now=ctx.now)
    anomaly.save_changes("assigned_to", "assigned_at")
    _record(ctx, attempt, anomaly, events.AnomalyAssigned(run_id=anomaly.run_id, anomaly_id=anomaly.pk, kind=anomaly.kind, to=to))


@command("runs.acknowledge_anomaly")
def acknowledge_anomaly(ctx: Context, *, anomaly_id: UUID, expected_version: int) -> None:
    """Say that somebody saw an anomaly and sees to it. It stays open until they say what was done.

    Raises:
        NotFound, StaleVersion: as usual.
        IllegalTransition: somebody has, or it is done.
    """
    attempt, anomaly = _open(ctx, anomaly_id, expected_version, "acknowledge")
    if anomaly.state != AnomalyState.OPEN:
        raise IllegalTransition("anomaly", str(anomaly.pk), move="acknowledge", state=anomaly.state, allowed=["complete"])
    anomaly.acknowledge(by=ctx.actor.who, now=ctx.now)
    anomaly.save_changes("state", "acknowledged_at", "acknowledged_by")
    _record(ctx, attempt, anomaly, events.AnomalyAcknowledged(run_id=anomaly.run_id, anomaly_id=anomaly.pk, kind=anomaly.kind))


@command("runs.complete_playbook")
def complete_playbook(ctx: Context, *, anomaly_id: UUID, expected_version: int, answers: tuple[str, ...], note: str = "") -> None:
    """Say what was done about an anomaly; nothing is left to do about it then. The print itself goes on or stays paused as it is.

    Args:
        ctx: Who did it, when.
        anomaly_id: Which one.
        expected_version: As they saw it.
        answers: What was done: codes of its checklist, at least one.
        note: In words, a must for something else.

    Raises:
        NotFound, StaleVersion: as usual.
        Invalid: nothing marked, what is not on its checklist, or something else without a note.
        IllegalTransition: it is done.
    """
    attempt, anomaly = _open(ctx, anomaly_id, expected_version, "complete")
    _require_answers(anomaly, answers, note)
    done = tuple(dict.fromkeys(answers))
    anomaly.resolve(by=ctx.actor.who, now=ctx.now, how=AnomalyResolution.PLAYBOOK, answers=done, note=note.strip())
    anomaly.save_changes(*changes.RESOLVED)
    happened = events.PlaybookCompleted(run_id=anomaly.run_id, anomaly_id=anomaly.pk, kind=anomaly.kind, answers=list(done))
    _record(ctx, attempt, anomaly, happened)
    changes.ask_no_more(ctx, attempt)


def _require_answers(anomaly: Anomaly, answers: tuple[str, ...], note: str) -> None:
    if not answers:
        raise Invalid({"answers": str(_("Mark what was done."))})
    if unknown := set(answers) - set(PLAYBOOKS[anomaly.kind].checklist):
        raise Invalid({"answers": str(_("Not on its checklist: {answers}").format(answers=", ".join(sorted(unknown))))})
    if OTHER in answers and not note.strip():
        raise Invalid({"note": str(_("Write what was done."))})


def _open(ctx: Context, anomaly_id: UUID, expected_version: int, move: str) -> tuple[changes.Attempt, Anomaly]:
    """Return an anomaly that is not done, its attempt locked."""
    run_id = Anomaly.objects.filter(pk=anomaly_id).values_list("run_id", flat=True).first()
    if run_id is None:
        raise NotFound(str(Anomaly._meta.verbose_name), id=str(anomaly_id))
    attempt = changes.lock_run(ctx, run_id)
    anomaly = Anomaly.objects.get(pk=anomaly_id)
    if anomaly.version != expected_version:
        raise StaleVersion("anomaly", str(anomaly_id), expected=expected_version, current=anomaly.version)
    if anomaly.state == AnomalyState.RESOLVED:
        raise IllegalTransition("anomaly", str(anomaly_id), move=move, state=anomaly.state, allowed=[])
    return attempt, anomaly


def _record(ctx: Context, attempt: changes.Attempt, anomaly: Anomaly, happened: Any) -> None:
    attempt.record(ctx, happened, Subject("anomaly", anomaly.pk))
