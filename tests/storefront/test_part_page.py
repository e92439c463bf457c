"""A part's page: what was found in four sentences, what to choose, what it costs; and what its buttons do."""

from __future__ import annotations

import re
from typing import Any

import pytest

from apps.journal import frame
from apps.parts.domain.findings import Finding, Offer, Severity
from apps.parts.models import FindingAnswer, Upload
from apps.parts.states import AnswerKind, PreflightStatus
from apps.storefront.models import BasketLine
from tests.factories.catalog import make_color, make_material
from tests.factories.inventory import make_spool
from tests.factories.parts import FAILURE, NOTE, WARNING
from tests.factories.profiles import make_profile, make_profile_version
from tests.orders.selling import Shop, work
from tests.storefront.visiting import KNOB, Browser, chosen, last_upload, part_for, text_of

pytestmark = pytest.mark.django_db(transaction=True)

PLACED = Finding(
    "OPEN", Severity.FAIL, measured={"edges": 4}, place={"x_um": 1000, "y_um": 2000, "z_um": 3000}, offers=(Offer.REQUEST_REVIEW,)
)


@pytest.fixture
def shop() -> Shop:
    return Shop(breaks=[{"from": 10, "off": "0.2"}])


@pytest.fixture
def browser(shop: Shop) -> Browser:
    browser = Browser()
    browser.arrive()
    return browser


def price(page: str) -> str:
    found = re.search(r"([\d.,]+ EUR)", page)
    assert found is not None
    return found[1]


class TestFindings:
    def test_are_numbered_the_worst_first_and_say_four_things_each(self, browser: Browser) -> None:
        revision = part_for(browser.account, NOTE, WARNING, FAILURE, status=PreflightStatus.FAIL)

        page = browser.page(f"/parts/{revision.pk}/")

        assert page.index("The surface has holes") < page.index("very thin")
        assert page.count("Why it matters") == page.count("How to fix it") == page.count("What we can do") == 3
        assert "This part cannot be made yet" in page
        assert "No price yet." in page

    def test_that_are_at_one_place_are_pinned_there_under_the_same_number(self, browser: Browser) -> None:
        revision = part_for(browser.account, PLACED, status=PreflightStatus.FAIL)

        content = browser.get(f"/parts/{revision.pk}/").content.decode()

        assert 'data-place="1.000 2.000 3.000" data-shows="finding-1"' in content
        assert 'id="finding-1"' in content
        assert '<g class="pin-svg">' in content, "also without scripts"

    def test_may_be_accepted_and_then_count_for_nothing(self, browser: Browser) -> None:
        revision = part_for(browser.account, WARNING, status=PreflightStatus.WARN)
        assert "1 thing to decide" in browser.page(f"/parts/{revision.pk}/")

        browser.post(f"/parts/{revision.pk}/answer/", key="k", code=WARNING.code, choice="accept")

        assert FindingAnswer.objects.get().answered_by.startswith("visitor:")
        assert "You chose: make it so." in browser.page(f"/parts/{revision.pk}/")

    def test_that_fail_may_be_looked_at_by_a_person(self, browser: Browser) -> None:
        revision = part_for(browser.account, FAILURE, status=PreflightStatus.FAIL)

        browser.post(f"/parts/{revision.pk}/answer/", key="k", code="OPEN", choice="review", message="Printed before")

        assert (FindingAnswer.objects.get().kind, FindingAnswer.objects.get().reason) == (AnswerKind.ASKED, "Printed before")
        assert "Somebody of the shop looks at it." in browser.page(f"/parts/{revision.pk}/")

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({"code": "OPEN", "choice": "accept"}, 409),
            ({"code": "NOTHING", "choice": "accept"}, 404),
            ({"code": "OPEN", "choice": "steal"}, 422),
            ({"code": "", "choice": "accept"}, 422),
            ({"code": "OPEN", "choice": "review", "message": "x" * 2001}, 422),
            ({"code": "OPEN\x00", "choice": "accept"}, 422),
        ],
    )
    def test_take_no_other_answer(self, browser: Browser, fields: dict[str, str], status: int) -> None:
        revision = part_for(browser.account, FAILURE, status=PreflightStatus.FAIL)

        assert browser.post(f"/parts/{revision.pk}/answer/", key="k", **fields).status_code == status
        assert not FindingAnswer.objects.exists()

    def test_about_the_unit_lead_to_another_look_at_the_same_bytes(self, browser: Browser) -> None:
        work()
        part = last_upload().parts.get().part_revision_id

        answer = browser.post(f"/parts/{part}/unit/", key="k", unit="inch")
        work()

        assert answer["Location"] == f"/uploads/{last_upload().pk}/"
        assert Upload.objects.count() == 2
        assert len({upload.artifact_id for upload in Upload.objects.all()}) == 1
        assert browser.post(f"/parts/{part}/unit/", key="k", unit="league").status_code == 422


