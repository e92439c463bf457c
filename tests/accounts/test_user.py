"""People: how they are found, what a sign-in leaves behind, what their roles let Django show them."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client, override_settings

from apps.accounts.models import User
from apps.accounts.states import STAFF_ROLES, Role
from apps.journal import frame
from tests.factories.accounts import make_grant, make_user
from tests.factories.context import NOW

pytestmark = pytest.mark.django_db


class TestASignIn:
    def test_writes_nothing_even_when_the_hash_is_out_of_date(self) -> None:
        user = make_user(Role.LEAD, password=make_password("correct horse", hasher="md5"))
        newer = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", "django.contrib.auth.hashers.MD5PasswordHasher"]

        with override_settings(PASSWORD_HASHERS=newer):
            signed_in = Client().login(username=user.email, password="correct horse")

        kept = User.objects.get(pk=user.pk)
        assert signed_in
        assert (kept.password, kept.version) == (user.password, 1)

    def test_is_refused_to_who_is_switched_off(self) -> None:
        user = make_user(Role.LEAD, password=make_password("correct horse"), is_active=False)

        assert not Client().login(username=user.email, password="correct horse")


class TestAPerson:
    def test_changes_inside_commands_only(self) -> None:
        user = make_user()

        with pytest.raises(frame.OutsideCommand):
            user.save()
        with pytest.raises(frame.OutsideCommand):
            User.objects.filter(pk=user.pk).update(name="Eve")

    def test_is_called_by_name_or_else_by_email(self) -> None:
        named, unnamed = make_user(name="Ada"), make_user(email="bo@example.org")

        assert (named.get_full_name(), unnamed.get_short_name()) == ("Ada", "bo@example.org")


class TestRoles:
    @pytest.mark.parametrize("role", Role)
    def test_open_the_work_surfaces_to_staff_only(self, role: Role) -> None:
        user = make_user(role)

        assert user.is_staff == (role in STAFF_ROLES)
        assert not user.is_superuser

    def test_count_only_while_they_are_not_revoked(self) -> None:
        grant = make_grant(role=Role.ADMIN, revoked_at=NOW, revoked_by="service:tests")

        user = User.objects.get(pk=grant.user_id)

        assert (user.roles, user.is_staff, list(user.sites_where("runs.pause_run"))) == (frozenset(), False, [])

    def test_are_read_once_per_loaded_person(self, django_assert_num_queries: object) -> None:
        user = User.objects.get(pk=make_user(Role.ADMIN).pk)

        with django_assert_num_queries(1):  # type: ignore[operator]
            answers = [user.is_staff, user.has_perm("runs.pause_run"), user.has_perm("fleet.view_printer")]

        assert answers == [True, True, True]
