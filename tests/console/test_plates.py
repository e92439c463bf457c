"""Plates: the list, one plate with its bed, and composing one by hand."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.states import Role
from apps.board.queries.composing import composer
from apps.journal import clock, frame, lanes
from apps.orders.models import Requirement
from apps.parts.models import Part
from apps.planning.models import BuildPlate, PlateItem
from apps.planning.states import PlateState
from apps.runs.models import Run
from apps.runs.states import ItemResult
from tests.asking import signed_in
from tests.factories.accounts import make_site, make_user, shop
from tests.factories.catalog import make_color
from tests.factories.floor import make_floor
from tests.factories.planning import make_approved_plate, make_layout_slot, make_plate, make_plate_item, make_slice_failure
from tests.pages import form_on, headings, press
from tests.planning.workshop import Workshop, make_model, make_order, release_order, set_up
from tests.runs.driving import completed, judged

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/admin/plates/"
COMPOSE = f"{LIST}compose/"
STAGE = f"{COMPOSE}stage/"


@pytest.fixture
def planner() -> Client:
    shop()
    return signed_in(make_user(Role.ADMIN))


def waiting(floor: Workshop, *sizes: float, quantity: int = 2, **line: object) -> list[Requirement]:
    """Return components that wait for a plate: planned and approved, automation still gathers."""
    found = [make_order(floor, make_model(size, 15, 4), is_released=False, quantity=quantity, **line) for size in sizes]  # type: ignore[arg-type]
    for requirement in found:
        release_order(requirement)
    while lanes.hand_out_next("default"):
        pass
    return found


class TestTheList:
    def test_shows_plates_with_what_is_on_them(self, planner: Client) -> None:
        plate = make_floor().plate(pieces=3, orders=2)

        page = planner.get(LIST)

        assert (page.status_code, headings(page)) == (200, 1)
        assert plate.number in page.content.decode()

    def test_names_equal_parts_of_several_orders_once(self, planner: Client) -> None:
        make_floor().plate(pieces=9, orders=4)
        with frame.seeding("names"):
            Part.objects.update(name="Bracket")

        assert "Bracket \N{MULTIPLICATION SIGN}9 " in planner.get(LIST).content.decode()

    def test_counts_the_parts_it_does_not_name(self, planner: Client) -> None:
        make_floor().plate(pieces=9, orders=5)
        with frame.seeding("names"):
            for number, part in enumerate(Part.objects.all()):
                Part.objects.filter(pk=part.pk).update(name=f"Part {number}")

        assert " and 3 more" in planner.get(LIST).content.decode()

    def test_without_plates_says_how_they_come_about(self, planner: Client) -> None:
        assert "No plate is open." in planner.get(LIST).content.decode()

    def test_asks_the_database_as_often_for_many_as_for_one(
        self, planner: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        floor = make_floor()
        for _ in range(12):
            floor.plate(pieces=2)
        planner.get(LIST)

        with django_assert_max_num_queries(16):
            planner.get(LIST)


class TestOnePlate:
    def test_draws_the_bed_with_a_letter_for_each_order(self, planner: Client) -> None:
        plate = make_floor().plate(pieces=4, orders=2)
        for slot in range(1, 5):
            corners = [[slot * 20_000, 0], [slot * 20_000 + 9_000, 0], [slot * 20_000, 9_000]]
            make_layout_slot(layout=plate.layout, slot=slot, placement={"footprint_um": corners})

        page = planner.get(f"{LIST}{plate.pk}/")
        html = page.content.decode()

        assert (page.status_code, headings(page)) == (200, 1)
        assert (html.count(">A</text>"), html.count(">B</text>")) == (2, 2)
        assert "2 orders are hit:" in html
        assert "style=" not in html

    def test_is_queued_by_one_button(self, planner: Client) -> None:
        plate = make_floor().plate()

        answer = press(planner, f"{LIST}{plate.pk}/", f"{LIST}{plate.pk}/queue/")

        assert answer.status_code == 303
        assert Run.objects.filter(plate=plate).count() == 1

    def test_whose_parts_are_made_is_not_offered_again(self, planner: Client) -> None:
        floor = make_floor()
        plate = floor.plate(pieces=2)
        run = completed(plate, floor.printer())

        before = planner.get(f"{LIST}{plate.pk}/").content.decode()
        assert judged(run, ItemResult.SUCCESS, ItemResult.SUCCESS)
        after = planner.get(f"{LIST}{plate.pk}/").content.decode()

        for html in (before, after):
            assert f"{LIST}{plate.pk}/queue/" not in html
        assert "If this plate fails" not in after

    def test_is_approved_and_taken_back(self, planner: Client) -> None:
        from tests.factories.planning import make_layout

        plate = make_plate(layout=make_layout(), printer_class=make_floor().printer_class)
        make_plate_item(plate=plate)

        press(planner, f"{LIST}{plate.pk}/", f"{LIST}{plate.pk}/approve/")
        assert BuildPlate.objects.get(pk=plate.pk).state == PlateState.APPROVED
        press(planner, f"{LIST}{plate.pk}/", f"{LIST}{plate.pk}/void/", reason="SUPERSEDED")

        assert BuildPlate.objects.get(pk=plate.pk).state == PlateState.VOID

    def test_that_could_not_be_sliced_says_why(self, planner: Client) -> None:
        failure = make_slice_failure()

        html = planner.get(f"{LIST}{failure.plate_id}/").content.decode()

        assert "Slicing failed" in html
        assert "SLICER_EMPTY" in html

    def test_of_another_site_is_not_there(self) -> None:
        theirs = make_approved_plate(site=make_site())
        operator = signed_in(make_user(Role.OPERATOR))

        assert operator.get(f"{LIST}{theirs.pk}/").status_code == 404
        assert operator.get(f"{LIST}{theirs.pk}/preview.svg").status_code == 404
        assert operator.post(f"{LIST}{theirs.pk}/void/", {"key": "k", "version": "1"}).status_code == 404

    def test_is_not_changed_by_viewers(self) -> None:
        plate = make_floor().plate()
        viewer = signed_in(make_user(Role.VIEWER))

        assert "/void/" not in viewer.get(f"{LIST}{plate.pk}/").content.decode()
        assert viewer.post(f"{LIST}{plate.pk}/queue/", {"key": "k"}).status_code == 403


class TestComposing:
    def test_of_nothing_says_so(self, planner: Client) -> None:
        assert "Nothing waits for a plate." in planner.get(COMPOSE).content.decode()

    def test_stages_the_chosen_parts(self, planner: Client) -> None:
        first, second = waiting(set_up(gather_s=3600), 20, 30)

        answer = press(planner, COMPOSE, STAGE, **{f"n-{first.pk}": "1", f"n-{second.pk}": "2"})

        assert answer.status_code == 303
        plate = BuildPlate.objects.get()
        assert answer["Location"] == f"{LIST}{plate.pk}/"
        assert PlateItem.objects.filter(plate=plate).count() == 3

    def test_shows_what_cannot_share_the_plate_with_the_reason(self, planner: Client) -> None:
        floor = set_up(gather_s=3600)
        (black,) = waiting(floor, 20)
        (other,) = waiting(floor, 25, color=make_color())

        found = composer(shop().pk, now=clock.now(), lead_by=black.pk)

        assert [row.requirement.pk for row in found.fitting] == [black.pk]
        assert [(row.requirement.pk, row.why_not) for row in found.misfits] == [(other.pk, "Another colour")]
        html = planner.get(COMPOSE, {"with": str(black.pk)}).content.decode()
        assert "Another colour" in html
        assert f"n-{other.pk}" not in html

    def test_refuses_what_cannot_share_or_is_too_much(self, planner: Client) -> None:
        floor = set_up(gather_s=3600)
        (black,) = waiting(floor, 20)
        (other,) = waiting(floor, 25, color=make_color())
        form = form_on(planner.get(COMPOSE), STAGE)

        for wrong in ({f"n-{black.pk}": "1", f"n-{other.pk}": "1"}, {f"n-{black.pk}": "9"}, {f"n-{black.pk}": "0"}, {f"n-{black.pk}": "x"}):
            assert planner.post(STAGE, {**form, f"n-{other.pk}": "", **wrong}).status_code == 422
        assert not BuildPlate.objects.exists()

    def test_twice_stages_one_plate(self, planner: Client) -> None:
        (part,) = waiting(set_up(gather_s=3600), 20)
        form = form_on(planner.get(COMPOSE), STAGE)

        answers = [planner.post(STAGE, {**form, f"n-{part.pk}": "2"}) for _ in range(2)]

        assert answers[0].status_code == 303
        assert BuildPlate.objects.count() == 1
