"""Every list and record of the API, against a farm in which each kind of record exists: answered, and as its schema says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from apps.accounts.models import User
from apps.accounts.states import Role
from apps.journal.http.record_views import ListView, RecordView
from farmos import api
from tests.asking import signed_in
from tests.factories.accounts import make_user
from tests.factories.everything import make_everything

pytestmark = pytest.mark.django_db


def views(kind: type[Any]) -> Iterator[tuple[str, type[Any]]]:
    """Yield the name and class of every view of a kind."""
    for route in api.urlpatterns:
        cls = getattr(getattr(route, "callback", None), "cls", None)
        if isinstance(route, URLPattern) and cls is not None and issubclass(cls, kind):
            yield str(route.name), cls


LISTS = dict(views(ListView))
RECORDS = dict(views(RecordView))


@pytest.fixture
def admin() -> Client:
    """An admin of the shop, in which everything exists."""
    make_everything()
    person: User = make_user(Role.ADMIN)
    return signed_in(person)


class TestEveryList:
    def test_answers_with_what_exists_and_each_record_with_its_tag(self, admin: Client) -> None:
        empty = []
        for name, _cls in LISTS.items():
            answer = admin.get(reverse(f"api:{name}"))
            assert answer.status_code == 200, (name, answer.content[:500])
            if not answer.json()["items"]:
                empty.append(name)
        assert empty == []

    def test_has_records_that_can_be_read(self, admin: Client) -> None:
        by_model = {cls.model: name for name, cls in LISTS.items()}
        for name, cls in RECORDS.items():
            listed = admin.get(reverse(f"api:{by_model[cls.model]}")).json()["items"]
            answer = admin.get(reverse(f"api:{name}", args=[listed[0]["id"]]))
            assert answer.status_code == 200, (name, answer.content[:500])
            if "etag" in answer.json():
                assert answer.headers["ETag"] == answer.json()["etag"]
