"""First run and solo: three steps to a first part, and Today for one person."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.states import Role
from apps.board.queries.faces import Face, face_of
from apps.fleet.states import Bed
from apps.journal import clock
from apps.orders.models import CustomerSnapshot, Intent
from apps.orders.states import IntentKind
from apps.parts.models import Upload
from apps.runs.states import Ruling
from tests.asking import signed_in
from tests.factories.accounts import make_site, make_user, shop
from tests.factories.fleet import make_printer
from tests.factories.floor import make_floor
from tests.factories.orders import make_paid_intent
from tests.factories.parts import FAILURE, make_checked_upload, make_upload_part
from tests.orders.selling import Shop
from tests.pages import form_on, forms_on, headings, press
from tests.runs.driving import completed, printing, ruled

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, SOLO = "/admin/first-run/", "/admin/solo/"
SEND, PRINT = f"{SOLO}file/", f"{SOLO}print/"


@pytest.fixture
def owner() -> Client:
    shop()
    return signed_in(make_user(Role.ADMIN, name="Sam R."))


class TestTheFace:
    def test_begins_without_a_printer_or_an_order(self) -> None:
        site = shop()
        assert face_of(site.pk) == Face.FIRST_RUN
        make_printer(site=site)
        assert face_of(site.pk) == Face.FIRST_RUN

    def test_is_solo_while_one_person_works_there_on_single_pieces(self) -> None:
        make_user(Role.ADMIN)
        floor = make_floor()
        floor.printer()
        floor.plate(pieces=1)

        assert face_of(shop().pk) == Face.SOLO

    def test_becomes_a_farm_with_a_second_person_or_a_shared_plate(self) -> None:
        make_user(Role.ADMIN)
        floor = make_floor()
        floor.printer()
        floor.plate(pieces=2)
        assert face_of(shop().pk) == Face.FARM

    def test_counts_people_not_roles(self) -> None:
        one = make_user(Role.ADMIN, Role.OPERATOR)
        make_printer(site=shop())
        make_paid_intent()
        assert one.grants.count() == 2
        assert face_of(shop().pk) == Face.SOLO

        make_user(Role.OPERATOR)
        assert face_of(shop().pk) == Face.FARM


class TestTheStart:
    def test_leads_to_the_face_of_the_site(self, owner: Client) -> None:
        assert owner.get("/admin/")["Location"] == FIRST
        floor = make_floor()
        floor.printer()
        floor.plate(pieces=1)
        assert owner.get("/admin/")["Location"] == SOLO
        floor.plate(pieces=2)

        assert owner.get("/admin/").status_code == 200

    def test_is_today_for_whoever_only_looks(self) -> None:
        shop()
        assert signed_in(make_user(Role.VIEWER)).get("/admin/").status_code == 200

    def test_leaves_today_where_it_is(self, owner: Client) -> None:
        assert owner.get("/admin/today/").status_code == 200


class TestTheFirstRun:
    def test_begins_with_the_printer(self, owner: Client) -> None:
        page = owner.get(FIRST)
        html = page.content.decode()

        assert (page.status_code, headings(page)) == (200, 1)
        assert "Welcome, Sam R.. In about" not in html
        assert "Welcome, Sam R" in html
        assert "/admin/printers/add/" in html
        assert SEND not in [action for action, _fields in forms_on(page)]

    def test_goes_on_with_a_file_once_there_is_a_printer(self, owner: Client) -> None:
        printer = make_printer(site=shop(), bed=Bed.UNKNOWN)

        page = owner.get(FIRST)

        assert SEND in [action for action, _fields in forms_on(page)]
        assert press(owner, FIRST, f"/admin/printers/{printer.pk}/bed-clear/").status_code == 303


class TestAFile:
    def test_is_taken_in_and_checked(self, owner: Client) -> None:
        form = form_on(owner.get(SOLO), SEND)

        answer = owner.post(SEND, {**form, "file": SimpleUploadedFile("cable guide.stl", b"solid x\nendsolid x\n")})

        assert answer.status_code == 303
        assert Upload.objects.get().original_name == "cable guide.stl"
        assert "It is being checked." in owner.get(SOLO).content.decode()

    def test_is_needed(self, owner: Client) -> None:
        form = form_on(owner.get(SOLO), SEND)

        assert owner.post(SEND, form).status_code == 422
        assert owner.post(SEND, {**form, "file": SimpleUploadedFile("e.stl", b"")}).status_code == 422
        assert not Upload.objects.exists()

    def test_is_not_taken_from_those_who_may_not(self) -> None:
        shop()
        viewer = signed_in(make_user(Role.VIEWER))

        assert viewer.post(SEND, {"key": "k", "site": "main", "file": SimpleUploadedFile("a.stl", b"x")}).status_code == 403
        assert not Upload.objects.exists()

    def test_elsewhere_is_not_there(self, owner: Client) -> None:
        elsewhere = make_site(code="elsewhere")

        assert owner.post(SEND, {"key": "k", "site": elsewhere.code, "file": SimpleUploadedFile("a.stl", b"x")}).status_code == 404


class TestPrint:
    @pytest.fixture
    def open_shop(self) -> Shop:
        return Shop()

    def sent(self, open_shop: Shop, *findings: object) -> str:
        upload = make_checked_upload(site=open_shop.site, account=None, created_at=clock.now(), ended_at=clock.now())
        revision = open_shop.part(*findings)
        make_upload_part(upload=upload, part_revision=revision)
        return str(revision.pk)

    def test_orders_so_many_for_somebody(self, open_shop: Shop) -> None:
        revision = self.sent(open_shop)
        owner = signed_in(make_user(Role.ADMIN))

        answer = press(owner, SOLO, PRINT, revision=revision, quantity="3", material=str(open_shop.material.pk), for_whom="Noor")

        assert answer.status_code == 303
        intent = Intent.objects.get()
        assert (intent.kind, intent.lines.get().quantity) == (IntentKind.INTERNAL, 3)
        assert CustomerSnapshot.objects.get().account == {"name": "Noor"}
        assert "for Noor" in owner.get(SOLO).content.decode()

    def test_twice_orders_once(self, open_shop: Shop) -> None:
        revision = self.sent(open_shop)
        owner = signed_in(make_user(Role.ADMIN))
        form = {**form_on(owner.get(SOLO), PRINT), "revision": revision, "quantity": "1", "material": str(open_shop.material.pk)}

        assert [owner.post(PRINT, form).status_code for _ in range(2)] == [303, 303]
        assert Intent.objects.count() == 1

    @pytest.mark.parametrize("wrong", [{"quantity": "0"}, {"quantity": "x"}, {"material": "x"}, {"revision": "x"}])
    def test_refuses_what_cannot_be(self, open_shop: Shop, wrong: dict[str, str]) -> None:
        revision = self.sent(open_shop)
        owner = signed_in(make_user(Role.ADMIN))
        good = {"revision": revision, "quantity": "1", "material": str(open_shop.material.pk)}

        assert press(owner, SOLO, PRINT, **{**good, **wrong}).status_code == 422
        assert not Intent.objects.exists()

    def test_is_not_offered_for_what_cannot_be_made(self, open_shop: Shop) -> None:
        self.sent(open_shop, FAILURE)
        owner = signed_in(make_user(Role.ADMIN))

        page = owner.get(SOLO)

        assert "This model cannot be made as it is." in page.content.decode()


class TestTodayForOne:
    def test_asks_whether_it_worked(self, owner: Client) -> None:
        floor = make_floor()
        run = completed(floor.plate(), floor.printer())

        html = owner.get(SOLO).content.decode()

        assert "is done. Did it work?" in html
        assert f"/admin/runs/{run.pk}/outcome/" in html

    def test_lets_a_paused_print_go_on(self, owner: Client) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        ruled(run, Ruling.PAUSE)

        assert press(owner, SOLO, f"/admin/runs/{run.pk}/resume/").status_code == 303

    def test_shows_no_plates_policy_or_batches(self, owner: Client) -> None:
        floor = make_floor()
        plate = floor.plate()
        printing(plate, floor.printer())

        main = owner.get(SOLO).content.decode().split("<main", 1)[1].split("</main>", 1)[0]

        assert plate.number not in main
        for word in ("Plate", "policy", "batch", "hand-over"):
            assert word not in main

    def test_of_nothing_asks_for_a_file(self, owner: Client) -> None:
        assert "Nothing to do. Drop a file and say how many." in owner.get(SOLO).content.decode()
        assert headings(owner.get(SOLO)) == 1
