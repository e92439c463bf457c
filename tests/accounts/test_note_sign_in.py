"""``accounts.note_sign_in``: a try was right."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.accounts import commands
from apps.accounts.models import SignInTry
from apps.accounts.states import SignInWay
from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import NotFound
from tests.factories.accounts import make_device, make_sign_in_try, make_user

pytestmark = pytest.mark.django_db(transaction=True)


class TestNotingASignIn:
    def test_forgets_the_wrong_ones_from_there_and_says_who_came_how(self, ctx: Context) -> None:
        person, device = make_user(), make_device()
        make_sign_in_try()
        right, elsewhere = make_sign_in_try(), make_sign_in_try(address_digest="c" * 64)

        commands.note_sign_in(ctx, try_id=right.pk, user_id=person.pk, way=SignInWay.PIN, device_id=device.pk)

        event = Event.objects.get()
        assert list(SignInTry.objects.all()) == [elsewhere]
        assert event.type == "SignedIn"
        assert {row.kind for row in event.subject_rows.all()} == {"person", "sign_in", "device"}

    def test_is_refused_without_a_try_or_a_person(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.note_sign_in(ctx, try_id=uuid4(), user_id=make_user().pk, way=SignInWay.PASSWORD)
        with pytest.raises(NotFound):
            commands.note_sign_in(ctx, try_id=make_sign_in_try().pk, user_id=uuid4(), way=SignInWay.PASSWORD)
