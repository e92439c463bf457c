"""A button on a page asks for one command once, and says in words what was refused."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.test import RequestFactory

from apps.accounts.models import User
from apps.accounts.states import Role
from apps.console.views.page import Act
from apps.journal.http.page_command import Form
from apps.journal.models import Event
from apps.journal.refusals import Invalid
from apps.policy import commands
from apps.policy.models import Hold
from apps.policy.states import HoldReason, HoldScope
from tests.factories.accounts import make_grant, make_site, make_user

pytestmark = pytest.mark.django_db


class Release(Act):
    """The button under test: it ends a hold."""

    command = staticmethod(commands.release_hold)
    receipt = "Released"
    home = "/admin/more/"

    def arguments(self, form: Form) -> dict[str, Any]:
        return {"note": form.text("note", most=20)}


def press(hold: Hold, user: User, **fields: str) -> HttpResponseBase:
    request = _request(user, {"key": uuid4().hex, "version": str(hold.version), **fields})
    return Release.as_view()(request, hold_id=hold.pk)


def _request(user: User, fields: dict[str, str]) -> HttpRequest:
    from django.contrib.messages.storage.cookie import CookieStorage
    from django.contrib.sessions.backends.signed_cookies import SessionStore

    request = RequestFactory().post("/admin/holds/", fields)
    request.user, request.session = user, SessionStore()
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


@pytest.fixture
def admin() -> User:
    return make_user(Role.ADMIN)


@pytest.fixture
def hold(ctx: Any, admin: User) -> Hold:
    site_id: UUID = admin.grants.get().site_id
    placed = commands.place_hold(ctx, site_id=site_id, scope=HoldScope.SITE, scope_id=site_id, reason=HoldReason.OTHER, note="smoke")
    return Hold.objects.get(pk=placed)


class TestAPressedButton:
    def test_does_it_and_goes_on_where_the_form_says(self, hold: Hold, admin: User) -> None:
        answer = press(hold, admin, next="/admin/more/?site=main")

        assert (answer.status_code, answer["Location"]) == (303, "/admin/more/?site=main")
        assert Hold.objects.get(pk=hold.pk).released_at is not None

    def test_does_it_once_however_often_it_is_pressed(self, hold: Hold, admin: User) -> None:
        first = press(hold, admin, key="one-key")
        second = press(hold, admin, key="one-key")

        assert (first.status_code, second.status_code) == (303, 303)
        assert Event.objects.filter(type="HoldReleased").count() == 1

    @pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil", ""])
    def test_never_sends_people_elsewhere(self, hold: Hold, admin: User, elsewhere: str) -> None:
        assert press(hold, admin, next=elsewhere)["Location"] == "/admin/more/"


class TestARefusal:
    def test_says_what_why_and_how_with_its_status(self, hold: Hold, admin: User) -> None:
        answer = press(hold, admin, version=str(hold.version + 1))

        assert answer.status_code == 412
        assert isinstance(answer, HttpResponse)
        assert b'id="refusal"' in answer.content
        assert Hold.objects.get(pk=hold.pk).released_at is None

    @pytest.mark.parametrize("fields", [{"version": "x"}, {"version": ""}, {"note": "n" * 21}, {"note": "a\x00b"}])
    def test_answers_a_bent_form_with_words(self, hold: Hold, admin: User, fields: dict[str, str]) -> None:
        answer = press(hold, admin, **fields)

        assert answer.status_code == 422
        assert Hold.objects.get(pk=hold.pk).released_at is None

    def test_is_for_everybody_without_the_right(self, hold: Hold) -> None:
        from django.core.exceptions import PermissionDenied

        viewer = make_grant(user=make_user(), site=make_site(code="other"), role=Role.VIEWER).user

        with pytest.raises(PermissionDenied):
            press(hold, viewer)


class TestAForm:
    @pytest.mark.parametrize("sent", ["", "1e3", "-1", "10", "٣", "99999999999999"])
    def test_takes_only_whole_numbers_within_bounds(self, sent: str) -> None:
        with pytest.raises(Invalid):
            Form(RequestFactory().post("/", {"n": sent})).number("n", least=0, most=9)

    def test_wants_at_least_one_id(self) -> None:
        with pytest.raises(Invalid):
            Form(RequestFactory().post("/", {})).uuids("piece")
