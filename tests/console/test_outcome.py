"""What happened on the plate? Marking parts, going on later, correcting, printing again, and the bed on the same page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.states import Role
from apps.fleet.models import Printer
from apps.fleet.states import Bed
from apps.journal.models import Event
from apps.planning.models import PlateItem
from apps.runs.models import ItemOutcome, OutcomePhoto, Run
from apps.runs.states import ItemResult, Ruling
from tests.artifacts.pictures import PLACE, photo
from tests.asking import signed_in
from tests.factories.accounts import make_site, make_user
from tests.factories.floor import make_floor
from tests.factories.planning import make_approved_plate
from tests.factories.runs import make_completed_run, make_item_outcome
from tests.pages import form_on, headings, press
from tests.runs.driving import completed, printing, ruled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator() -> Client:
    return signed_in(make_user(Role.OPERATOR))


def done(pieces: int = 3) -> Run:
    floor = make_floor()
    return completed(floor.plate(pieces=pieces), floor.printer())


def failed(pieces: int = 3) -> Run:
    floor = make_floor()
    run = printing(floor.plate(pieces=pieces), floor.printer())
    ruled(run, Ruling.FAIL, reason="SPAGHETTI")
    return Run.objects.get(pk=run.pk)


def page_of(run: Run) -> str:
    return f"/admin/runs/{run.pk}/outcome/"


def save_of(run: Run) -> str:
    return f"{page_of(run)}save/"


def items(run: Run) -> list[PlateItem]:
    return list(PlateItem.objects.filter(plate=run.plate).order_by("slot"))


def marked(run: Run, *outcomes: str, reason: str = "SPAGHETTI") -> dict[str, Any]:
    sent: dict[str, Any] = {}
    for item, outcome in zip(items(run), outcomes, strict=False):
        sent[f"o-{item.pk}"] = outcome
        sent[f"r-{item.pk}"] = reason if outcome == "FAILED" else ""
    return sent


def said(run: Run) -> list[str]:
    return list(ItemOutcome.objects.filter(run=run).order_by("item__slot").values_list("outcome", flat=True))


class TestThePage:
    def test_of_a_completed_attempt_marks_everything_good(self, operator: Client) -> None:
        run = done()

        page = operator.get(page_of(run))

        assert (page.status_code, headings(page)) == (200, 1)
        assert set(marked(run, *["SUCCESS"] * 3)) >= {name for name in form_on(page, save_of(run)) if name.startswith("o-")}
        assert [form_on(page, save_of(run))[f"o-{item.pk}"] for item in items(run)] == ["SUCCESS"] * 3

    def test_of_a_failed_attempt_marks_nothing(self, operator: Client) -> None:
        page = operator.get(page_of(run := failed()))

        assert not [name for name in form_on(page, save_of(run)) if name.startswith("o-")]

    def test_can_mark_all_at_once_without_scripts(self, operator: Client) -> None:
        run = failed()

        form = form_on(operator.get(page_of(run), {"all": "SKIPPED"}), save_of(run))

        assert [form[f"o-{item.pk}"] for item in items(run)] == ["SKIPPED"] * 3

    def test_of_an_attempt_that_is_not_over_asks_nothing(self, operator: Client) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        html = operator.get(page_of(run)).content.decode()

        assert "This attempt is not over yet." in html
        assert "name=&quot;o-" not in html
        assert f"o-{items(run)[0].pk}" not in html

    def test_of_another_site_is_not_there(self, operator: Client) -> None:
        theirs = make_completed_run(plate=make_approved_plate(site=make_site()))

        assert operator.get(page_of(theirs)).status_code == 404
        assert operator.post(save_of(theirs), {"key": "k", "version": "1"}).status_code == 404

    def test_is_to_be_looked_at_but_not_used_by_viewers(self) -> None:
        run = done()
        viewer = signed_in(make_user(Role.VIEWER))

        assert f"o-{items(run)[0].pk}" not in viewer.get(page_of(run)).content.decode()
        assert viewer.post(save_of(run), {"key": "k", "version": str(run.version)}).status_code == 403


class TestSaving:
    def test_a_good_plate_takes_one_tap(self, operator: Client) -> None:
        run = done()

        answer = press(operator, page_of(run), save_of(run), then="save")

        assert answer.status_code == 303
        assert said(run) == ["SUCCESS"] * 3
        assert Run.objects.get(pk=run.pk).judged_at is not None

    def test_is_refused_until_every_part_is_marked(self, operator: Client) -> None:
        run = failed()

        answer = press(operator, page_of(run), save_of(run), then="save", **marked(run, "FAILED"))

        assert answer.status_code == 422
        assert "2 parts are not marked yet." in answer.content.decode()
        assert said(run) == []

    def test_can_go_on_later(self, operator: Client) -> None:
        run = failed()

        press(operator, page_of(run), save_of(run), then="later", **marked(run, "FAILED"))
        assert (said(run), Run.objects.get(pk=run.pk).judged_at) == (["FAILED"], None)
        press(operator, page_of(run), save_of(run), then="save", **marked(run, "", "SKIPPED", "SUCCESS"))

        assert said(run) == ["FAILED", "SKIPPED", "SUCCESS"]

    @pytest.mark.parametrize("reason", ["", "NOT_A_REASON"])
    def test_wants_a_reason_for_what_failed(self, operator: Client, reason: str) -> None:
        run = failed(1)

        answer = press(operator, page_of(run), save_of(run), then="save", **marked(run, "FAILED", reason=reason))

        assert (answer.status_code, said(run)) == (422, [])

    def test_twice_happens_once(self, operator: Client) -> None:
        run = done()
        form = {**form_on(operator.get(page_of(run)), save_of(run)), "then": "save"}

        assert [operator.post(save_of(run), form).status_code for _ in range(2)] == [303, 303]
        assert len(said(run)) == 3
        assert Event.objects.filter(type="RunJudged").count() == 1

    def test_what_somebody_else_said_meanwhile_is_refused(self, operator: Client) -> None:
        run = done()
        form = form_on(operator.get(page_of(run)), save_of(run))

        answer = operator.post(save_of(run), {**form, "then": "save", "version": str(run.version + 1)})

        assert answer.status_code == 412

    def test_and_reprinting_puts_the_failed_ones_on_a_new_plate(self, operator: Client) -> None:
        run = failed()

        answer = press(operator, page_of(run), save_of(run), then="reprint", **marked(run, "SUCCESS", "FAILED", "FAILED"))

        assert answer["Location"] == page_of(run)
        assert "2 parts go on a new plate." in operator.get(page_of(run)).content.decode()
        assert Event.objects.filter(type="ReprintCreated").count() == 1


class TestAfterwards:
    def test_failed_parts_can_be_reprinted_by_one_button(self, operator: Client) -> None:
        run = failed()
        press(operator, page_of(run), save_of(run), then="save", **marked(run, "FAILED", "SKIPPED", "SUCCESS"))

        html = operator.get(page_of(run)).content.decode()
        answer = press(operator, page_of(run), f"/admin/runs/{run.pk}/reprint/")

        assert "Reprint 2 failed parts" in html
        assert answer.status_code == 303
        assert Event.objects.filter(type="ReprintCreated").count() == 1

    def test_a_result_can_be_corrected_for_a_while(self, operator: Client) -> None:
        run = done(1)
        press(operator, page_of(run), save_of(run), then="save")
        first = ItemOutcome.objects.get(run=run)

        answer = press(operator, page_of(run), f"/admin/outcomes/{first.pk}/correct/", outcome="FAILED", reason="WARP")

        assert answer.status_code == 303
        assert ItemOutcome.objects.get(corrects=first).outcome == ItemResult.FAILED
        assert ItemOutcome.objects.get(pk=first.pk).outcome == ItemResult.SUCCESS

    def test_an_old_result_is_not_offered_for_correction(self, operator: Client) -> None:
        old = make_item_outcome()

        assert "/correct/" not in operator.get(page_of(old.run)).content.decode()

    def test_the_bed_is_asked_on_the_same_page(self, operator: Client) -> None:
        run = done()
        assert run.printer is not None

        answer = press(operator, page_of(run), f"/admin/printers/{run.printer_id}/bed-clear/")

        assert answer["Location"] == page_of(run)
        assert Printer.objects.get(pk=run.printer.pk).bed == Bed.CLEAR
        assert Run.objects.get(pk=run.pk).bed_cleared_at is not None


class TestPhotos:
    @pytest.fixture
    def outcome(self, operator: Client) -> ItemOutcome:
        run = done(1)
        press(operator, page_of(run), save_of(run), then="save")
        return ItemOutcome.objects.get(run=run)

    def add(self, client: Client, outcome: ItemOutcome, *sent: bytes) -> Any:
        files = [SimpleUploadedFile(f"IMG_{number}.JPG", content, "image/jpeg") for number, content in enumerate(sent)]
        return press(client, page_of(outcome.run), f"/admin/outcomes/{outcome.pk}/photos/", photos=files)

    def test_are_added_and_shown_without_what_the_camera_wrote(self, operator: Client, outcome: ItemOutcome) -> None:
        assert self.add(operator, outcome, photo(), photo(color="#0000ff")).status_code == 303

        page = operator.get(page_of(outcome.run)).content.decode()
        shown = re.findall(r'src="(/admin/outcomes/photos/[^"]+)"', page)
        answers = [operator.get(address) for address in shown]
        assert [answer["Content-Type"] for answer in answers] == ["image/jpeg"] * 2
        assert not any(PLACE in answer.content for answer in answers)
        assert "2 photos added." in page
        assert shown[0] in operator.get(f"/admin/runs/{outcome.run_id}/").content.decode()

    def test_that_are_none_are_refused_in_words(self, operator: Client, outcome: ItemOutcome) -> None:
        answer = self.add(operator, outcome, b"<svg onload=alert(1)>")

        assert (answer.status_code, OutcomePhoto.objects.count()) == (422, 0)
        assert "This is no photo we can show" in answer.content.decode()

    def test_are_not_shown_to_people_of_another_site(self, operator: Client, outcome: ItemOutcome) -> None:
        self.add(operator, outcome, photo())
        address = f"/admin/outcomes/photos/{OutcomePhoto.objects.get().pk}.jpg"
        elsewhere = signed_in(make_user(Role.OPERATOR, site=make_site()))

        assert elsewhere.get(address).status_code == 404
        assert elsewhere.post(f"/admin/outcomes/{outcome.pk}/photos/", {"key": "k"}).status_code == 404

    def test_are_taken_by_the_api_and_named_there(self, outcome: ItemOutcome) -> None:
        admin = signed_in(make_user(Role.ADMIN))

        answer = admin.post(
            f"/api/v1/item-outcomes/{outcome.pk}/add-photo",
            {"file": SimpleUploadedFile("a.jpg", photo(), "image/jpeg")},
            headers={"Idempotency-Key": "photo-1"},
        )

        assert answer.status_code == 200, answer.content
        found = admin.get(f"/api/v1/item-outcomes/{outcome.pk}").json()["photos"]
        assert [one["artifact_id"] for one in found] == [str(OutcomePhoto.objects.get().artifact_id)]
