"""Rights: what each role may ask for and look at, at its site and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from apps.accounts import rights
from apps.accounts.models import Account, Address, User
from apps.accounts.states import MemberRole, Role
from apps.fleet.models import Printer
from apps.orders.models import Intent
from tests.factories.accounts import make_account, make_grant, make_member, make_site, make_user, shop
from tests.factories.fleet import make_printer
from tests.factories.inventory import make_spool
from tests.factories.orders import make_intent
from tests.factories.runs import make_run

pytestmark = pytest.mark.django_db

V, O, L, P, Q, A, I = (  # noqa: E741
    *(Role.VIEWER, Role.OPERATOR, Role.LEAD, Role.PLANNER, Role.QUALITY, Role.ADMIN, Role.INTEGRATOR),
)

EXPECTED: dict[str, set[Role]] = {
    "fleet.view_printer": {V, O, L, P, Q, A, I},
    "runs.pause_run": {O, L, A},
    "runs.record_outcomes": {O, L, Q, A},
    "planning.approve_plan": {P, L, A},
    "policy.activate_policy": {P, A},
    "profiles.promote_version": {P, A},
    "policy.grant_approval": {L, A},
    "policy.override": {A},
    "orders.request_refund": {L, A},
    "orders.record_manual_payment": {L, A},
    "orders.release_price_list": {A},
    "orders.view_ledgerentry": {L, A},
    "journal.view_event": {L, A, I},
    "accounts.view_user": {L, A},
    "accounts.grant_role": {A},
    "parts.ingest_upload": {O, L, P, A, I},
    "runs.begin_upload": set(),
    "orders.apply_webhook": set(),
    "nobody.declared_this": set(),
}


class TestARole:
    @pytest.mark.parametrize("permission", EXPECTED)
    def test_has_the_rights_of_its_table_at_its_site_only(self, permission: str) -> None:
        here, there = shop(), make_site()

        people = {role: make_user(role) for role in Role}

        assert {role for role, person in people.items() if person.has_perm(permission)} == EXPECTED[permission]
        assert {role for role, person in people.items() if person.has_perm(permission, here.pk)} == EXPECTED[permission]
        assert {role for role, person in people.items() if person.has_perm(permission, there.pk)} == set()
        assert {role for role, person in people.items() if person.has_perm(permission, there)} == set()

    def test_counts_where_it_is_held(self) -> None:
        here, there = shop(), make_site()
        person = make_user(Role.ADMIN)
        make_grant(user=person, site=there, role=Role.VIEWER)

        assert person.has_perm("runs.pause_run", here.pk)
        assert not person.has_perm("runs.pause_run", there.pk)
        assert person.has_perm("runs.view_run", there.pk)
        assert person.sites_where("runs.view_run") == {here.pk, there.pk}

    def test_gives_nothing_to_who_is_switched_off_or_unknown(self) -> None:
        gone = make_user(Role.ADMIN, is_active=False)
        unknown = make_user()

        for person in (gone, unknown):
            assert not person.has_perm("fleet.view_printer")
            assert not person.has_perm("fleet.view_printer", shop().pk)
            assert not person.has_module_perms("fleet")
            assert not person.works_here
            assert list(person.visible(Printer)) == []
            assert person.get_all_permissions() == set()

    def test_opens_the_apps_it_may_see_something_of(self) -> None:
        person = make_user(Role.VIEWER)

        assert person.has_module_perms("runs")
        assert not person.has_module_perms("nothing")


class TestARecord:
    def _both(self, make: Callable[..., Any]) -> tuple[Any, Any]:
        return make(), make(site=make_site())

    @pytest.mark.parametrize("make", [make_printer, make_spool, make_intent, make_account])
    def test_exists_for_the_people_of_its_site(self, make: Callable[..., Any]) -> None:
        ours, theirs = self._both(make)
        person = make_user(Role.ADMIN)

        assert list(person.visible(type(ours))) == [ours]
        label = f"{ours._meta.app_label}.view_{ours._meta.model_name}"
        if not isinstance(ours, Account):
            assert person.has_perm(label, ours)
            assert not person.has_perm(label, theirs)

    def test_is_found_through_what_it_belongs_to(self) -> None:
        make_site()
        run = make_run()
        operator, stranger = make_user(Role.OPERATOR), make_user(Role.OPERATOR, site=make_site())

        assert operator.has_perm("runs.pause_run", run)
        assert not stranger.has_perm("runs.pause_run", run)
        assert not make_user(Role.VIEWER).has_perm("runs.pause_run", run)
        assert list(stranger.visible(type(run))) == []

    def test_may_be_at_several_sites_and_appears_once(self) -> None:
        there = make_site()
        person = make_user(Role.OPERATOR)
        make_grant(user=person, role=Role.LEAD)
        make_member(user=person, account=make_account(site=there))
        ours, theirs = make_user(Role.LEAD), make_user(Role.LEAD, site=there)
        nobody = make_user()

        assert list(ours.visible(User).filter(pk=person.pk)) == [person]
        assert list(theirs.visible(User).filter(pk=person.pk)) == [person]
        assert list(theirs.visible(User).filter(pk=ours.pk)) == []
        assert list(theirs.visible(User).filter(pk=nobody.pk)) == [nobody]


class TestACustomer:
    @pytest.fixture
    def accounts(self) -> tuple[Account, Account]:
        return make_account(), make_account()

    @pytest.mark.parametrize(
        ("role", "acts", "looks"), [(MemberRole.OWNER, True, True), (MemberRole.BUYER, True, True), (MemberRole.VIEWER, False, True)]
    )
    def test_acts_for_their_account_only(self, accounts: tuple[Account, Account], role: MemberRole, acts: bool, looks: bool) -> None:
        mine, yours = accounts
        person = make_member(account=mine, role=role).user

        assert person.has_perm("orders.cancel_intent", mine) == acts
        assert person.has_perm("orders.view_intent", mine) == looks
        assert not person.has_perm("orders.cancel_intent", yours)
        assert not person.has_perm("orders.request_refund", mine)
        assert not person.has_perm("orders.release_intent", mine)
        assert not person.has_perm("orders.view_pricelist", mine)

    def test_has_no_rights_of_staff(self, accounts: tuple[Account, Account]) -> None:
        person = make_member(account=accounts[0]).user
        make_grant(user=person, role=Role.CUSTOMER)
        intent = make_intent(account=accounts[1])

        assert not person.has_perm("orders.cancel_intent")
        assert not person.has_perm("orders.cancel_intent", shop().pk)
        assert not person.has_perm("orders.cancel_intent", intent)
        assert not person.works_here

    def test_owns_what_hangs_on_the_account(self, accounts: tuple[Account, Account]) -> None:
        mine, yours = accounts
        person = make_member(account=mine).user
        order = make_intent(account=mine)
        make_intent(account=yours)

        assert list(person.owned(Intent)) == [order]
        assert list(person.owned(Printer)) == []
        assert list(person.owned(Address)) == []


class TestStaffWhoBuy:
    def test_act_for_their_own_account_without_more_rights_over_others(self) -> None:
        mine, yours = make_account(), make_account()
        viewer = make_user(Role.VIEWER)
        make_member(account=mine, user=viewer)

        assert viewer.has_perm("orders.cancel_intent", mine)
        assert not viewer.has_perm("orders.cancel_intent", make_intent(account=yours))


class TestTheBook:
    def test_refuses_two_entries_for_one_right(self) -> None:
        with pytest.raises(ValueError, match="declared twice"):
            rights.declare("runs", acts={"pause_run": rights.ADMINS})

    def test_costs_one_query_per_person(self, django_assert_num_queries: Any) -> None:
        person = User.objects.get(pk=make_user(Role.LEAD).pk)
        somewhere = UUID(int=1)

        with django_assert_num_queries(1):
            answers = [person.has_perm("runs.pause_run"), person.has_perm("runs.pause_run", somewhere), person.has_module_perms("runs")]

        assert answers == [True, False, True]
