"""Changing a password: by command, and on one's own page."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from apps.accounts import commands
from apps.accounts.models import User
from apps.accounts.states import Role
from apps.journal.context import Context
from apps.journal.models import Event, Receipt
from apps.journal.refusals import Invalid, StaleVersion
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db(transaction=True)

OLD, NEW = "the-old-one-9", "quite-another-4711"
PAGE = "/admin/password_change/"


def _form(old: str = OLD, new: str = NEW, again: str = NEW) -> dict[str, str]:
    return {"old_password": old, "new_password1": new, "new_password2": again}


@pytest.fixture
def person() -> User:
    """An operator with a password."""
    return make_user(Role.OPERATOR, password=make_password(OLD))


class TestTheCommand:
    def test_changes_what_the_person_signs_in_with(self, ctx: Context, person: User) -> None:
        commands.change_password(ctx, user_id=person.id, password_hash=make_password(NEW), expected_version=person.version)

        changed = User.objects.get(pk=person.pk)
        assert (changed.check_password(NEW), changed.check_password(OLD)) == (True, False)
        assert Event.objects.get(type="PasswordChanged").subject_rows.get().subject_id == person.id

    def test_keeps_neither_password_nor_hash_in_the_journal(self, ctx: Context, person: User) -> None:
        password_hash = make_password(NEW)

        commands.change_password(ctx, user_id=person.id, password_hash=password_hash, expected_version=person.version)

        kept = Event.objects.get(type="PasswordChanged").data + Receipt.objects.get().result
        assert NEW not in kept
        assert password_hash not in kept

    def test_refuses_what_is_no_hash(self, ctx: Context, person: User) -> None:
        with pytest.raises(Invalid):
            commands.change_password(ctx, user_id=person.id, password_hash=NEW, expected_version=person.version)

    def test_refuses_an_old_version(self, ctx: Context, person: User) -> None:
        with pytest.raises(StaleVersion):
            commands.change_password(ctx, user_id=person.id, password_hash=make_password(NEW), expected_version=person.version + 1)


class TestThePage:
    def test_changes_it_and_keeps_this_session_only(self, client: Client, person: User) -> None:
        other = Client()
        for one in (client, other):
            one.force_login(person)

        answer = client.post(PAGE, _form(), follow=True)

        assert "successful" in answer.content.decode()
        assert User.objects.get(pk=person.pk).check_password(NEW)
        assert client.get(PAGE).status_code == 200
        assert other.get(PAGE).status_code == 302

    @pytest.mark.parametrize("form", [_form(old="wrong"), _form(again="different-4711"), _form(new="short", again="short")])
    def test_refuses_on_the_page_and_changes_nothing(self, client: Client, person: User, form: dict[str, str]) -> None:
        client.force_login(person)

        answer = client.post(PAGE, form)

        assert answer.status_code == 200
        assert "aria-invalid" in answer.content.decode()
        assert User.objects.get(pk=person.pk).check_password(OLD)

    def test_lets_nobody_guess_the_old_password_in_front_of_an_open_screen(self, client: Client, person: User) -> None:
        client.force_login(person)

        codes = [client.post(PAGE, _form(old=f"guess {n}")).status_code for n in range(6)]
        right = client.post(PAGE, _form())

        assert (codes, right.status_code) == ([200] * 5 + [429], 429)
        assert User.objects.get(pk=person.pk).check_password(OLD)

    def test_is_for_people_who_work_here(self, client: Client) -> None:
        client.force_login(make_user())

        assert client.get(PAGE).status_code == 302
