"""What follows from anomalies: a pause where the policy says so, a picture, parts of a stopped print made again."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.catalog.states import Reason
from apps.journal.owed import Later, Owed
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe
from apps.policy import queries as policy
from apps.policy.events import ApprovalGranted
from apps.policy.states import GatedTransition
from apps.runs import commands, events, facts, queries
from apps.runs.models import OPEN, Anomaly, Run
from apps.runs.states import AnomalyKind, AnomalyState, ItemResult, RunState, SnapshotMoment

LOOK_AGAIN_S = 15.0
WATCH_S = 60.0
PAUSER = "service:runs.pause_by_policy"
FIRST_LAYER_S, A_QUARTER = 600.0, 25
"""So long after filament began to move a first layer is looked at where nobody counts layers; not when this much (percent) was done before."""

FIRST_LAYER = "first_layer"
"""Mark of a coarse progress."""


@subscribe(events.AnomalyDetected, ApprovalGranted, label=_("Pause a print that looks wrong"), lane=Lane.DEFAULT)
def pause_by_policy(owed: Owed) -> None:
    """Ask the policy whether the print is paused, where it lets automation pause at all. What it decided is kept with its reasons.

    Where it has a person asked first, it is asked again after their yes, and finds it.
    """
    anomaly = _to_pause_for(owed.event)
    if anomaly is None or anomaly.run.state != RunState.PRINTING or anomaly.run.wish:
        return
    run = anomaly.run
    if policy.is_automatic(run.plate.site_id, "auto_pause"):
        commands.pause_run(owed.context(), run_id=run.pk, expected_version=run.version, reason=Reason(anomaly.reason))


def _to_pause_for(event: events.AnomalyDetected | ApprovalGranted) -> Anomaly | None:
    """Return what is better not let go on: what was detected, or after a yes the most urgent; None when nobody need stop for it any more."""
    if isinstance(event, events.AnomalyDetected):
        found = facts.better_stopped(event.run_id).filter(OPEN, pk=event.anomaly_id)
    elif event.transition == GatedTransition.RUN_PAUSE:
        found = facts.better_stopped(event.subject_id).filter(OPEN)
    else:
        return None
    return found.select_related("run__plate").first()


@subscribe(events.AnomalyDetected, label=_("Stop a print that waited too long for somebody"), lane=Lane.DEFAULT)
def stop_after_the_hold(owed: Owed) -> None:
    """Where the policy names a hold time: a print that automation paused and nobody saw to for so long is stopped. Its bed stays not clear.

    Raises:
        Later: it is not time yet.
    """
    anomaly = Anomaly.objects.select_related("run__plate").get(pk=owed.event.anomaly_id)
    run, now = anomaly.run, owed.context().now
    hold = policy.limit_of(run.plate.site_id, "pause_hold_minutes")
    if hold is None or anomaly.state != AnomalyState.OPEN or run.ended_at is not None:
        return
    is_ours = run.state == RunState.PAUSED and run.caused_by == PAUSER and not run.wish
    since = max(anomaly.created_at, run.attention_since or now)  # of this pause: an earlier one may have been seen to by letting it go on
    if not is_ours or (now - since).total_seconds() < hold * 60:
        raise Later(WATCH_S)
    note = gettext("Nobody saw to it for %(n)d minutes.") % {"n": hold}
    commands.abort_run(owed.context(), run_id=run.pk, reason=Reason(anomaly.reason), note=note)


@subscribe(events.AnomalyDetected, label=_("Take a picture of what looks wrong"), lane=Lane.RECONCILE, max_attempts=2)
def picture_of_anomaly(owed: Owed) -> None:
    """Ask the printer's camera, if it has one."""
    from apps.runs.connector.picturing import take_snapshot

    if owed.event.kind != AnomalyKind.CAMERA_LOST:
        take_snapshot(owed, SnapshotMoment.ANOMALY, anomaly_id=owed.event.anomaly_id)


@subscribe(events.RunProgressed, label=_("Take a picture of a first layer"), lane=Lane.RECONCILE, max_attempts=2)
def picture_of_first_layer(owed: Owed) -> None:
    """Ask the printer's camera, if it has one, when the first layer is done."""
    from apps.runs.connector.picturing import take_snapshot

    if owed.event.mark == FIRST_LAYER:
        take_snapshot(owed, SnapshotMoment.FIRST_LAYER)


@subscribe(events.RunHeated, label=_("Take a picture of a first layer that nobody counts"), lane=Lane.RECONCILE, max_attempts=2)
def picture_by_time(owed: Owed) -> None:
    """Where the machine counts no layers, ask its camera some minutes after filament began to move.

    Raises:
        Later: it is not time yet.
    """
    from apps.runs.connector.picturing import picture_of_uncounted_layer

    run = Run.objects.filter(pk=owed.event.run_id, ended_at=None, layer=None).first()
    if run is None or run.heated_at is None or run.progress >= A_QUARTER:
        return
    left = FIRST_LAYER_S - (owed.context().now - run.heated_at).total_seconds()
    if left > 0:
        raise Later(left)
    picture_of_uncounted_layer(owed)


@subscribe(events.RunProgressed, label=_("See whether a camera still sees"), lane=Lane.RECONCILE, max_attempts=2)
def look_through_camera(owed: Owed) -> None:
    """Look through the printer's camera, if it has one, at every quarter of a print: one that went dark shows nobody what goes wrong."""
    from apps.runs.connector.picturing import check_camera

    if owed.event.mark != FIRST_LAYER:
        check_camera(owed)


@subscribe(events.RunRequeueWished, label=_("Have the parts of a stopped print made again"), lane=Lane.DEFAULT)
def requeue_parts(owed: Owed) -> None:
    """When the print was seen to stop, say of each part that it failed, or was left out before: both are printed again.

    Did it end otherwise, a person judges it.

    Raises:
        Later: the machine has not stopped yet.
    """
    run, reason = Run.objects.get(pk=owed.event.run_id), owed.event.reason
    if run.ended_at is None:
        raise Later(LOOK_AGAIN_S)
    if run.state != RunState.ABORTED or run.judged_at is not None:
        return
    said, left_out = queries.latest_outcomes(run.pk), queries.left_out_of(run.pk)
    verdicts = tuple(
        commands.ItemVerdict(item.pk, ItemResult.SKIPPED)
        if item.pk in left_out
        else commands.ItemVerdict(item.pk, ItemResult.FAILED, reason)
        for item in queries.items_on(run.plate_id)
        if item.pk not in said
    )
    if verdicts:
        commands.record_outcomes(owed.context(), run_id=run.pk, outcomes=verdicts)
