"""What the database refuses about notices, notifications, preferences and mails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.notify.models import MailOut, Notice
from apps.notify.states import CloseCode, Letter, MailState
from tests.factories.context import NOW
from tests.factories.notify import make_mail, make_notice, make_notification, make_preference
from tests.factories.orders import make_intent
from tests.violations import Violation, missing, refused, twice, unknown_codes

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]


def told_twice() -> None:
    first = make_notification()
    make_notification(notice=first.notice, person=first.person)


def two_sets_of_preferences() -> None:
    make_preference(person=make_preference().person)


def two_summaries() -> None:
    first = make_mail(letter=Letter.DIGEST)
    make_mail(letter=Letter.DIGEST, person=first.person)


def a_notice(**overrides: Any) -> Notice:
    """A notice that breaks nothing but what is overridden."""
    return make_notice(**({"closed_at": NOW} if "closed_code" in overrides else {}), **overrides)


def a_mail(**overrides: Any) -> MailOut:
    """A mail that breaks nothing but what is overridden."""
    ended = {"state": MailState.DROPPED} if "drop_code" in overrides else {}
    return make_mail(**{**({"ended_at": NOW} if ended or "state" in overrides else {}), **ended, **overrides})


VIOLATIONS = [
    Violation("one_open_notice_per_cause", "notice-open-already", lambda: twice(make_notice, cause="run:1")),
    Violation("notices_have_a_cause", "notice-without-cause", lambda: make_notice(cause="")),
    Violation("acknowledged_notices_say_by_whom", "notice-acknowledged-by-nobody", lambda: make_notice(acknowledged_at=NOW)),
    Violation("closed_notices_say_why", "notice-closed-without-reason", lambda: make_notice(closed_at=NOW)),
    Violation("a_person_is_told_of_a_notice_once", "told-already", told_twice),
    Violation("unmailed_notifications_have_no_mail", "notification-mailed-without-plan", lambda: make_notification(mailed_at=NOW)),
    Violation("one_set_of_preferences_per_person", "preferences-exist", two_sets_of_preferences),
    Violation(
        "preference_quiet_from_minute_in_range", "quiet-hours-begin-outside-the-day", lambda: make_preference(quiet_from_minute=1440)
    ),
    Violation(
        "preference_quiet_until_minute_in_range", "quiet-hours-end-outside-the-day", lambda: make_preference(quiet_until_minute=1440)
    ),
    Violation("one_mail_per_occasion", "mail-owed-already", lambda: twice(make_mail, occasion="shipped:1")),
    Violation("one_summary_at_a_time", "summary-owed-already", two_summaries),
    Violation(
        "mails_go_to_a_person_or_a_customer", "mail-to-nobody", lambda: make_mail(letter=Letter.ORDER_PAID, person=None, intent=None)
    ),
    Violation("ended_mails_say_when", "mail-undated", lambda: make_mail(state=MailState.SENT)),
    Violation("dropped_mails_say_why", "mail-dropped-without-reason", lambda: make_mail(state=MailState.DROPPED, ended_at=NOW)),
]
FACTORIES: dict[str, Callable[..., Any]] = {
    "Notice": a_notice,
    "Notification": make_notification,
    "Preference": make_preference,
    "MailOut": a_mail,
}


class TestTheDatabase:
    @pytest.mark.parametrize("violation", [*VIOLATIONS, *unknown_codes("notify", FACTORIES)], ids=str)
    def test_refuses_in_plain_words(self, violation: Violation) -> None:
        refusal = refused(violation.act)

        assert (refusal.code, refusal.params["constraint"]) == (violation.code, violation.constraint)

    def test_has_no_constraint_that_is_not_broken_here(self) -> None:
        assert missing("notify", VIOLATIONS) == set()

    def test_lets_the_same_cause_come_again_once_it_was_settled(self) -> None:
        make_notice(cause="run:1", closed_at=NOW, closed_code=CloseCode.SETTLED)

        assert make_notice(cause="run:1").closed_at is None

    def test_takes_mail_to_the_customer_of_an_order(self) -> None:
        assert make_mail(letter=Letter.ORDER_PAID, intent=make_intent(), person=None).person_id is None
