"""What becomes of an attempt's anomalies when it ends, and of the question whether to pause for them."""

from __future__ import annotations

from django.utils.translation import gettext

from apps.journal.context import Context
from apps.journal.event import Subject
from apps.policy import changes as policy
from apps.policy.states import GatedTransition, SubjectKind
from apps.runs import events
from apps.runs.facts import better_stopped
from apps.runs.models import OPEN, Anomaly
from apps.runs.states import AnomalyResolution

from .attempt import Attempt

RESOLVED = ("state", "resolved_at", "resolved_by", "resolution", "answers", "answer_note")
"""Columns that resolving writes."""


def close_anomalies(ctx: Context, attempt: Attempt) -> None:
    """Close what is open about an attempt that ended: what to do now is what its end asks for. What was seen stays with it."""
    for anomaly in Anomaly.objects.filter(OPEN, run_id=attempt.run.pk).order_by("id"):
        anomaly.resolve(by=ctx.actor.who, now=ctx.now, how=AnomalyResolution.RUN_ENDED)
        anomaly.save_changes(*RESOLVED)
        closed = events.AnomalyClosed(run_id=attempt.run.pk, anomaly_id=anomaly.pk, kind=anomaly.kind)
        attempt.record(ctx, closed, Subject("anomaly", anomaly.pk))
    ask_no_more(ctx, attempt)


def ask_no_more(ctx: Context, attempt: Attempt) -> None:
    """Take back the question whether the print is paused, once nothing is left for which it would be."""
    run_id = attempt.run.pk
    if better_stopped(run_id).filter(OPEN).exists():
        return
    moot = gettext("What looked wrong was seen to.") if attempt.run.ended_at is None else gettext("The print is over.")
    policy.withdraw_question(ctx, transition=GatedTransition.RUN_PAUSE, subject_kind=SubjectKind.RUN, subject_id=run_id, reason=moot)
