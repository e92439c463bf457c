"""``policy.acknowledge_breaker``, and what trips one: failures counted once, within a window, since somebody last looked."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import Invalid, Refusal
from apps.policy.commands import acknowledge_breaker
from apps.policy.models import Breaker, BreakerCount
from apps.policy.states import BreakerKind
from tests.factories.accounts import shop
from tests.factories.context import NOW, make_context
from tests.policy.asking import count

pytestmark = pytest.mark.django_db(transaction=True)


def fail(kind: BreakerKind, subject: UUID, family: str, *, minute: int = 0, failure: UUID | None = None) -> UUID | None:
    ctx = make_context(now=NOW + timedelta(minutes=minute))
    return count(ctx, site_id=shop().id, breaker=kind, subject_id=subject, family=family, failure_id=failure or uuid4())


class TestTripping:
    def test_takes_two_failures_of_a_plan_in_one_family(self) -> None:
        plan = uuid4()

        assert fail(BreakerKind.PLAN_LOOP, plan, "QUALITY") is None
        assert fail(BreakerKind.PLAN_LOOP, plan, "EXTRUSION", minute=1) is None
        tripped = fail(BreakerKind.PLAN_LOOP, plan, "QUALITY", minute=2)

        assert tripped is not None
        assert Breaker.objects.get(pk=tripped).family == "QUALITY"
        assert Event.objects.filter(type="BreakerTripped").count() == 1

    def test_counts_a_failure_once_however_often_it_arrives(self) -> None:
        plan, failure = uuid4(), uuid4()

        answers = [fail(BreakerKind.PLAN_LOOP, plan, "QUALITY", failure=failure, minute=minute) for minute in range(3)]

        assert answers == [None, None, None]
        assert BreakerCount.objects.count() == 1

    def test_does_not_count_families_that_say_nothing_about_the_plan(self) -> None:
        plan = uuid4()

        assert [fail(BreakerKind.PLAN_LOOP, plan, "MACHINE", minute=minute) for minute in range(3)] == [None] * 3
        assert not BreakerCount.objects.exists()

    def test_forgets_what_was_longer_ago_than_the_window(self) -> None:
        plan = uuid4()
        fail(BreakerKind.PLAN_LOOP, plan, "QUALITY")

        assert fail(BreakerKind.PLAN_LOOP, plan, "QUALITY", minute=24 * 60) is None

    def test_takes_three_failures_of_a_printer_of_any_family_but_human(self) -> None:
        printer = uuid4()

        answers = [
            fail(BreakerKind.PRINTER, printer, family, minute=n) for n, family in enumerate(["MACHINE", "HUMAN", "QUALITY", "CONNECTIVITY"])
        ]

        assert [answer is not None for answer in answers] == [False, False, False, True]

    def test_takes_one_thermal_fault(self) -> None:
        assert fail(BreakerKind.PRINTER, uuid4(), "THERMAL") is not None

    def test_trips_once_while_it_is_out(self) -> None:
        printer = uuid4()
        fail(BreakerKind.PRINTER, printer, "THERMAL")

        assert fail(BreakerKind.PRINTER, printer, "THERMAL", minute=1) is None


class TestAcknowledging:
    def test_settles_the_failures_so_far(self, ctx: Context) -> None:
        plan = uuid4()
        fail(BreakerKind.PLAN_LOOP, plan, "QUALITY")
        tripped = fail(BreakerKind.PLAN_LOOP, plan, "QUALITY", minute=1)
        assert tripped is not None

        acknowledge_breaker(make_context(now=NOW + timedelta(minutes=2)), breaker_id=tripped, expected_version=1, note="The bed was dirty")

        assert Breaker.objects.get(pk=tripped).note == "The bed was dirty"
        assert fail(BreakerKind.PLAN_LOOP, plan, "QUALITY", minute=3) is None
        assert fail(BreakerKind.PLAN_LOOP, plan, "QUALITY", minute=4) is not None

    def test_needs_a_note_and_happens_once(self, ctx: Context) -> None:
        tripped = fail(BreakerKind.PRINTER, uuid4(), "THERMAL")
        assert tripped is not None
        with pytest.raises(Invalid):
            acknowledge_breaker(ctx, breaker_id=tripped, expected_version=1, note=" ")
        acknowledge_breaker(make_context(), breaker_id=tripped, expected_version=1, note="Replaced the thermistor")

        with pytest.raises(Refusal, match="breaker-acknowledged"):
            acknowledge_breaker(make_context(), breaker_id=tripped, expected_version=2, note="Again")
