"""Why is this not printing? Blockers in the order to solve them, who can, where; which printers are left rule by rule; holds on purpose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts.states import Role
from apps.fleet.states import Bed, CalibrationKind, Health
from apps.journal import clock, frame
from apps.orders.models import Intent, Piece
from apps.policy.models import Hold
from apps.policy.states import HoldScope
from apps.runs.commands import dispatch_run
from apps.runs.models import Run
from apps.runs.states import RunState
from tests.console.office import assert_fit_for_people, browser, form, forms_of, owner, press, queries, text_of
from tests.factories.accounts import make_shift, make_site
from tests.factories.context import NOW
from tests.factories.fleet import make_calibration, make_printer
from tests.factories.floor import make_floor
from tests.factories.orders import make_line_item, make_piece, make_release, make_requirement
from tests.factories.planning import make_plan, make_plan_review
from tests.factories.policy import make_hold
from tests.runs.driving import machine, printing, queued

pytestmark = pytest.mark.django_db(transaction=True)


def why(client: Client, kind: str, record: Any) -> Any:
    return client.get(f"/admin/why/{kind}/{record.pk}/")


def codes(page: Any) -> list[str]:
    return [step.blocker.code for step in page.context["steps"]]


class TestAQueuedAttempt:
    def test_counts_what_is_in_the_way_and_offers_one_button_for_each(self) -> None:
        floor = make_floor()
        floor.printer(code="V3", bed=Bed.NOT_CLEAR)
        run = queued(floor.plate())

        page = why(owner(), "run", run)

        assert_fit_for_people(page)
        assert codes(page) == ["BED"]
        said = text_of(page)
        assert "1 thing is in the way." in said
        assert "The bed is not clear: V3." in said
        assert "Anyone on the floor" in said

    def test_takes_printers_out_rule_by_rule(self) -> None:
        floor = make_floor()
        floor.printer(code="V1", bed=Bed.NOT_CLEAR)
        floor.printer(code="V2", health=Health.MAINTENANCE)
        make_printer(code="V3")
        run = queued(floor.plate())

        rules = why(owner(), "run", run).context["rules"]

        assert rules[0].left == 3
        assert rules[-1].left == 0
        assert {"V1", "V2", "V3"} <= {rule.gone for rule in rules}
        assert [rule.left for rule in rules] == sorted((rule.left for rule in rules), reverse=True)

    def test_is_held_on_purpose_and_let_go(self) -> None:
        floor, admin = make_floor(), owner()
        floor.printer(code="V3", bed=Bed.NOT_CLEAR)
        run = queued(floor.plate())

        held = press(admin, form(why(admin, "run", run), f"plate/{run.plate_id}"), reason="CAPACITY")

        assert held.status_code == 303
        assert codes(why(admin, "run", run))[0] == "ON_HOLD"
        assert Hold.objects.get().scope_id == run.plate_id

    def test_asks_little(self) -> None:
        floor, admin = make_floor(), owner()
        floor.printer(code="V1", bed=Bed.NOT_CLEAR)
        run = queued(floor.plate())
        why(admin, "run", run)
        with queries() as asked:
            why(admin, "run", run)

        assert len(asked) <= 60


class TestWhatPrints:
    def test_needs_nobody(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer(code="V3"))

        page = why(owner(), "run", run)

        assert codes(page) == ["PRINTING"]
        assert "is printing. Nothing needs you." in text_of(page)
        assert "In the order to solve them" not in text_of(page)

    def test_or_is_over_has_nothing_in_the_way(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer(code="V3"))
        with frame.seeding("it ended"):
            Run.objects.filter(pk=run.pk).update(
                ended_at=run.started_at, judged_at=run.started_at, judged_by="service:tests", state="completed"
            )

        page = why(owner(), "run", run)

        assert_fit_for_people(page)
        assert codes(page) == []


class TestAnOrderAndAPiece:
    def test_lead_to_where_it_is_solved(self) -> None:
        floor, admin = make_floor(), owner()
        requirement = floor.component()
        plate = floor.plate()
        intent = Intent.objects.filter(lines__requirements__pieces__plate_items__plate=plate).get()
        piece = Piece.objects.filter(requirement__line__intent=intent).first()
        assert requirement

        for kind, record in (("intent", intent), ("piece", piece)):
            page = why(admin, kind, record)
            assert_fit_for_people(page)
            assert codes(page) == ["NOT_QUEUED"]

    def test_of_many_components_ask_as_much_as_of_one(self) -> None:
        admin, release = owner(), make_release()

        def cost() -> int:
            line = make_line_item(intent=release.intent, position=Intent.objects.get().lines.count() + 1)
            for is_reviewed in (True, False):
                component = make_requirement(line=line, position=int(is_reviewed) + 1)
                make_piece(requirement=component)
                if is_reviewed:
                    make_plan_review(plan=make_plan(requirement=component))
            why(admin, "intent", release.intent)
            with queries() as asked:
                page = why(admin, "intent", release.intent)
            assert all(step.url for step in page.context["steps"])
            assert {"PREFLIGHT", "REVIEW"} <= set(codes(page))
            return len(asked)

        assert cost() == cost() == cost()

    def test_of_another_site_or_kind_are_not_there(self) -> None:
        floor, stranger = make_floor(), browser(Role.ADMIN, site=make_site())
        run = queued(floor.plate())
        intent = Intent.objects.get()

        assert why(stranger, "run", run).status_code == 404
        assert why(stranger, "intent", intent).status_code == 404
        assert why(stranger, "piece", Piece.objects.get()).status_code == 404
        assert why(owner(), "printer", run).status_code == 404
        hold = {"key": "k", "reason": "SAFETY"}
        assert stranger.post(f"/admin/holds/on/plate/{run.plate_id}", hold).status_code == 404
        assert owner().post(f"/admin/holds/on/planet/{run.plate_id}", hold).status_code == 404

    def test_are_looked_at_by_viewers_who_hold_nothing(self) -> None:
        floor, viewer = make_floor(), browser(Role.VIEWER)
        floor.printer(code="V3", bed=Bed.NOT_CLEAR)
        run = queued(floor.plate())

        page = why(viewer, "run", run)

        assert page.status_code == 200
        assert "/holds/on/" not in page.content.decode()
        assert viewer.post(f"/admin/holds/on/plate/{run.plate_id}", {"key": "k", "reason": "SAFETY"}).status_code == 403


class TestStartingByHand:
    NIGHT = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)

    @pytest.fixture(autouse=True)
    def at_night(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(clock, "now", lambda: self.NIGHT)

    def test_a_person_starts_what_automation_waits_with(self) -> None:
        floor = make_floor()
        make_shift(weekday=1, starts_minute=360, minutes=480)
        floor.printer(code="V2", bed=Bed.NOT_CLEAR)
        ready = floor.printer(code="V1")
        run = queued(floor.plate())
        operator = browser(Role.OPERATOR)

        page = why(operator, "run", run)

        assert_fit_for_people(page)
        said = text_of(page)
        assert "Nobody would be there to watch it start. It starts by itself Tue 06:00, when somebody is there." in said
        assert "Nothing needs you." in said
        assert [one.code for one in page.context["ready"]] == ["V1"]
        assert press(operator, form(page, "/start/"), printer=str(ready.pk)).status_code == 303
        started = Run.objects.get(pk=run.pk)
        assert (started.state, started.printer_id) == (RunState.UPLOADING, ready.pk)

    def test_is_refused_in_words_when_it_moved_on_and_where_one_does_not_work(self) -> None:
        floor = make_floor()
        make_shift(weekday=1, starts_minute=360, minutes=480)
        one, other = floor.printer(), floor.printer()
        first, second = queued(floor.plate()), queued(floor.plate())
        operator = browser(Role.OPERATOR)
        shown = [form(why(operator, "run", run), "/start/") for run in (first, second)]

        assert press(operator, shown[0], printer=str(one.pk)).status_code == 303
        assert press(operator, shown[1], printer=str(one.pk)).status_code == 409
        elsewhere = make_printer(site=make_site())
        assert press(operator, shown[1], printer=str(elsewhere.pk)).status_code == 404
        assert press(operator, shown[1], printer=str(other.pk)).status_code == 303

    def test_is_not_offered_where_it_starts_by_itself_or_to_who_may_not(self) -> None:
        floor = make_floor()
        floor.printer()
        run = queued(floor.plate())
        assert "start" not in forms_of(why(owner(), "run", run))

        make_shift(weekday=1, starts_minute=360, minutes=480)
        assert "start" not in forms_of(why(browser(Role.VIEWER), "run", run))
        assert "start" in forms_of(why(owner(), "run", run))

    def test_is_not_offered_where_something_else_is_in_the_way_too(self) -> None:
        floor = make_floor()
        make_shift(weekday=1, starts_minute=360, minutes=480)
        floor.printer()
        held, free = queued(floor.plate()), queued(floor.plate())
        make_hold(scope=HoldScope.PLATE, scope_id=held.plate_id)

        page = why(owner(), "run", held)

        assert "start" not in forms_of(page), "it would be refused: a hold binds people too"
        assert [step.blocker.code for step in page.context["steps"]] == ["ON_HOLD", "UNWATCHED"]
        order = Intent.objects.get(lines__requirements__pieces__plate_items__plate=free.plate_id)
        assert "start" in forms_of(why(owner(), "intent", order))

    def test_is_not_offered_where_the_policy_binds_people_too(self) -> None:
        rule = {"id": "met", "transitions": ["run.dispatch"], "predicate": "ends_while_somebody_is_there", "params": {"grace_minutes": 0}}
        floor = make_floor(policy={"rules": [{**rule, "otherwise": "BLOCK"}]})
        make_shift(weekday=1, starts_minute=360, minutes=480)
        floor.printer()

        page = why(owner(), "run", queued(floor.plate()))

        assert codes(page) == ["ENDS_ALONE"]
        assert "start" not in forms_of(page)
        assert "binds people to this too" in text_of(owner().get("/admin/hours/"))


class TestWhatAPolicyStopped:
    def test_says_why_in_words(self) -> None:
        rule = {
            "id": "fresh",
            "transitions": ["run.dispatch"],
            "predicate": "calibrated_within",
            "params": {"days": 30},
            "otherwise": "BLOCK",
        }
        floor = make_floor(policy={"rules": [rule]})
        printer = floor.printer()
        make_calibration(printer=printer, kind=CalibrationKind.BED_MESH, measured_at=NOW - timedelta(days=45))
        run = queued(floor.plate())
        dispatch_run(machine(), run_id=run.pk, printer_id=printer.pk, expected_version=run.version)

        page = why(owner(), "run", run)

        assert_fit_for_people(page)
        assert "The printer is not freshly calibrated. Bed mesh: last done 45 days ago, 30 at most are asked for." in text_of(page)