class TestOptions:
    def test_change_the_price(self, browser: Browser, shop: Shop) -> None:
        revision = part_for(browser.account)
        make_profile_version(profile=make_profile(material_family="PETG"))
        petg = make_material(family="PETG", density_mg_cm3=2000)
        address = f"/parts/{revision.pk}/"

        usual = price(browser.page(address))
        dear = price(browser.page(f"{address}?material={petg.pk}&quantity=1"))
        many = price(browser.page(f"{address}?material={petg.pk}&quantity=12"))

        assert len({usual, dear, many}) == 3
        assert "from 10" in browser.page(address)

    def test_are_asked_for_alone_by_our_script(self, browser: Browser) -> None:
        revision = part_for(browser.account)

        answer = browser.get(f"/parts/{revision.pk}/", headers={"X-Fragment": "options"})

        assert answer.content.lstrip().startswith(b'<section class="card sticky-a" id="options"')

    def test_are_only_what_can_be_promised(self, browser: Browser, shop: Shop) -> None:
        revision = part_for(browser.account)
        make_material(family="PETG", name="No profile for this")
        make_material(name="Not offered", is_offered=False)
        red, green = make_color(name="Red"), make_color(name="Green")
        make_color(name="Gone", is_offered=False)

        page = browser.page(f"/parts/{revision.pk}/")
        assert "No profile for this" not in page
        assert "Not offered" not in page
        assert "Gone" not in page
        assert "Green" in page

        make_spool(material=shop.material, color=red)
        page = browser.page(f"/parts/{revision.pk}/")
        assert "Red" in page
        assert green.name not in page, "what lies on the shelf goes before what is only known"

    @pytest.mark.parametrize(
        "query",
        [
            "material=x",
            "material=00000000-0000-7000-8000-000000000000",
            "quantity=-3",
            "quantity=abc",
            "tier=gold",
            "color=x",
            "quantity=99999999999999999999",
        ],
    )
    def test_of_no_kind_fall_back_to_the_usual_ones(self, browser: Browser, query: str) -> None:
        revision = part_for(browser.account)

        assert "Put into basket" in browser.page(f"/parts/{revision.pk}/?{query}")

    def test_beyond_what_is_sold_say_so_instead_of_a_price(self, browser: Browser, shop: Shop) -> None:
        revision = part_for(browser.account)

        page = browser.page(f"/parts/{revision.pk}/?material={shop.material.pk}&quantity=51")

        assert "Put into basket" not in page
        assert "50" in page

    def test_in_a_shop_without_material_say_so(self, browser: Browser, shop: Shop) -> None:
        revision = part_for(browser.account)
        with frame.seeding("nothing is offered"):
            shop.material.is_offered = False
            shop.material.save_changes("is_offered")

        assert "offers no material just now" in browser.page(f"/parts/{revision.pk}/")
        assert browser.post(f"/parts/{revision.pk}/basket/", **chosen(shop)).status_code >= 400


class TestPuttingIntoTheBasket:
    def test_keeps_the_wish_in_words(self, browser: Browser, shop: Shop) -> None:
        revision = part_for(browser.account)

        answer = browser.post(f"/parts/{revision.pk}/basket/", **chosen(shop, notes="Smooth <b>top</b>"))

        assert answer["Location"] == "/basket/"
        assert BasketLine.objects.get().notes == "Smooth <b>top</b>"
        assert b"<b>top" not in browser.get("/basket/").content

    @pytest.mark.parametrize(
        "fields",
        [
            {"quantity": "0"},
            {"quantity": ""},
            {"quantity": "51"},
            {"material": "x"},
            {"notes": "x" * 501},
            {"notes": "\x00"},
            {"material": ""},
        ],
    )
    def test_refuses_what_cannot_be(self, browser: Browser, shop: Shop, fields: dict[str, str]) -> None:
        revision = part_for(browser.account)

        answer = browser.post(f"/parts/{revision.pk}/basket/", **chosen(shop, **fields))

        assert answer.status_code == 422
        assert "What you can do" in text_of(answer)
        assert not BasketLine.objects.exists()

    def test_refuses_what_cannot_be_made(self, browser: Browser, shop: Shop) -> None:
        revision = part_for(browser.account, FAILURE, status=PreflightStatus.FAIL)

        assert browser.post(f"/parts/{revision.pk}/basket/", **chosen(shop)).status_code == 409
        assert not BasketLine.objects.exists()


class TestPictures:
    @pytest.fixture
    def part(self, browser: Browser) -> Any:
        work()
        return last_upload().parts.get().part_revision_id

    @pytest.mark.parametrize(
        ("name", "media_type", "start"),
        [("poster.png", "image/png", b"\x89PNG"), ("thumb.png", "image/png", b"\x89PNG"), ("shown.stl", "model/stl", b"farmos normalised")],
    )
    def test_are_sent_as_what_they_are_and_kept(self, browser: Browser, part: Any, name: str, media_type: str, start: bytes) -> None:
        answer = browser.get(f"/parts/{part}/{name}")

        assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"]) == (200, media_type, "nosniff")
        assert answer.content.startswith(start)
        assert answer["Cache-Control"].startswith("private")
        again = browser.get(f"/parts/{part}/{name}", headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_of_g_code_are_not_there(self, browser: Browser) -> None:
        browser.send(("part.gcode", b"G28\nG1 X10 Y10 Z0.2 E1 F1200\nM104 S200\n" * 20))
        work()
        found = last_upload().parts.first()

        if found is not None:
            assert browser.get(f"/parts/{found.part_revision_id}/thumb.png").status_code == 404
        assert KNOB
