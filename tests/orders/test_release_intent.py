"""``orders.release_intent``: a paid order is released through the gate, or waits visibly."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from apps.journal import frame
from apps.journal.context import Actor, Context
from apps.journal.models import Event
from apps.journal.refusals import NotFound, Refusal
from apps.journal.results import Parked
from apps.orders import commands, queries
from apps.orders.models import Intent, Release
from apps.policy import commands as policy
from apps.policy.domain.default import default_body
from apps.policy.models import Approval, Decision
from apps.policy.states import HoldReason, HoldScope
from tests.factories.context import NOW, make_context
from tests.factories.parts import FAILURE, make_preflight
from tests.orders.selling import Shop, fresh, line_of, open_checkout, pay, pieces_of, work
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return Shop()


def by_itself() -> Context:
    return make_context(is_automatic=True)


class TestReleasing:
    def test_lets_the_order_be_planned_and_says_on_what_basis(self, shop: Shop) -> None:
        intent = shop.paid_order(2)

        release = Release.objects.get(intent=intent)
        assert (release.basis, release.decision.outcome, release.decision.transition) == ("prepaid", "ALLOW", "intent.release")
        assert [piece.pk for piece in queries.pieces_to_plan(shop.site.id)] == [piece.pk for piece in pieces_of(intent)]
        assert Event.objects.get(type="IntentReleased").subject_rows.filter(kind="intent", subject_id=intent.pk).exists()

    def test_again_is_the_same_release(self, shop: Shop) -> None:
        intent = shop.paid_order()

        assert commands.release_intent(by_itself(), intent_id=intent.pk) == Release.objects.get().pk
        assert Decision.objects.filter(transition="intent.release").count() == 1

    def test_tells_the_gate_what_is_known(self, shop: Shop) -> None:
        shop.paid_order(2)

        inputs = Decision.objects.get(transition="intent.release").inputs
        assert '"intent.preflight.status":"PASS"' in inputs
        assert '"hold.active":false' in inputs
        assert '"intent.value":854' in inputs

    def test_of_an_order_that_is_not_paid_is_refused_for_people_and_nothing_to_do_for_automation(self, shop: Shop) -> None:
        intent = shop.order()

        assert commands.release_intent(by_itself(), intent_id=intent.pk) is None
        with pytest.raises(Refusal) as refused:
            commands.release_intent(make_context(), intent_id=intent.pk)
        assert refused.value.code == "order-not-paid"

    def test_of_one_nobody_knows_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            commands.release_intent(make_context(), intent_id=uuid4())


class TestAnOrderThatIsBlocked:
    def held(self, shop: Shop, scope: HoldScope) -> tuple[Intent, UUID]:
        intent = shop.order()
        scope_id = {HoldScope.ORDER: intent.pk, HoldScope.SITE: shop.site.id, HoldScope.LINE: line_of(intent).pk}[scope]
        hold = policy.place_hold(make_context(), site_id=shop.site.id, scope=scope, scope_id=scope_id, reason=HoldReason.CUSTOMER_ANSWER)
        pay(open_checkout(intent))
        return fresh(intent), hold

    @pytest.mark.parametrize("scope", [HoldScope.ORDER, HoldScope.SITE, HoldScope.LINE])
    def test_by_a_hold_stays_paid_until_it_is_released(self, shop: Shop, scope: HoldScope) -> None:
        intent, hold = self.held(shop, scope)

        assert (intent.state, Release.objects.count()) == ("paid", 0)
        assert queries.paid_unreleased(shop.site.id) == [intent.pk]
        assert queries.pieces_to_plan(shop.site.id) == []

        policy.release_hold(make_context(), hold_id=hold, expected_version=1)
        work()
        assert Release.objects.get().intent_id == intent.pk

    def test_by_a_model_that_fails_its_newest_check_cannot_be_passed(self, shop: Shop) -> None:
        intent = shop.order()
        make_preflight(FAILURE, revision=line_of(intent).part_revision, status="FAIL")
        pay(open_checkout(intent))

        answer = commands.release_intent(make_context(actor=Actor.person(uuid4())), intent_id=intent.pk)

        assert isinstance(answer, Refusal)
        assert answer.code == "policy-blocked"
        assert not Release.objects.exists()

    def test_for_want_of_a_policy_waits_for_one(self, shop: Shop) -> None:
        with frame.seeding("no policy any more"):
            shop.policy.retire(now=NOW)
            shop.policy.save_changes("state", "retired_at")
        intent = shop.paid_order()
        assert (intent.state, Release.objects.count()) == ("paid", 0)

        policy.activate_policy(make_context(), site_id=shop.site.id, body=default_body())
        work()

        assert Release.objects.get().intent_id == intent.pk


class TestAnOrderThatNeedsApproval:
    @pytest.fixture
    def big(self, shop: Shop) -> Intent:
        rates = {"materials": {"*": {"gram_minor": "1", "hour_minor": "1"}}, "setup_minor": 600_000}
        commands.release_price_list(make_context(), site_id=shop.site.id, currency="EUR", body=rates)
        return shop.paid_order()

    def test_is_parked_and_released_once_it_is_granted(self, big: Intent) -> None:
        question = Approval.objects.get()
        assert (question.state, question.subject_id, big.state) == ("pending", big.pk, "paid")
        assert not Release.objects.exists()

        policy.grant_approval(
            make_context(actor=Actor.person(uuid4())), approval_id=question.pk, expected_version=1, reason="Good customer"
        )
        work()

        assert Release.objects.get().intent_id == big.pk

    def test_asks_once_however_often_it_is_tried(self, big: Intent) -> None:
        assert commands.release_intent(by_itself(), intent_id=big.pk) == Parked(Approval.objects.get().pk)

    def test_stays_parked_when_it_is_denied(self, big: Intent) -> None:
        question = Approval.objects.get()

        policy.deny_approval(
            make_context(actor=Actor.person(uuid4())), approval_id=question.pk, expected_version=1, reason="Looks like fraud"
        )
        work()

        assert not Release.objects.exists()
        answer = commands.release_intent(by_itself(), intent_id=big.pk)
        assert isinstance(answer, Refusal)


@pytest.mark.both_engines
class TestFourWorkersAtOnce:
    def test_release_it_once(self, writers: Writers) -> None:
        shop = Shop()
        intent = shop.order()
        commands.record_manual_payment(
            make_context(), intent_id=intent.pk, expected_version=1, amount_minor=intent.price_minor, currency="EUR"
        )

        outcomes = writers.in_threads(lambda _n: commands.release_intent(by_itself(), intent_id=intent.pk), 4)

        assert [outcome.error for outcome in outcomes] == [None] * 4
        assert {outcome.value for outcome in outcomes} == {Release.objects.get().pk}
