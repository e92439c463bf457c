"""What happens is told while it needs a person, and closed when it does not: whatever the order in which events arrive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.accounts.states import Role
from apps.catalog.states import Reason
from apps.fleet import events as fleet
from apps.fleet.models import Printer
from apps.fleet.states import Connection, Health
from apps.journal import clock
from apps.journal import events as journal
from apps.journal.frame import seeding
from apps.journal.models import Delivery
from apps.journal.owed import Later
from apps.journal.states import DeliveryState
from apps.notify import commands, events
from apps.notify.models import Notice, Notification
from apps.notify.queries import concerns
from apps.notify.states import MailPlan, NoticeKind, Severity
from apps.notify.subscribers import floor, mails, money, office
from apps.orders import events as orders
from apps.orders.states import RefundState, WebhookState
from apps.planning import events as planning
from apps.planning.states import PlanState, ReviewCode
from apps.policy import events as policy
from apps.policy.states import ApprovalState, BreakerKind, SubjectKind
from apps.runs import events as runs
from apps.runs.models import Run
from apps.runs.states import RunState
from tests.factories.accounts import make_user
from tests.factories.context import NOW, make_context
from tests.factories.fleet import make_occupied_printer, make_printer
from tests.factories.orders import make_intent, make_refund, make_webhook_message
from tests.factories.planning import make_approved_plate, make_plan, make_plan_review, make_slice_failure
from tests.factories.policy import WHO, make_approval, make_breaker
from tests.factories.runs import (
    make_anomaly,
    make_failed_run,
    make_incident,
    make_incident_printer,
    make_paused_run,
    make_printing_run,
    make_run,
)
from tests.factories.toy import make_dead_letter
from tests.notify.telling import happened, open_notices, told

pytestmark = pytest.mark.django_db


def change(row: Any, **values: Any) -> None:
    """Change a row as a command would have."""
    with seeding("test"):
        type(row).objects.filter(pk=row.pk).update(**values)


def of_run(run: Run, kind: Callable[..., Any] = runs.RunPaused, **more: Any) -> None:
    floor.watch_attempt(happened(kind(run_id=run.pk, printer_id=run.printer_id, **more)))


class TestAnomalies:
    def test_are_told_once_by_severity_until_somebody_sees_to_them(self) -> None:
        make_user(Role.OPERATOR)
        anomaly = make_anomaly()
        seen: dict[str, Any] = {"run_id": anomaly.run_id, "anomaly_id": anomaly.pk, "kind": anomaly.kind}
        detected = runs.AnomalyDetected(**seen, printer_id=anomaly.printer_id, severity=anomaly.severity, reason=anomaly.reason)

        floor.watch_anomaly(happened(detected))
        floor.watch_anomaly(happened(detected))
        assert open_notices() == [(NoticeKind.ANOMALY, Severity.URGENT)]

        change(anomaly, state="acknowledged", acknowledged_at=NOW, acknowledged_by=WHO)
        floor.watch_anomaly(happened(runs.AnomalyAcknowledged(**seen)))
        assert open_notices() == []

    def test_for_information_are_not_told(self) -> None:
        make_user(Role.OPERATOR)
        anomaly = make_anomaly(kind="CAMERA_LOST", severity="information", reason=Reason.MOONRAKER_ERROR)

        assert concerns.about_anomaly(anomaly.pk) is None

    def test_and_the_pause_they_led_to_are_one_notification(self) -> None:
        make_user(Role.OPERATOR)
        run = make_paused_run()
        make_anomaly(run=run, printer=run.printer, kind="FILAMENT_RUNOUT", reason=Reason.FILAMENT_RUNOUT)

        of_run(run, reason=run.reason)

        assert open_notices() == []

    def test_take_the_place_of_the_pause_that_was_seen_first(self) -> None:
        make_user(Role.OPERATOR)
        run = make_paused_run(needs_attention=True, attention_since=NOW)
        of_run(run, reason=run.reason)
        assert open_notices() == [(NoticeKind.RUN_PAUSED, Severity.URGENT)]

        one = make_anomaly(run=run, printer=run.printer, kind="FILAMENT_RUNOUT", reason=Reason.FILAMENT_RUNOUT)
        about = {"run_id": run.pk, "anomaly_id": one.pk, "printer_id": one.printer_id}
        floor.watch_anomaly(happened(runs.AnomalyDetected(**about, kind=one.kind, severity=one.severity, reason=one.reason)))

        assert open_notices() == [(NoticeKind.ANOMALY, Severity.URGENT)]

    @pytest.mark.parametrize(
        "other",
        [
            {"kind": "CAMERA_LOST", "severity": "information", "reason": Reason.MOONRAKER_ERROR},
            {"state": "acknowledged", "acknowledged_at": NOW - timedelta(hours=2), "acknowledged_by": WHO},
        ],
    )
    def test_that_tell_nobody_of_a_pause_keep_nobody_from_being_told(self, other: dict[str, Any]) -> None:
        make_user(Role.OPERATOR)
        run = make_paused_run(needs_attention=True, attention_since=NOW)
        make_anomaly(run=run, printer=run.printer, **other)

        of_run(run, reason=run.reason)

        assert open_notices() == [(NoticeKind.RUN_PAUSED, Severity.URGENT)]

    def test_that_somebody_sees_to_since_it_stands_still_are_enough(self) -> None:
        make_user(Role.OPERATOR)
        run = make_paused_run(needs_attention=True, attention_since=NOW)
        make_anomaly(run=run, printer=run.printer, state="acknowledged", acknowledged_at=NOW + timedelta(minutes=1), acknowledged_by=WHO)

        of_run(run, reason=run.reason)

        assert open_notices() == []


class TestAttempts:
    def test_that_stand_still_are_told_until_they_go_on(self) -> None:
        operator = make_user(Role.OPERATOR)
        run = make_paused_run()

        of_run(run, reason=run.reason)
        assert open_notices() == [(NoticeKind.RUN_PAUSED, Severity.URGENT)]
        assert Notification.objects.get().person == operator

        change(run, state=RunState.PRINTING, reason="", caused_by="")
        of_run(run, runs.RunResumed)
        assert open_notices() == []

    def test_that_went_on_before_the_news_came_are_not_told(self) -> None:
        run = make_printing_run()

        of_run(run, runs.RunResumed)
        of_run(run, reason=Reason.CLOG)

        assert Notice.objects.count() == 0

    def test_that_a_person_paused_are_not_told(self) -> None:
        of_run(make_paused_run(reason=Reason.OPERATOR_PAUSE), reason=Reason.OPERATOR_PAUSE)

        assert open_notices() == []

    def test_that_pause_and_then_fail_are_one_notice(self) -> None:
        run = make_paused_run()
        of_run(run, reason=run.reason)

        change(run, state=RunState.FAILED, reason=Reason.CLOG, ended_at=NOW)
        of_run(run, runs.RunFailed, reason=Reason.CLOG)

        assert open_notices() == [(NoticeKind.RUN_FAILED, Severity.ATTENTION)]
        assert Notice.objects.count() == 1

    @pytest.mark.parametrize(
        ("reason", "severity"),
        [(Reason.SPAGHETTI, Severity.ATTENTION), (Reason.THERMAL, Severity.URGENT), (Reason.MCU_LOST, Severity.URGENT)],
    )
    def test_that_failed_are_urgent_when_the_machine_is_in_trouble(self, reason: Reason, severity: Severity) -> None:
        of_run(make_failed_run(reason=reason), runs.RunFailed, reason=reason)

        assert open_notices() == [(NoticeKind.RUN_FAILED, severity)]

    def test_that_failed_are_settled_by_judging_them(self) -> None:
        run = make_failed_run()
        of_run(run, runs.RunFailed, reason=run.reason)

        change(run, judged_at=NOW, judged_by=WHO)
        floor.watch_attempt(happened(runs.RunJudged(run_id=run.pk, plate_id=run.plate_id, good=0, failed=1, unsure=0, skipped=0)))

        assert open_notices() == []

    def test_that_nobody_knows_about_are_told_until_a_person_decided(self) -> None:
        run = make_printing_run(desynced=True, desynced_since=NOW, desync_evidence={})
        of_run(run, runs.RunDesynced, code="silent")
        assert open_notices() == [(NoticeKind.RUN_DESYNCED, Severity.URGENT)]

        change(run, desynced=False, desynced_since=None, desync_evidence=None)
        of_run(run, runs.RunSettled, adopted=True)

        assert open_notices() == []

    def test_a_power_cut_ended_are_told_together_and_settled_with_the_last(self) -> None:
        make_user(Role.OPERATOR)
        cut = [make_failed_run(reason=Reason.POWER_LOSS) for _number in range(3)]
        for run in cut:
            of_run(run, runs.RunFailed, reason=run.reason)
        assert open_notices() == [(NoticeKind.POWER_CUT, Severity.URGENT)]
        assert Notice.objects.get().params == {"count": 3}
        assert Notification.objects.count() == 1

        for run in cut:
            change(run, judged_at=NOW, judged_by=WHO)
            of_run(run, runs.RunFailed, reason=run.reason)

        assert open_notices() == []


class TestPrinters:
    def state_changed(self, printer: Printer, fact: str) -> None:
        floor.watch_printer(happened(fleet.PrinterStateChanged(printer_id=printer.pk, fact=fact, from_state="", to_state="")))

    def test_out_of_service_are_told_until_they_are_back(self) -> None:
        printer = make_printer(health=Health.DEGRADED, health_reason=Reason.CLOG)
        self.state_changed(printer, "health")
        assert open_notices() == [(NoticeKind.PRINTER_DEGRADED, Severity.ATTENTION)]

        change(printer, health=Health.OK, health_reason="")
        self.state_changed(printer, "health")

        assert open_notices() == []

    def test_that_were_too_hot_are_urgent(self) -> None:
        self.state_changed(make_printer(health=Health.DEGRADED, health_reason=Reason.THERMAL), "health")

        assert open_notices() == [(NoticeKind.PRINTER_DEGRADED, Severity.URGENT)]

    def test_silent_with_a_print_on_them_are_told_until_heard_again(self) -> None:
        printer = make_occupied_printer(connection=Connection.OFFLINE)
        self.state_changed(printer, "connection")
        assert open_notices() == [(NoticeKind.PRINTER_OFFLINE, Severity.URGENT)]

        change(printer, connection=Connection.ONLINE)
        self.state_changed(printer, "connection")

        assert open_notices() == []

    def test_silent_with_nothing_on_them_disturb_nobody(self) -> None:
        self.state_changed(make_printer(connection=Connection.OFFLINE), "connection")

        assert open_notices() == []

    def test_whose_bed_changed_are_not_looked_at(self, django_assert_num_queries: Any) -> None:
        printer = make_printer(health=Health.DEGRADED, health_reason=Reason.CLOG)

        with django_assert_num_queries(0):
            self.state_changed(printer, "bed")


class TestTheOffice:
    def test_approvals_are_told_until_they_are_answered(self) -> None:
        lead = make_user(Role.LEAD)
        asked = make_approval()
        named: dict[str, Any] = {"approval_id": asked.pk, "transition": asked.transition, "subject_kind": "run", "subject_id": uuid4()}
        office.watch_approval(happened(policy.ApprovalRequired(decision_id=uuid4(), **named)))
        assert open_notices() == [(NoticeKind.APPROVAL_NEEDED, Severity.ATTENTION)]
        assert Notification.objects.get().person == lead

        change(asked, state=ApprovalState.DENIED, decided_by=WHO, decided_at=NOW, reason="no")
        office.watch_approval(happened(policy.ApprovalDenied(**named)))

        assert open_notices() == []

    def test_an_approval_says_what_it_is_about(self) -> None:
        run = make_run()
        intent = make_intent(number="A-0042")

        started, ordered = (
            concerns.about_approval(make_approval(subject_kind=kind, subject_id=thing.pk).pk)
            for kind, thing in ((SubjectKind.RUN, run), (SubjectKind.INTENT, intent))
        )

        assert started is not None
        assert started.params["plate"] == run.plate.number
        assert ordered is not None
        assert ordered.params["order"] == "A-0042"

    def test_plans_are_told_until_they_are_reviewed(self) -> None:
        plan = make_plan()
        review = make_plan_review(plan=plan, code=ReviewCode.CUSTOM)
        seen = planning.PlanReviewRequired(plan_id=plan.pk, review_id=review.pk, code=review.code)
        office.watch_plan(happened(seen))
        assert open_notices() == [(NoticeKind.PLAN_REVIEW, Severity.ATTENTION)]

        change(review, resolved_by=WHO, resolved_at=NOW, note="fine")
        acknowledged = planning.PlanReviewAcknowledged(plan_id=plan.pk, review_id=review.pk, code=review.code)
        office.watch_plan(happened(acknowledged))

        assert open_notices() == []

    def test_locked_plans_are_told_as_such_and_void_ones_not(self) -> None:
        plan = make_plan(dispatch_blocked=True, blocked_since=NOW)
        named: dict[str, Any] = {"plan_id": plan.pk, "requirement_id": plan.requirement_id, "revision": 1}
        office.watch_plan(happened(planning.PlanRevised(based_on_id=uuid4(), **named)))
        assert open_notices() == [(NoticeKind.PLAN_LOCKED, Severity.ATTENTION)]

        change(plan, state=PlanState.VOID, void_reason=Reason.SUPERSEDED, voided_by=WHO, voided_at=NOW)
        office.watch_plan(happened(planning.PlanVoided(reason=Reason.SUPERSEDED, **named)))

        assert open_notices() == []

    def test_failed_slices_are_told_unless_the_plan_is_reviewed_for_it(self) -> None:
        plate = make_approved_plate(slice_key="a" * 64)
        make_slice_failure(plate=plate, slice_key="a" * 64)

        office.watch_slice(happened(planning.SliceFailed(plate_id=plate.pk, code="slicer-failed")))

        assert open_notices() == [(NoticeKind.SLICE_FAILED, Severity.ATTENTION)]

    def test_automation_that_stopped_itself_is_told_until_looked_into(self) -> None:
        breaker = make_breaker(kind=BreakerKind.RUNAWAY, family="")
        named: dict[str, Any] = {"breaker_id": breaker.pk, "breaker": breaker.kind, "subject_id": breaker.subject_id}
        office.watch_breaker(happened(policy.BreakerTripped(failures=9, **named)))
        assert open_notices() == [(NoticeKind.AUTOMATION_OFF, Severity.URGENT)]

        change(breaker, acknowledged_by=WHO, acknowledged_at=NOW, note="seen")
        office.watch_breaker(happened(policy.BreakerAcknowledged(**named)))

        assert open_notices() == []


class TestWhatWasGivenUp:
    def given_up(self, delivery: Delivery) -> None:
        seen = journal.EffectGaveUp(delivery=delivery.pk, subscriber=delivery.subscriber, attempts=8, caused_by="ToldTheWorld")
        office.watch_given_up(happened(seen))

    def test_is_told_to_admins(self) -> None:
        admin = make_user(Role.ADMIN)

        self.given_up(make_dead_letter())

        assert open_notices() == [(NoticeKind.EFFECT_GAVE_UP, Severity.ATTENTION)]
        assert Notification.objects.get().person == admin

    def test_mail_is_told_together_and_never_by_mail(self) -> None:
        admin = make_user(Role.ADMIN)
        told("run:1")
        told("run:2")
        unsent = Delivery.objects.filter(subscriber="notify.send_mail")
        unsent.update(state=DeliveryState.DEAD, ended_at=NOW)
        for delivery in unsent:
            self.given_up(delivery)

        assert open_notices()[2:] == [(NoticeKind.MAIL_GAVE_UP, Severity.ATTENTION)]
        row = Notification.objects.get(notice__kind=NoticeKind.MAIL_GAVE_UP)
        assert (row.person, row.mail, row.notice.params) == (admin, MailPlan.NONE, {"count": 2})

    def test_of_notify_itself_is_not_told_by_notify(self) -> None:
        make_user(Role.ADMIN)
        delivery = make_dead_letter()
        seen = journal.EffectGaveUp(delivery=delivery.pk, subscriber="notify.watch_plan", attempts=8, caused_by="PlanDrafted")

        office.watch_given_up(happened(seen))

        assert open_notices() == []


class TestMoney:
    def test_that_does_not_fit_is_told_until_decided(self) -> None:
        admin = make_user(Role.ADMIN)
        intent = make_intent()
        message = make_webhook_message(intent=intent, state=WebhookState.REVIEW, code="amount-differs")
        required = orders.PaymentReviewRequired(intent_id=intent.pk, code="amount-differs", amount_minor=1, currency="EUR")
        money.watch_payment(happened(required))
        assert open_notices() == [(NoticeKind.PAYMENT_REVIEW, Severity.ATTENTION)]
        assert Notification.objects.get().person == admin

        change(message, state=WebhookState.APPLIED, settled_at=NOW)
        money.watch_payment(happened(orders.PaymentReviewSettled(intent_id=intent.pk, webhook_id=message.pk, taken=True)))

        assert open_notices() == []

    def test_that_did_not_go_back_is_told_until_it_is_on_its_way(self) -> None:
        refund = make_refund(state=RefundState.FAILED, code="no-funds", settled_at=NOW)
        failed = orders.RefundFailed(intent_id=refund.intent_id, refund_id=refund.pk, code="no-funds")
        money.watch_refund(happened(failed))
        assert open_notices() == [(NoticeKind.REFUND_FAILED, Severity.ATTENTION)]

        make_refund(intent=refund.intent, payment=refund.payment)
        money.watch_refund(happened(failed))

        assert open_notices() == []


class TestSilence:
    def test_is_waited_for_and_then_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        make_user(Role.OPERATOR)
        lead = make_user(Role.LEAD)
        notice = told(ctx={"now": NOW})
        opened = happened(events.NoticeOpened(notice_id=notice.pk, kind=notice.kind, severity=notice.severity, people=1))
        monkeypatch.setattr("apps.journal.clock.now", lambda: NOW + timedelta(minutes=29))
        with pytest.raises(Later):
            mails.escalate_in_silence(opened)
        monkeypatch.setattr("apps.journal.clock.now", lambda: NOW + timedelta(minutes=31))

        mails.escalate_in_silence(opened)

        assert Notification.objects.filter(person=lead).count() == 1

    def test_is_none_when_somebody_sees_to_it_or_it_is_not_urgent(self) -> None:
        operator = make_user(Role.OPERATOR)
        urgent, calm = told("run:1"), told("run:2", severity=Severity.ATTENTION)
        commands.acknowledge(make_context(), notice_id=urgent.pk, person_id=operator.pk, expected_version=urgent.version)

        for notice in (urgent, calm):
            opened = events.NoticeOpened(notice_id=notice.pk, kind=notice.kind, severity=notice.severity, people=1)
            mails.escalate_in_silence(happened(opened))

        assert Notice.objects.filter(escalated_at__isnull=False).count() == 0


class TestIncidents:
    def test_are_told_once_for_all_and_what_was_told_of_single_printers_is_over(self) -> None:
        make_user(Role.OPERATOR)
        printers = [make_occupied_printer(connection=Connection.OFFLINE) for _ in range(3)]
        for printer in printers[:2]:
            floor.watch_printer(
                happened(fleet.PrinterStateChanged(printer_id=printer.pk, fact="connection", from_state="ONLINE", to_state="OFFLINE"))
            )
        assert [kind for kind, _severity in open_notices()] == [NoticeKind.PRINTER_OFFLINE] * 2
        incident = make_incident()
        for printer in printers:
            make_incident_printer(incident=incident, printer=printer)
        opened: dict[str, Any] = {
            "incident_id": incident.pk,
            "kind": "circuit",
            "reason": "POWER_LOSS",
            "printers": [one.pk for one in printers],
            "runs": [],
        }

        floor.watch_incident(happened(runs.IncidentOpened(**opened)))

        assert open_notices() == [(NoticeKind.INCIDENT, Severity.URGENT)]
        assert Notice.objects.get(closed_at=None).params == {"count": 3, "reason": "POWER_LOSS"}

        change(incident, state="released", released_at=NOW, released_by=WHO)
        floor.watch_incident(
            happened(runs.IncidentReleased(incident_id=incident.pk, printers=[one.pk for one in printers], beds_to_clear=3))
        )
        assert [kind for kind, _severity in open_notices()] == [NoticeKind.PRINTER_OFFLINE] * 3

    def test_that_may_still_be_recognised_are_waited_for(self) -> None:
        others = [make_printer() for _ in range(2)]
        silent = make_occupied_printer(connection=Connection.OFFLINE, connection_since=clock.now())
        fell = fleet.PrinterStateChanged(printer_id=silent.pk, fact="connection", from_state="ONLINE", to_state="OFFLINE")

        with pytest.raises(Later):
            floor.watch_printer(happened(fell))

        change(others[0], retired_at=NOW)
        floor.watch_printer(happened(fell))
        assert [kind for kind, _severity in open_notices()] == [NoticeKind.PRINTER_OFFLINE]
