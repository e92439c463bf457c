"""``policy.place_hold``: a tag that keeps something from starting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.journal.context import Actor, Context
from apps.journal.models import Event
from apps.journal.refusals import NotFound, Refusal
from apps.policy import commands
from apps.policy.models import Hold
from apps.policy.states import HoldReason, HoldScope
from tests.factories.accounts import make_site, shop
from tests.factories.context import NOW, make_context
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)

PRINTER = uuid4()


def place(ctx: Context, **values: Any) -> UUID:
    given: dict[str, Any] = {"site_id": shop().id, "scope": HoldScope.PRINTER, "scope_id": PRINTER, "reason": HoldReason.QUALITY, **values}
    return commands.place_hold(ctx, **given)


class TestPlacingAHold:
    def test_names_who_holds_what_since_when_and_why(self, ctx: Context) -> None:
        hold_id = place(ctx, note="Stringing on the last three", until=NOW + timedelta(hours=2))

        hold = Hold.objects.get(pk=hold_id)
        assert (hold.scope, hold.scope_id, hold.reason, hold.note) == ("printer", PRINTER, "QUALITY", "Stringing on the last three")
        assert (hold.placed_by, hold.placed_at, hold.until) == ("service:tests", NOW, NOW + timedelta(hours=2))
        assert (hold.released_at, hold.version) == (None, 1)

    def test_records_it_in_the_timelines_of_the_hold_and_of_what_it_holds(self, ctx: Context) -> None:
        hold_id = place(ctx, note="Bolibompa")

        event = Event.objects.get()
        assert (event.type, event.site_id) == ("HoldPlaced", shop().id)
        assert {(row.kind, row.subject_id) for row in event.subject_rows.all()} == {("hold", hold_id), ("printer", PRINTER)}
        assert "Bolibompa" not in event.data

    @pytest.mark.parametrize(("scope", "kind"), [(HoldScope.ORDER, "intent"), (HoldScope.LOT, "lot")])
    def test_is_told_under_the_name_timelines_use(self, ctx: Context, scope: HoldScope, kind: str) -> None:
        place(ctx, scope=scope)

        assert Event.objects.get().subject_rows.filter(kind=kind, subject_id=PRINTER).exists()

    def test_on_a_group_of_printers_names_it(self, ctx: Context) -> None:
        hold_id = place(ctx, scope=HoldScope.GROUP, scope_id=shop().id, group="Rack B")

        assert Hold.objects.get(pk=hold_id).group == "Rack B"
        assert Event.objects.get().subject_rows.filter(kind="site", subject_id=shop().id).exists()


class TestASecondHold:
    def test_of_the_same_person_for_the_same_reason_is_refused(self, ctx_factory: Callable[..., Context]) -> None:
        place(ctx_factory())

        with pytest.raises(Refusal) as refused:
            place(ctx_factory())

        assert refused.value.code == "hold-exists"
        assert Hold.objects.count() == 1

    @pytest.mark.parametrize("differs", [{"reason": HoldReason.SAFETY}, {"scope": HoldScope.PLATE}, {"scope_id": uuid4()}])
    def test_for_another_reason_or_thing_hangs_beside_it(self, ctx_factory: Callable[..., Context], differs: dict[str, object]) -> None:
        place(ctx_factory())

        place(ctx_factory(), **differs)

        assert Hold.objects.count() == 2

    def test_of_somebody_else_hangs_beside_it(self, ctx_factory: Callable[..., Context]) -> None:
        place(ctx_factory())

        place(ctx_factory(actor=Actor.person(uuid4())))

        assert Hold.objects.count() == 2

    def test_takes_the_place_of_one_whose_time_is_over(self, ctx_factory: Callable[..., Context]) -> None:
        first = place(ctx_factory(), until=NOW + timedelta(hours=1))

        second = place(ctx_factory(now=NOW + timedelta(hours=3)))

        lapsed = Hold.objects.get(pk=first)
        assert (lapsed.released_by, lapsed.released_at) == ("service:policy", NOW + timedelta(hours=1))
        assert Hold.objects.get(pk=second).released_at is None
        assert list(Event.objects.order_by("id").values_list("type", flat=True)) == ["HoldPlaced", "HoldReleased", "HoldPlaced"]
        assert '"by_itself":true' in Event.objects.get(type="HoldReleased").data


class TestBadInput:
    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"reason": HoldReason.OTHER}, "hold-without-note"),
            ({"until": NOW}, "hold-over-already"),
            ({"scope": HoldScope.GROUP, "group": "Rack B"}, "hold-on-another-site"),
            ({"group": "Rack B"}, "hold-group-missing"),
            ({"reason": "BORED"}, "unknown-code"),
            ({"scope": "galaxy"}, "unknown-code"),
        ],
    )
    def test_is_refused_in_plain_words_and_leaves_nothing(self, ctx: Context, values: dict[str, object], code: str) -> None:
        with pytest.raises(Refusal) as refused:
            place(ctx, **values)

        assert refused.value.code == code
        assert not Hold.objects.exists()
        assert not Event.objects.exists()

    def test_at_a_site_nobody_knows_is_not_found(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            place(ctx, site_id=uuid4())

    def test_on_another_site_than_the_named_one_is_refused(self, ctx: Context) -> None:
        with pytest.raises(Refusal) as refused:
            place(ctx, scope=HoldScope.SITE, scope_id=make_site().id)

        assert refused.value.code == "hold-on-another-site"


@pytest.mark.both_engines
class TestTheSameHoldFourTimesAtOnce:
    def test_is_one_hold(self, writers: Writers) -> None:
        site_id = shop().id

        outcomes = writers.in_threads(lambda _n: place(make_context(), site_id=site_id), 4)

        errors = [outcome.error for outcome in outcomes if outcome.error is not None]
        assert [error.code for error in errors if isinstance(error, Refusal)] == ["hold-exists"] * 3
        assert Hold.objects.count() == 1
