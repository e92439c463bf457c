"""Sending files: what is taken, what becomes of it, and everything that is refused with nothing half-written."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.artifacts.models import Artifact
from apps.journal.http.limits import buckets
from apps.parts.models import Upload
from apps.parts.queries import quota
from apps.storefront.models import Visitor
from apps.storefront.views import start
from tests.orders.selling import Shop, work
from tests.storefront.visiting import KNOB, Browser, last_upload, text_of

pytestmark = pytest.mark.django_db(transaction=True)

HOSTILE = [
    '"><script>alert(1)</script>.stl',
    "\u202egpj.exe\u202c.stl",
    "שלום עולם.stl",
    "x" * 300 + ".stl",
    "a\x00b.stl",
    "../../etc/passwd.stl",
    ".stl",
    "%s{0}.stl",
]


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def browser(shop: Shop) -> Browser:
    return Browser()


class TestTheFirstPage:
    def test_opens_for_a_stranger_and_makes_nobody_of_them(self, browser: Browser) -> None:
        page = browser.page("/")

        assert "see its price" in page
        assert not Visitor.objects.exists()
        assert "farmos_visitor" not in browser.client.cookies


def test_a_farm_without_a_shop_says_so() -> None:
    answer = Browser().get("/")

    assert answer.status_code >= 400
    assert "Traceback" not in text_of(answer)


class TestAFile:
    def test_makes_its_sender_a_guest_and_leads_to_its_check(self, browser: Browser) -> None:
        answer = browser.send(("knob.stl", KNOB))

        upload = last_upload()
        assert (answer.status_code, answer["Location"]) == (303, f"/uploads/{upload.pk}/")
        assert upload.account == Visitor.objects.get().account
        cookie = browser.client.cookies["farmos_visitor"]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
        assert "We are checking your file" in browser.page(answer["Location"])

    def test_that_is_checked_leads_on_to_its_part(self, browser: Browser) -> None:
        where = browser.send(("knob.stl", KNOB))["Location"]
        work()

        part = browser.get(where)
        assert part["Location"] == reverse("shop-part", args=[last_upload().parts.get().part_revision_id])
        page = browser.page(part["Location"])
        assert "24 × 24 × 10 mm" in page  # noqa: RUF001
        assert "Nothing stands against it" in page

    def test_comes_with_others(self, browser: Browser) -> None:
        answer = browser.send(("a.stl", KNOB), ("b.stl", KNOB))
        work()

        assert answer["Location"] == "/uploads/"
        assert Upload.objects.count() == 2
        assert "a.stl" in browser.page("/uploads/")

    def test_sent_twice_is_one_blob_and_two_files_for_two_people(self, shop: Shop) -> None:
        for _ in range(2):
            Browser().send(("knob.stl", KNOB))

        assert Upload.objects.count() == 2
        assert Artifact.objects.filter(size=len(KNOB)).count() == 1

    def test_sent_again_with_its_form_is_the_same(self, browser: Browser) -> None:
        where = {browser.send(("knob.stl", KNOB))["Location"] for _ in range(2)}

        assert len(where) == 1
        assert Upload.objects.count() == 1

    def test_may_be_meant_in_inches(self, browser: Browser) -> None:
        browser.send(("knob.stl", KNOB), unit="inch")
        work()

        assert last_upload().parts.get().part_revision.preflights.get().metrics["size_x_um"] == pytest.approx(24 * 25_400, abs=50)

    def test_sent_by_our_script_is_answered_for_it(self, browser: Browser) -> None:
        sent = {"key": "k", "files": SimpleUploadedFile("knob.stl", KNOB)}
        answer = browser.client.post("/", sent, headers={"Accept": "application/json"})

        assert (answer.status_code, answer.json()["next"]) == (201, f"/uploads/{last_upload().pk}/")
        refused = browser.client.post("/", {"key": "k"}, headers={"Accept": "application/json"})
        assert (refused.status_code, refused.json()["fix"]) == (422, "Choose one or more files, then send.")


class TestWhatIsNoModel:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("page.stl", b"<!doctype html><script>alert(1)</script>" * 20),
            ("picture.stl", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>' * 20),
            ("empty.stl", b""),
            ("short.stl", KNOB[:200]),
            ("lies.stl", KNOB[:80] + b"\xff\xff\xff\xff" + KNOB[84:]),
            ("bomb.3mf", b"PK\x03\x04" + b"\x00" * 500),
        ],
    )
    def test_is_refused_with_reasons_on_its_page(self, browser: Browser, name: str, content: bytes) -> None:
        where = browser.send((name, content))["Location"]
        work()

        page = browser.page(where)
        assert "This file cannot be used" in page
        assert "How to fix it" in page
        assert not last_upload().parts.exists()

    def test_is_never_served_as_it_came(self, browser: Browser) -> None:
        browser.send(("page.stl", b"<!doctype html><script>alert(1)</script>"))

        served = [address for address in ("/uploads/", f"/uploads/{last_upload().pk}/") if b"<script>alert" in browser.get(address).content]
        assert served == []


class TestNames:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_are_shown_as_words(self, browser: Browser, name: str) -> None:
        answer = browser.send((name, KNOB))
        assert answer.status_code == 303
        work()
        part = last_upload().parts.get().part_revision_id

        for address in ("/", "/uploads/", f"/parts/{part}/"):
            content = browser.get(address).content
            assert b"<script>alert" not in content
            assert b"\x00" not in content
        assert len(last_upload().original_name) <= 255


class TestRefusals:
    def test_of_a_form_without_a_file(self, browser: Browser) -> None:
        answer = browser.post("/", key="k")

        assert answer.status_code == 422
        assert "No file was chosen" in text_of(answer)
        assert not Visitor.objects.exists()

    def test_of_very_many_at_once(self, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(start, "MOST_FILES", 1)

        answer = browser.send(("a.stl", KNOB), ("b.stl", KNOB))

        assert answer.status_code == 422
        assert not Upload.objects.exists()

    def test_of_more_than_a_day_s_files(self, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
        browser.arrive()
        monkeypatch.setattr(quota, "FILES_A_DAY", 1)

        answer = browser.send(("b.stl", KNOB + b"\0"))

        assert answer.status_code == 429
        assert Upload.objects.count() == 1

    def test_of_more_than_a_day_s_bytes(self, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(quota, "BYTES_A_DAY", len(KNOB) - 1)

        answer = browser.send(("a.stl", KNOB))

        assert answer.status_code == 413
        assert not Upload.objects.exists()

    def test_of_a_file_that_is_too_large(self, browser: Browser, settings: Any) -> None:
        settings.MAX_UPLOAD_BYTES = 1000

        answer = browser.send(("a.stl", KNOB))

        assert answer.status_code == 413
        assert not Upload.objects.exists()

    def test_of_an_unknown_unit(self, browser: Browser) -> None:
        assert browser.send(("a.stl", KNOB), unit="league").status_code == 422

    def test_of_a_form_from_elsewhere(self, shop: Shop) -> None:
        assert Browser(enforce_csrf_checks=True).send(("a.stl", KNOB)).status_code == 403
        assert not Upload.objects.exists()


class TestOneSender:
    def test_cannot_use_up_the_visitors_of_the_shop(self, settings: Any, shop: Shop) -> None:
        settings.FARMOS_NEW_VISITORS_PER_MINUTE = 2
        buckets.forget()

        answers = [Client().post("/", {"files": SimpleUploadedFile("bolt.stl", b"solid")}).status_code for _ in range(4)]

        buckets.forget()
        assert answers[2:] == [429, 429]
        assert 429 not in answers[:2]
