"""A lost password: the person at the machine gives a new one."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.hashers import make_password
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.accounts.states import Role
from apps.journal.models import Event
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db(transaction=True)


class TestResettingAPassword:
    def test_lets_the_person_in_with_the_one_it_says(self) -> None:
        person = make_user(Role.OPERATOR, password=make_password("the-lost-one-9"))
        said = StringIO()

        call_command("reset_password", person.email.upper(), stdout=said)

        password = said.getvalue().split("with the password  ")[1].split()[0]
        changed = User.objects.get(pk=person.pk)
        assert (changed.check_password(password), changed.check_password("the-lost-one-9")) == (True, False)
        assert Event.objects.get(type="PasswordChanged").actor == "service:setup"

    def test_works_twice(self) -> None:
        person = make_user(Role.OPERATOR)

        call_command("reset_password", person.email, stdout=StringIO())
        call_command("reset_password", person.email, stdout=StringIO())

        assert Event.objects.filter(type="PasswordChanged").count() == 2

    def test_of_nobody_is_said_so(self) -> None:
        with pytest.raises(CommandError, match="Nobody signs in with nobody@nowhere"):
            call_command("reset_password", "nobody@nowhere")
