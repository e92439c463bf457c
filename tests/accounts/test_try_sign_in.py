"""``accounts.try_sign_in``: wrong proofs are counted before the next is looked at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.accounts import commands
from apps.accounts.commands.sign_ins import WRONG_FROM_ONE_ADDRESS, WRONG_PER_ADDRESS, WRONG_PER_PERSON
from apps.accounts.models import SignInTry
from apps.journal.refusals import Refusal
from tests.factories.accounts import make_sign_in_try, shop
from tests.factories.context import NOW, make_context
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


def digest(number: int) -> str:
    return f"{number:064x}"


def attempt(name: int = 0, address: int = 0, **about: Any) -> Any:
    return commands.try_sign_in(make_context(**about), name_digest=digest(name), address_digest=digest(address))


def refusal(name: int = 0, address: int = 0, **about: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        attempt(name, address, **about)
    return refused.value


class TestTrying:
    def test_is_refused_after_five_wrong_ones_for_a_person_from_an_address(self) -> None:
        for _wrong in range(WRONG_FROM_ONE_ADDRESS):
            attempt()

        refused = refusal()

        assert (refused.code, refused.status, refused.params["minutes"]) == ("sign-in-locked", 429, 15)
        attempt(address=1)
        attempt(name=1)

    def test_is_refused_from_an_address_that_tries_many_people(self) -> None:
        for name in range(WRONG_PER_ADDRESS):
            attempt(name=name)

        assert refusal(name=99).code == "sign-in-locked"

    def test_is_refused_for_a_person_who_is_tried_from_many_addresses(self) -> None:
        for address in range(WRONG_PER_PERSON):
            make_sign_in_try(name_digest=digest(0), address_digest=digest(address))

        assert refusal(address=999).code == "sign-in-locked"

    def test_works_again_when_the_window_is_over_and_forgets(self) -> None:
        for minute in range(WRONG_FROM_ONE_ADDRESS):
            attempt(now=NOW + timedelta(minutes=minute))
        assert refusal(now=NOW + timedelta(minutes=14, seconds=30)).params["seconds"] == 30

        attempt(now=NOW + timedelta(minutes=15))

        assert SignInTry.objects.count() == WRONG_FROM_ONE_ADDRESS


@pytest.mark.both_engines
class TestManyAtOnce:
    def test_are_counted_one_after_the_other(self, writers: Writers) -> None:
        shop()

        def guess(_number: int) -> str:
            try:
                attempt()
            except Refusal as refused:
                return refused.code
            return "looked at"

        answers = [outcome.value for outcome in writers.in_threads(guess, 12)]

        assert sorted(answers) == ["looked at"] * WRONG_FROM_ONE_ADDRESS + ["sign-in-locked"] * (12 - WRONG_FROM_ONE_ADDRESS)
