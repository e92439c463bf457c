"""Every list, detail page and CSV of the admin, with rows, as an admin and as somebody who may only look."""

from __future__ import annotations

import csv
import io
import re
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.states import Role
from tests.asking import signed_in
from tests.console.records import makers, shown_models
from tests.factories.accounts import make_account, make_user

pytestmark = pytest.mark.django_db

MOST_QUERIES = 24
"""A list asks this often at most, however many rows it shows: sign-in, rights, frame, filters, the page, names."""

MODELS = shown_models()


def place(model: type[models.Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def inline(html: str) -> list[str]:
    """Return what a strict Content-Security-Policy refuses to run or apply."""
    scripts = [found for found in re.findall(r"<script\b[^>]*>", html) if " src=" not in found]
    return [
        *scripts,
        *re.findall(r"<style\b[^>]*>", html),
        *re.findall(r"<[^>]*\sstyle=[^>]*>", html),
        *re.findall(r"<[^>]*\son[a-z]+=[^>]*>", html),
    ]


@pytest.fixture(params=MODELS, ids=lambda model: model._meta.label)
def model(request: pytest.FixtureRequest) -> type[models.Model]:
    found: type[models.Model] = request.param
    return found


@pytest.fixture
def owner() -> Client:
    return signed_in(make_user(Role.ADMIN))


class TestEveryRecord:
    def test_has_a_list_a_page_and_a_csv_without_anything_inline(self, model: type[models.Model], owner: Client) -> None:
        row = makers()[model]()

        pages = [place(model, "changelist"), place(model, "change", row.pk)]
        for address in pages:
            answer = owner.get(address)
            html = answer.content.decode()
            assert answer.status_code == HTTPStatus.OK
            assert inline(html) == []
            assert len(re.findall("<h1", html)) == 1
        listed = owner.get(pages[0]).content.decode()
        assert pages[1] in listed
        saved = owner.get(place(model, "export"))
        rows = list(csv.reader(io.StringIO(b"".join(saved.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
        assert saved.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert len(rows) >= 2
        assert all(len(line) == len(rows[0]) for line in rows)

    def test_costs_the_same_with_one_row_and_with_many(self, model: type[models.Model], owner: Client) -> None:
        make = makers()[model]
        make()
        address = place(model, "changelist")
        owner.get(address)
        with CaptureQueriesContext(
            connection,
        ) as few:
            owner.get(address)
        for _number in range(3):
            try:
                make()
            except Exception:  # one of its kind, such as the only default site
                break
        with CaptureQueriesContext(connection) as many:
            owner.get(address)

        assert len(many) <= len(few) + 1, [query["sql"][:160] for query in many.captured_queries]
        assert len(many) <= MOST_QUERIES
        assert not any("COUNT(*)" in query["sql"] for query in many.captured_queries)

    def test_says_so_in_words_when_there_is_none(self, model: type[models.Model], owner: Client) -> None:
        html = owner.get(place(model, "changelist"), {"q": "no such thing at all"}).content.decode()

        assert 'class="empty rec-none"' in html or "<tbody>" in html

    def test_is_nothing_to_whoever_may_not_look(self, model: type[models.Model]) -> None:
        row = makers()[model]()
        client = signed_in(make_user(Role.VIEWER))
        may_look = make_user(Role.VIEWER).has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")

        answers = [client.get(place(model, "changelist")), client.get(place(model, "change", row.pk)), client.get(place(model, "export"))]

        assert [answer.status_code for answer in answers][::2] == [HTTPStatus.OK if may_look else HTTPStatus.FORBIDDEN] * 2
        assert answers[1].status_code in (
            (HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.NOT_FOUND)
            if may_look
            else (HTTPStatus.FORBIDDEN, HTTPStatus.FOUND, HTTPStatus.NOT_FOUND)
        )


class TestTheRegistry:
    def test_every_model_has_a_maker(self) -> None:
        assert set(MODELS) - set(makers()) == set()

    def test_every_filter_answers(self, owner: Client) -> None:
        for model in MODELS:
            html = owner.get(place(model, "changelist")).content.decode()
            for query in set(re.findall(r'<li><a href="(\?[^"]+)"', html)[:12]):
                answer = owner.get(place(model, "changelist") + query.replace("&amp;", "&"))
                assert answer.status_code == HTTPStatus.OK, (model, query)

    def test_the_first_page_groups_them_in_plain_words(self, owner: Client) -> None:
        html = owner.get(reverse("admin:index")).content.decode()

        assert "Orders and money" in html
        assert inline(html) == []
        assert all(place(model, "changelist") in html for model in MODELS)
        assert admin.site._registry

    def test_whoever_has_no_records_is_told_so(self) -> None:
        assert signed_in(make_user(Role.VIEWER)).get(reverse("admin:index")).status_code == HTTPStatus.OK


class TestCsv:
    def test_calculates_nothing_and_is_filtered(self, owner: Client) -> None:
        make_account(name='=cmd|"/c calc"!A0', email="a@example.org")
        make_account(name="Other", email="b@example.org")

        saved = owner.get(reverse("admin:accounts_account_export"), {"q": "a@example"})
        text = b"".join(saved.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
        rows = list(csv.DictReader(io.StringIO(text)))

        assert [row["name"] for row in rows] == ['\'=cmd|"/c calc"!A0']

    def test_holds_no_secret(self, owner: Client) -> None:
        for model in MODELS:
            saved = owner.get(place(model, "export"))
            head = next(iter(csv.reader(io.StringIO(b"".join(saved.streaming_content).decode("utf-8-sig")))))  # type: ignore[attr-defined]
            assert not {"password", "access_key_sealed"} & set(head), model
