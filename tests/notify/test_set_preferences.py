"""``notify.set_preferences``: how one person wants to be told."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.journal.refusals import Invalid, NotFound, StaleVersion
from apps.notify import commands, queries
from apps.notify.models import Preference
from apps.notify.states import MailWish, Severity
from tests.factories.accounts import make_user
from tests.factories.context import make_context
from tests.recorded import event_types

pytestmark = pytest.mark.django_db

WISHES: dict[str, Any] = {
    "mail_urgent": MailWish.DIGEST,
    "mail_attention": MailWish.NEVER,
    "mail_information": MailWish.NOW,
    "quiet_from_minute": 60,
    "quiet_until_minute": 120,
    "urgent_breaks_quiet": False,
}


def say(person_id: UUID, *, version: int = 0, **overrides: Any) -> None:
    commands.set_preferences(make_context(), person_id=person_id, expected_version=version, **{**WISHES, **overrides})


class TestSayingSo:
    def test_holds_from_then_on(self) -> None:
        person = make_user()
        assert queries.preference_of(person.pk).mail_wish(Severity.URGENT) == MailWish.NOW

        say(person.pk)

        wanted = queries.preference_of(person.pk)
        assert {name: getattr(wanted, name) for name in WISHES} == WISHES
        assert [wanted.mail_wish(severity) for severity in Severity] == [MailWish.DIGEST, MailWish.NEVER, MailWish.NOW]

    def test_again_changes_the_same_row(self) -> None:
        person = make_user()
        say(person.pk)

        say(person.pk, version=1, quiet_from_minute=0)

        assert Preference.objects.get().quiet_from_minute == 0
        assert event_types() == ["PreferencesChanged", "PreferencesChanged"]


class TestBadInput:
    @pytest.mark.parametrize("minutes", [{"quiet_from_minute": -1}, {"quiet_until_minute": 1440}])
    def test_minutes_no_day_has(self, minutes: dict[str, int]) -> None:
        with pytest.raises(Invalid):
            say(make_user().pk, **minutes)

    def test_nobody(self) -> None:
        with pytest.raises(NotFound):
            say(uuid4())

    def test_a_form_that_is_behind(self) -> None:
        person = make_user()

        with pytest.raises(StaleVersion):
            say(person.pk, version=3)
        say(person.pk)
        with pytest.raises(StaleVersion):
            say(person.pk, version=0)
        assert Preference.objects.get().version == 1
