"""``notify.raise_notice``: the people whose work it is are told of a cause, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from apps.accounts.states import Role
from apps.journal.models import Event
from apps.journal.refusals import Invalid, NotFound
from apps.notify import commands
from apps.notify.models import MailOut, Notice, Notification
from apps.notify.states import Letter, MailPlan, MailWish, NoticeKind, Severity
from tests.factories.accounts import make_grant, make_site, make_user
from tests.factories.context import NOW, make_context
from tests.factories.notify import make_notification, make_preference
from tests.notify.telling import mails, people_told, told
from tests.recorded import event_types, the_event

pytestmark = pytest.mark.django_db

SUBJECT = uuid4()


class TestWhoIsTold:
    def test_those_whose_work_it_is(self) -> None:
        operator, _lead, _viewer = make_user(Role.OPERATOR), make_user(Role.LEAD), make_user(Role.VIEWER)

        notice = told()

        assert people_told(notice) == {operator}

    def test_whoever_stands_in_where_nobody_has_the_role(self) -> None:
        owner = make_user(Role.ADMIN)

        assert people_told(told()) == {owner}

    def test_nobody_who_left_or_works_elsewhere(self) -> None:
        here = make_user(Role.OPERATOR)
        make_user(Role.OPERATOR, is_active=False)
        make_user(Role.OPERATOR, site=make_site())
        make_grant(user=make_user(), role=Role.OPERATOR, revoked_at=NOW, revoked_by="service:tests")

        assert people_told(told()) == {here}

    def test_planners_of_plans_and_leads_of_approvals(self) -> None:
        planner, lead = make_user(Role.PLANNER), make_user(Role.LEAD)
        make_user(Role.OPERATOR)

        assert people_told(told("plan:1", kind=NoticeKind.PLAN_REVIEW)) == {planner}
        assert people_told(told("approval:1", kind=NoticeKind.APPROVAL_NEEDED)) == {lead}

    def test_nobody_where_nobody_works_and_it_is_kept(self) -> None:
        assert people_told(told()) == set()
        assert the_event("NoticeOpened")[0]["people"] == 0


class TestOnce:
    def test_the_same_again_tells_nobody_and_writes_nothing(self) -> None:
        make_user(Role.OPERATOR)
        first = told(subject_id=SUBJECT)
        before = Event.objects.count()

        again = told(subject_id=SUBJECT)

        assert again.pk == first.pk
        assert Event.objects.count() == before
        assert Notification.objects.count() == 1

    def test_a_change_is_shown_and_not_told(self) -> None:
        make_user(Role.OPERATOR)
        told(subject_id=SUBJECT, params={"reason": "CLOG"})
        Notification.objects.get()

        changed = told(subject_id=SUBJECT, params={"reason": "WARP"})

        assert changed.params == {"reason": "WARP"}
        assert event_types().count("NoticeOpened") == 1
        assert the_event("NoticeChanged")[0]["people"] == 0
        assert len(mails()) == 1

    def test_what_becomes_more_pressing_is_told_again_also_to_who_read_it(self) -> None:
        operator = make_user(Role.OPERATOR)
        notice = told(subject_id=SUBJECT, severity=Severity.ATTENTION)
        read = Notification.objects.get()
        commands.mark_read(make_context(), person_id=operator.pk, notification_ids=(read.pk,))

        told(subject_id=SUBJECT, severity=Severity.URGENT)

        again = Notification.objects.get(notice=notice)
        assert (again.read_at, again.mail) == (None, MailPlan.NOW)
        assert [letter for letter, _person in mails()] == [Letter.DIGEST, Letter.NOTICE]

    def test_who_muted_it_hears_nothing_when_it_becomes_more_pressing(self) -> None:
        make_user(Role.OPERATOR)
        told(subject_id=SUBJECT, severity=Severity.ATTENTION)
        row = Notification.objects.get()
        commands.mute(make_context(), notification_id=row.pk, person_id=row.person_id, expected_version=row.version)

        told(subject_id=SUBJECT, severity=Severity.URGENT)

        assert [letter for letter, _person in mails()] == [Letter.DIGEST]

    def test_the_same_cause_at_another_site_is_another_notice(self) -> None:
        assert told("power").pk != told("power", site=make_site()).pk


class TestMail:
    def test_urgent_goes_at_once_attention_in_the_summary_and_both_once(self) -> None:
        operator = make_user(Role.OPERATOR)

        told("run:1")
        told("run:2", severity=Severity.ATTENTION)
        told("run:3", severity=Severity.ATTENTION)

        assert mails() == [(Letter.NOTICE, operator.pk), (Letter.DIGEST, operator.pk)]

    def test_nothing_goes_to_who_wants_none(self) -> None:
        make_preference(person=make_user(Role.OPERATOR), mail_urgent=MailWish.NEVER)

        told()

        assert mails() == []
        assert Notification.objects.get().mail == MailPlan.NONE

    def test_in_quiet_hours_it_waits_for_their_end(self) -> None:
        site = make_site(time_zone="Europe/Berlin")
        make_preference(person=make_user(Role.OPERATOR, site=site), urgent_breaks_quiet=False)
        night = datetime(2026, 3, 28, 23, 30, tzinfo=ZoneInfo("Europe/Berlin"))

        told(site=site, ctx={"now": night})

        mail = MailOut.objects.get()
        assert (mail.letter, mail.due_at) == (Letter.DIGEST, datetime(2026, 3, 29, 6, 0, tzinfo=ZoneInfo("Europe/Berlin")))

    def test_urgent_breaks_quiet_hours_unless_somebody_says_otherwise(self) -> None:
        make_user(Role.OPERATOR)

        told(ctx={"now": NOW.replace(hour=23)})

        assert MailOut.objects.get().letter == Letter.NOTICE

    def test_one_mail_tells_of_what_comes_together(self) -> None:
        make_user(Role.OPERATOR)

        told("run:1", group="printer:1")
        told("printer:1:health", group="printer:1", kind=NoticeKind.PRINTER_DEGRADED)
        told("printer:2:health", group="printer:2", kind=NoticeKind.PRINTER_DEGRADED)

        assert Notification.objects.count() == 3
        assert [letter for letter, _person in mails()] == [Letter.NOTICE, Letter.NOTICE]

    def test_what_comes_later_on_the_same_printer_is_another_incident(self) -> None:
        make_user(Role.OPERATOR)

        told("run:1", group="printer:1")
        told("run:2", group="printer:1", ctx={"now": NOW + timedelta(minutes=11)})

        assert len(mails()) == 2

    def test_mail_about_mail_that_does_not_go_out_is_never_owed(self) -> None:
        make_user(Role.ADMIN)

        told("mail", kind=NoticeKind.MAIL_GAVE_UP)

        assert mails() == []
        assert Notification.objects.count() == 1


class TestBadInput:
    def test_no_cause_and_no_site(self) -> None:
        with pytest.raises(Invalid):
            told(" ")
        with pytest.raises(NotFound):
            commands.raise_notice(
                make_context(),
                site_id=uuid4(),
                kind=NoticeKind.RUN_PAUSED,
                severity=Severity.URGENT,
                cause="run:1",
                subject_kind="run",
                subject_id=SUBJECT,
            )

    def test_leaves_what_others_were_told_alone(self) -> None:
        other = make_notification()

        told()

        assert Notification.objects.get(pk=other.pk).version == 1
        assert Notice.objects.count() == 2
