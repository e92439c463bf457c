"""``accounts.open_account``: one customer per e-mail address and site."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from apps.accounts import commands
from apps.accounts.models import Account, Member, User
from apps.accounts.states import AccountKind, MemberRole, Role, Terms
from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import Invalid, NotFound, Refusal
from tests.factories.accounts import make_site, make_user, shop
from tests.factories.context import make_context
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


class TestOpeningAnAccount:
    def test_makes_a_customer_who_pays_first_in_the_currency_of_the_site(self, ctx: Context) -> None:
        site = make_site(currency="SEK")

        account_id = commands.open_account(ctx, site_id=site.id, email=" Bo@Example.org ", name="Bo", kind=AccountKind.COMPANY)

        account = Account.objects.get(pk=account_id)
        assert (account.site_id, account.email, account.currency, account.terms) == (site.id, "bo@example.org", "SEK", Terms.PREPAID)
        assert account.kind == AccountKind.COMPANY

    def test_adds_a_person_who_must_prove_the_address_first(self, ctx: Context) -> None:
        account_id = commands.open_account(ctx, site_id=shop().id, email="bo@example.org")

        member = Member.objects.get(account_id=account_id)
        assert (member.user.email, member.role) == ("bo@example.org", MemberRole.OWNER)
        assert not member.user.has_usable_password()
        assert not member.user.is_staff
        assert list(Event.objects.order_by("id").values_list("type", flat=True)) == ["PersonAdded", "AccountOpened"]

    def test_belongs_to_who_has_the_address_already(self, ctx: Context) -> None:
        user = make_user(Role.OPERATOR, email="bo@example.org", password="kept")

        account_id = commands.open_account(ctx, site_id=shop().id, email="BO@example.org", name="Somebody else")

        assert Member.objects.get(account_id=account_id).user_id == user.id
        assert User.objects.get().password == "kept"
        assert list(Event.objects.values_list("type", flat=True)) == ["AccountOpened"]

    def test_is_refused_for_an_address_that_is_a_customer_at_this_site_only(self, ctx_factory: Callable[..., Context]) -> None:
        commands.open_account(ctx_factory(), site_id=shop().id, email="bo@example.org")

        with pytest.raises(Refusal) as refused:
            commands.open_account(ctx_factory(), site_id=shop().id, email="Bo@example.org")
        commands.open_account(ctx_factory(), site_id=make_site().id, email="bo@example.org")

        assert refused.value.code == "customer-exists"
        assert (Account.objects.count(), User.objects.count()) == (2, 1)

    def test_records_no_names_or_addresses(self, ctx: Context) -> None:
        commands.open_account(ctx, site_id=shop().id, email="bo@example.org", name="Bolibompa")

        told = "".join(f"{event.data}{event.subjects}" for event in Event.objects.all()).lower()
        assert "example.org" not in told
        assert "bolibompa" not in told

    def test_names_an_email_that_cannot_be_used(self, ctx: Context) -> None:
        with pytest.raises(Invalid) as refused:
            commands.open_account(ctx, site_id=shop().id, email="nobody")

        assert set(refused.value.params["fields"]) == {"email"}

    def test_is_refused_at_a_site_nobody_knows(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.open_account(ctx, site_id=uuid4(), email="bo@example.org")


@pytest.mark.both_engines
class TestTheSameBuyerFourTimesAtOnce:
    def test_is_one_customer(self, writers: Writers) -> None:
        site_id = shop().id

        outcomes = writers.in_threads(lambda _n: commands.open_account(make_context(), site_id=site_id, email="bo@example.org"), 4)

        errors = [outcome.error for outcome in outcomes if outcome.error is not None]
        assert [error.code for error in errors if isinstance(error, Refusal)] == ["customer-exists"] * 3
        assert (Account.objects.count(), User.objects.count(), Member.objects.count()) == (1, 1, 1)
