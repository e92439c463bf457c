"""Print attempts."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from apps.catalog.models import ReasonCode
from apps.catalog.states import Reason
from apps.fleet.models import Printer
from apps.journal.constraints import at_least, between, known, signed
from apps.journal.immutable import Frozen
from apps.journal.versioned import Versioned
from apps.planning.models import BuildPlate, Output
from apps.policy.models import Approval, Decision
from apps.policy.states import RiskLevel
from apps.runs.states import LIVE, ON_PRINTER, TERMINAL, UNHAPPY, WAITING, DispatchStep, RunState, Wish

UNSETTLED = Q(judged_at__isnull=True) | Q(needs_attention=True)
"""Attempts a person may still have to do with: open, over and not judged, or in doubt. All others are the archive.

Ask for them with exactly this: SQLite uses a partial index only for its own condition, word for word.
"""

Evidence = dict[str, Any]
Feeds = dict[str, int]
"""Material slot → position of the printer's feed."""


class Run(Versioned):
    """Print Attempt: what happened when a plate was printed on one printer at one time. It pins the exact output and what the printer was like.

    Methods say which moves are legal and set the fields a move implies. They do not save, log or talk to anything: commands do. Once it is over
    nothing about what happened changes; what people did afterwards (bed, judgement) is still added.

    Ask for open attempts with ``ended_at IS NULL``, never by a list of states: SQLite uses a partial index only when it can prove its condition,
    and it cannot from a list of parameters.
    """

    plate = models.ForeignKey(BuildPlate, on_delete=models.PROTECT, related_name="runs", db_index=False)
    attempt = models.IntegerField(default=1)
    requested_by = models.CharField(max_length=120)
    output = models.ForeignKey(Output, on_delete=models.PROTECT, null=True, blank=True, related_name="runs")
    printer = models.ForeignKey(Printer, on_delete=models.PROTECT, null=True, blank=True, related_name="runs", db_index=False)
    printer_snapshot = models.JSONField(
        null=True, blank=True, help_text=_("{name, class, capability, calibration, firmware, config hash, spool, lot, nozzle, sheet}")
    )
    slot_feeds = models.JSONField(default=dict, blank=True, help_text=_("Material slot → feed; empty: the only one"))
    choice = models.JSONField(
        default=dict, blank=True, help_text=_("Why this printer: {by, reasons[], alternatives[], confidence}; empty: a person named it")
    )
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="runs")
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, null=True, blank=True, related_name="runs")
    risk_level = models.CharField(max_length=8, choices=RiskLevel.choices, blank=True)
    risk_factors = models.JSONField(default=list, blank=True, help_text=_("[{factor, value, threshold, source}]"))
    state = FSMField(max_length=20, choices=RunState.choices, default=RunState.QUEUED, protected=True)
    reason = models.CharField(max_length=40, choices=Reason.choices, blank=True)
    local_reason = models.ForeignKey(ReasonCode, on_delete=models.PROTECT, null=True, blank=True, related_name="runs")
    reason_note = models.TextField(blank=True)
    caused_by = models.CharField(max_length=120, blank=True, help_text=_("Who or what paused or ended it"))
    evidence = models.JSONField(default=dict, blank=True, help_text=_("What was seen when it paused or ended"))
    remote_path = models.CharField(max_length=300, blank=True)
    job_ref = models.CharField(max_length=120, blank=True, help_text=_("The machine's own id of this print"))
    dispatch_step = models.CharField(
        max_length=12, choices=DispatchStep.choices, blank=True, help_text=_("Empty: nothing is being started")
    )
    start_sent_at = models.DateTimeField(null=True, blank=True, help_text=_("When the (last) start was about to be sent"))
    machine_evidence = models.JSONField(
        default=dict, blank=True, help_text=_("What the machine was like when it was started: its process, the file's own id")
    )
    wish = models.CharField(
        max_length=8, choices=Wish.choices, blank=True, help_text=_("What somebody asked for, until the machine does it")
    )
    wish_reason = models.CharField(max_length=40, choices=Reason.choices, blank=True)
    wish_note = models.TextField(blank=True)
    wish_by = models.CharField(max_length=120, blank=True)
    wish_at = models.DateTimeField(null=True, blank=True)
    progress = models.FloatField(default=0, help_text=_("Percent"))
    layer = models.IntegerField(null=True, blank=True)
    layers_total = models.IntegerField(null=True, blank=True)
    left_out = models.IntegerField(default=0, help_text=_("How many of its parts the machine was seen to leave out"))
    desynced = models.BooleanField(default=False)
    desynced_since = models.DateTimeField(null=True, blank=True)
    desync_evidence = models.JSONField(null=True, blank=True, help_text=_("Both sides: what we thought, what the machine says"))
    needs_attention = models.BooleanField(default=False)
    attention_since = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text=_("The earliest promise on its plate"))
    dispatched_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    started_by = models.CharField(max_length=120, blank=True)
    heated_at = models.DateTimeField(null=True, blank=True, help_text=_("When it was first seen past heating up: filament moves"))
    intervened_at = models.DateTimeField(null=True, blank=True, help_text=_("When a person last had to help it along"))
    intervened_by = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    bed_cleared_at = models.DateTimeField(null=True, blank=True)
    bed_cleared_by = models.CharField(max_length=120, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.CharField(max_length=120, blank=True)

    immutable = Frozen(
        fields=(
            "plate",
            "attempt",
            "requested_by",
            "output",
            "printer",
            "printer_snapshot",
            "slot_feeds",
            "choice",
            "decision",
            "approval",
            "risk_level",
            "risk_factors",
            "state",
            "reason",
            "local_reason",
            "reason_note",
            "caused_by",
            "evidence",
            "remote_path",
            "job_ref",
            "dispatch_step",
            "start_sent_at",
            "machine_evidence",
            "wish",
            "wish_reason",
            "wish_note",
            "wish_by",
            "wish_at",
            "progress",
            "layer",
            "layers_total",
            "left_out",
            "dispatched_at",
            "started_at",
            "started_by",
            "heated_at",
            "intervened_at",
            "intervened_by",
            "ended_at",
            "created_at",
        ),
        when="OLD.state IN ({})".format(", ".join(f"'{state}'" for state in TERMINAL)),
    )

    class Meta(Versioned.Meta):
        verbose_name = _("print attempt")
        constraints = [
            models.UniqueConstraint(fields=["plate", "attempt"], name="one_run_per_attempt"),
            models.UniqueConstraint(fields=["printer"], condition=Q(state__in=ON_PRINTER), name="one_active_run_per_printer"),
            models.UniqueConstraint(fields=["plate"], condition=Q(state__in=LIVE), name="one_live_run_per_plate"),
            known("run", "state", RunState.values),
            known("run", "reason", Reason.values, blank=True),
            known("run", "risk_level", RiskLevel.values, blank=True),
            known("run", "dispatch_step", DispatchStep.values, blank=True),
            known("run", "wish", Wish.values, blank=True),
            known("run", "wish_reason", Reason.values, blank=True),
            at_least("run", "attempt", 1),
            between("run", "progress", 0, 100),
            at_least("run", "left_out", 0),
            models.CheckConstraint(
                condition=Q(layer__gte=0, layers_total__gte=1, layer__lte=F("layers_total")), name="run_layers_are_within_the_print"
            ),
            models.CheckConstraint(condition=~Q(requested_by=""), name="runs_say_who_asked_for_them"),
            models.CheckConstraint(
                condition=~Q(state__in=ON_PRINTER) | Q(printer__isnull=False, output__isnull=False, printer_snapshot__isnull=False),
                name="runs_on_a_printer_pin_it_and_the_output",
            ),
            models.CheckConstraint(condition=~Q(state__in=WAITING) | Q(printer__isnull=True), name="waiting_runs_have_no_printer"),
            models.CheckConstraint(
                condition=~Q(state=RunState.PENDING_APPROVAL) | Q(approval__isnull=False), name="pending_runs_name_their_approval"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[RunState.PRINTING, RunState.PAUSED, RunState.COMPLETED])
                | (Q(started_at__isnull=False, printer__isnull=False, output__isnull=False)),
                name="printed_runs_say_when_and_where",
            ),
            models.CheckConstraint(
                condition=(Q(state=RunState.UPLOADING) & ~Q(dispatch_step="")) | (~Q(state=RunState.UPLOADING) & Q(dispatch_step="")),
                name="uploading_runs_alone_have_a_step",
            ),
            models.CheckConstraint(
                condition=~Q(dispatch_step=DispatchStep.START_SENT) | Q(start_sent_at__isnull=False), name="sent_starts_say_when"
            ),
            models.CheckConstraint(condition=Q(wish="") | Q(state__in=ON_PRINTER), name="wishes_are_for_runs_on_a_printer"),
            signed("wishes_say_who_and_when", "wish_at", "wish_by", "wish"),
            signed("started_runs_say_who_started_them", "started_at", "started_by"),
            signed("interventions_say_when_and_by_whom", "intervened_at", "intervened_by"),
            models.CheckConstraint(condition=~Q(state__in=UNHAPPY) | ~Q(reason=""), name="unhappy_runs_carry_a_reason"),
            models.CheckConstraint(condition=~Q(state__in=UNHAPPY) | ~Q(caused_by=""), name="unhappy_runs_say_what_caused_them"),
            models.CheckConstraint(condition=Q(local_reason__isnull=True) | ~Q(reason=""), name="own_run_reasons_map_to_a_canonical_one"),
            models.CheckConstraint(condition=~Q(reason=Reason.UNKNOWN) | ~Q(reason_note=""), name="unknown_run_reasons_carry_a_note"),
            models.CheckConstraint(
                condition=Q(state__in=TERMINAL, ended_at__isnull=False) | (~Q(state__in=TERMINAL) & Q(ended_at__isnull=True)),
                name="ended_runs_say_when",
            ),
            models.CheckConstraint(
                condition=Q(desynced=True, desynced_since__isnull=False, desync_evidence__isnull=False)
                | Q(desynced=False, desynced_since__isnull=True, desync_evidence__isnull=True),
                name="desynced_runs_show_their_evidence",
            ),
            models.CheckConstraint(
                condition=Q(needs_attention=True, attention_since__isnull=False) | Q(needs_attention=False, attention_since__isnull=True),
                name="attention_has_a_beginning",
            ),
            signed("cleared_beds_say_when_and_by_whom", "bed_cleared_at", "bed_cleared_by"),
            signed("judged_runs_say_when_and_by_whom", "judged_at", "judged_by"),
            models.CheckConstraint(
                condition=Q(state__in=TERMINAL) | Q(bed_cleared_at__isnull=True, judged_at__isnull=True),
                name="only_ended_runs_are_cleared_and_judged",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], condition=Q(ended_at__isnull=True), name="run_open_by_due"),
            models.Index(fields=["due_at"], condition=Q(needs_attention=True), name="run_needs_attention"),
            models.Index(fields=["id"], condition=UNSETTLED, name="run_unsettled"),
            models.Index(fields=["printer", "id"], name="run_by_printer"),
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False, judged_at__isnull=True), name="run_to_judge"),
        ]

    def __str__(self) -> str:
        return f"{self.plate_id} attempt {self.attempt}"

    def path_of(self, output: Output) -> str:
        """Return where the file of this attempt is on a printer: a path of its own, so that what is seen there can only be this attempt."""
        return f"farmos/{self.pk}/{output.artifact.sha256[:12]}.gcode"

    @transition(field=state, source=RunState.QUEUED, target=RunState.PENDING_APPROVAL)
    def park(self, *, approval: Approval) -> None:
        """A policy asks a person first."""
        self.approval = approval

    @transition(field=state, source=RunState.PENDING_APPROVAL, target=RunState.QUEUED)
    def unpark(self) -> None:
        """The question was answered: it may be tried again, and is gated again."""

    @transition(field=state, source=RunState.QUEUED, target=RunState.UPLOADING)
    def dispatch(
        self,
        *,
        to: Printer,
        output: Output,
        snapshot: Evidence,
        now: datetime,
        feeds: Feeds | None = None,
        decision: Decision | None = None,
    ) -> None:
        """Give it to a printer. The upload is owed; nothing has been sent yet."""
        self.decision = decision
        self._take(to, output, snapshot, feeds)
        self.dispatched_at = now
        self.dispatch_step = DispatchStep.REQUESTED

    @transition(field=state, source=RunState.UPLOADING, target=RunState.QUEUED)
    def requeue(self) -> None:
        """Nothing was started and the printer does something else: back into the queue, the printer is given back."""
        self.printer = None
        self.printer_snapshot = None
        self.slot_feeds = {}
        self.choice = {}
        self.output = None
        self.dispatched_at = None
        self.remote_path = ""
        self.start_sent_at = None
        self.machine_evidence = {}
        self._leave_the_printer()

    @transition(field=state, source=RunState.UPLOADING, target=RunState.PRINTING)
    def start(self, *, by: str, now: datetime) -> None:
        """The machine prints our file."""
        self._begin(by, now)

    @transition(field=state, source=RunState.QUEUED, target=RunState.PRINTING)
    def adopt(self, *, to: Printer, output: Output, snapshot: Evidence, by: str, now: datetime, feeds: Feeds | None = None) -> None:
        """The machine turned out to print our file already."""
        self._take(to, output, snapshot, feeds)
        self._begin(by, now)

    @transition(field=state, source=RunState.PRINTING, target=RunState.PAUSED)
    def pause(self, *, reason: Reason, by: str, note: str = "", evidence: Evidence | None = None) -> None:
        """It stands still, for this reason, because of ``by``."""
        self._explain(reason, by, note, evidence)

    @transition(field=state, source=RunState.PAUSED, target=RunState.PRINTING)
    def resume(self) -> None:
        """It goes on; why it had paused stays in the timeline."""
        self._forget_the_pause()

    @transition(field=state, source=[RunState.PRINTING, RunState.PAUSED], target=RunState.COMPLETED)
    def complete(self, *, now: datetime) -> None:
        """The machine finished our file, plausibly (also when we still thought it paused). Whether the parts are good is not said here."""
        self._forget_the_pause()
        self._leave_the_printer()
        self.progress = 100
        self.ended_at = now

    @transition(field=state, source=list(ON_PRINTER), target=RunState.FAILED)
    def fail(self, *, reason: Reason, by: str, now: datetime, note: str = "", evidence: Evidence | None = None) -> None:
        """It ended without anybody wanting it."""
        self._explain(reason, by, note, evidence)
        self._leave_the_printer()
        self.ended_at = now

    @transition(field=state, source=list(LIVE), target=RunState.ABORTED)
    def abort(self, *, reason: Reason, by: str, now: datetime, note: str = "", evidence: Evidence | None = None) -> None:
        """Somebody chose to stop it, or not to begin."""
        self._explain(reason, by, note, evidence)
        self._leave_the_printer()
        self.ended_at = now

    def want(self, wish: Wish, *, by: str, now: datetime, reason: str = "", note: str = "") -> None:
        """Somebody wants it to pause, go on or stop. It stands until the machine was seen doing it, or a later wish takes its place."""
        self.wish = wish
        self.wish_reason = reason
        self.wish_note = note
        self.wish_by = by
        self.wish_at = now

    def forget_the_wish(self) -> None:
        """It was done, or there is nothing left to do it to."""
        self.wish = ""
        self.wish_reason = ""
        self.wish_note = ""
        self.wish_by = ""
        self.wish_at = None

    def intervene(self, *, by: str, now: datetime) -> None:
        """A person helped it along: paused or resumed it, changed filament, left out a part. The last one is named; the timeline names all."""
        self.intervened_at = now
        self.intervened_by = by

    def _take(self, printer: Printer, output: Output, snapshot: Evidence, feeds: Feeds | None) -> None:
        self.printer = printer
        self.output = output
        self.printer_snapshot = snapshot
        self.slot_feeds = feeds or {}

    def _begin(self, by: str, now: datetime) -> None:
        self.dispatch_step = ""
        self.started_by = by
        self.started_at = now

    def _leave_the_printer(self) -> None:
        self.dispatch_step = ""
        self.forget_the_wish()

    def _forget_the_pause(self) -> None:
        self.reason = ""
        self.local_reason = None
        self.reason_note = ""
        self.caused_by = ""
        self.evidence = {}

    def _explain(self, reason: Reason, by: str, note: str, evidence: Evidence | None) -> None:
        self.reason = reason
        self.local_reason = None
        self.reason_note = note
        self.caused_by = by
        self.evidence = evidence or {}

    def believe(self, evidence: Evidence) -> None:
        """Take over how far the machine says that its print of our file is, where that is further than was noted."""
        share, layer = evidence.get("progress"), evidence.get("layer")
        if str(evidence.get("filename", "")).casefold() != self.remote_path.casefold() or not isinstance(share, int | float):
            return
        self.reach(share * 100.0)
        if isinstance(layer, int) and (self.layer or 0) < layer <= (self.layers_total or 0):
            self.layer = layer

    def reach(self, percent: float) -> None:
        """Note how far it came, to a tenth of a percent and never more than that, so that rounding passes no mark."""
        self.progress = max(self.progress, math.floor(min(percent, 100.0) * 10) / 10)
