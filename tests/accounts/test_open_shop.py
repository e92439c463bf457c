"""``accounts.open_shop``: the first site, its owner, and no second one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password

from apps.accounts import commands, queries
from apps.accounts.models import Grant, Site, User
from apps.accounts.states import Role
from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import Invalid, Refusal
from tests.factories.context import make_context
from tests.writers import Writers

OPENING: dict[str, Any] = {
    "name": "Workshop",
    "owner_email": " Ada@Example.org",
    "owner_name": "Ada",
    "owner_password_hash": make_password("correct horse"),
    "time_zone": "Europe/Berlin",
}


@pytest.mark.django_db(transaction=True)
class TestOpeningAShop:
    def test_makes_one_default_site_and_its_admin(self, ctx: Context) -> None:
        site_id = commands.open_shop(ctx, **OPENING)

        site, owner = queries.default_site(), User.objects.get()
        assert (site.id, site.time_zone, site.currency) == (site_id, "Europe/Berlin", "EUR")
        assert owner.email == "ada@example.org"
        assert [(grant.user_id, grant.role) for grant in queries.active_admins(site_id)] == [(owner.id, Role.ADMIN)]
        assert owner.is_staff
        assert owner.has_perm("accounts.grant_role", site_id)

    def test_lets_the_owner_sign_in_with_any_spelling_of_the_email(self, ctx: Context) -> None:
        commands.open_shop(ctx, **OPENING)

        assert authenticate(username="ADA@example.ORG ", password="correct horse") == User.objects.get()
        assert authenticate(username="ada@example.org", password="wrong") is None

    def test_records_what_happened_without_names_or_addresses(self, ctx: Context) -> None:
        commands.open_shop(ctx, **OPENING)

        told = "".join(f"{event.data}{event.subjects}" for event in Event.objects.all()).lower()
        assert list(Event.objects.order_by("id").values_list("type", flat=True)) == ["SiteOpened", "PersonAdded", "RoleGranted"]
        assert not any(word in told for word in ("ada", "example.org", "workshop", "berlin"))

    def test_happens_once_for_one_key(self, ctx: Context) -> None:
        first = commands.open_shop(ctx, **OPENING)

        again = commands.open_shop(ctx, **OPENING)

        assert again == first
        assert Event.objects.count() == 3

    def test_is_refused_when_there_is_a_shop(self, ctx_factory: Callable[..., Context]) -> None:
        commands.open_shop(ctx_factory(), **OPENING)

        with pytest.raises(Refusal) as refused:
            commands.open_shop(ctx_factory(), **{**OPENING, "owner_email": "eve@example.org"})

        assert refused.value.code == "shop-exists"
        assert (Site.objects.count(), User.objects.count(), Grant.objects.count()) == (1, 1, 1)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("owner_email", "nobody"),
            ("owner_email", "a@b\r\nBcc: c@example.org"),
            ("owner_email", f"{'a' * 250}@example.org"),
            ("owner_password_hash", "correct horse"),
            ("owner_password_hash", ""),
            ("time_zone", "Mars/Olympus"),
            ("time_zone", "../../etc/passwd"),
            ("time_zone", ""),
        ],
    )
    def test_names_the_field_that_cannot_be_used(self, ctx: Context, field: str, value: str) -> None:
        with pytest.raises(Invalid) as refused:
            commands.open_shop(ctx, **{**OPENING, field: value})

        assert set(refused.value.params["fields"]) == {field}
        assert not Site.objects.exists()

    @pytest.mark.parametrize(("field", "value", "code"), [("name", "", "site-unnamed"), ("currency", "eur", "site-currency-invalid")])
    def test_tells_what_the_database_does_not_take(self, ctx: Context, field: str, value: str, code: str) -> None:
        with pytest.raises(Refusal) as refused:
            commands.open_shop(ctx, **{**OPENING, field: value})

        assert refused.value.code == code
        assert not Site.objects.exists()


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
class TestTwoOpeningsAtOnce:
    def test_make_one_shop(self, writers: Writers) -> None:
        outcomes = writers.in_threads(lambda n: commands.open_shop(make_context(), **{**OPENING, "owner_email": f"{n}@example.org"}), 4)

        losers = {outcome.error.code for outcome in outcomes if isinstance(outcome.error, Refusal)}
        assert sum(outcome.error is None for outcome in outcomes) == 1
        assert losers <= {"shop-exists", "site-code-taken", "default-site-exists"}
        assert losers
        assert (Site.objects.count(), User.objects.count(), Grant.objects.count()) == (1, 1, 1)


@pytest.mark.django_db
class TestBeforeAShopIsOpen:
    def test_whoever_asks_for_the_default_site_is_told_how_to_open_one(self) -> None:
        with pytest.raises(Refusal) as refused:
            queries.default_site()

        assert refused.value.code == "no-shop"
        assert "owner" in refused.value.fix
