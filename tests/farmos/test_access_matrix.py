"""Who gets where: every address of the URLconf, asked by strangers, by people of another site and by customers of another account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import resolve

from apps.accounts import rights
from apps.accounts.models import User
from apps.accounts.states import Role
from apps.journal.http.headers import CONTENT_SECURITY_POLICY
from apps.journal.models import Event
from tests.asking import signed_in
from tests.factories.accounts import make_account, make_member, make_site, make_user, shop

from .addresses import Address, World, belongs_somewhere, every

pytestmark = pytest.mark.django_db

ASIDE = ("/admin/jsi18n/", "/admin/autocomplete/", "/admin/r/")
"""Django's own, without any record of ours."""

PUBLIC = (
    *("/admin/login/", "/admin/logout/", "/admin/records/logout/", "/admin/switch/", "/sign-in/", "/sign-out/", "/invitation/"),
    *(
        "/healthz",
        "/readyz",
        "/problems/",
        "/hooks/",
        "/pay/",
        "/checkout/",
        "/basket/",
        "/api/v1/openapi",
        "/api/v1/docs/",
        "/api/v1/schemas/",
    ),
)
"""Where people come in, providers write to, machines look: open to everybody, or refusing by themselves."""


SIGNED_ADDRESSES = ("/content",)
"""Addresses that take a signature in place of a sign-in, and refuse its absence."""

EMPTY = ("preview.svg", "poster.png", "photo_id>.jpg", "snapshot_id>.jpg", "/content")
"""What the one object of the world has none of."""


@pytest.fixture
def world() -> World:
    """The shop with one of everything."""
    shop()
    return World()


def ask(client: Client, address: Address) -> Any:
    """Ask an address in the way its view knows, with everything a command needs but a body that fits."""
    if "get" in address.methods:
        return client.get(address.path)
    if address.path.startswith("/api/"):
        headers = {"Idempotency-Key": uuid4().hex, "If-Match": '"v1"', "X-Request-Id": uuid4().hex}
        return client.post(address.path, "{}", content_type="application/json", headers=headers)
    return client.post(address.path, {"key": uuid4().hex, "version": "1"})


@dataclass(frozen=True, slots=True)
class Answered:
    """What an address answered: status and where it led."""

    address: Address
    status: int
    place: str

    def __str__(self) -> str:
        return f"{self.status} {self.address.route} {self.place}"

    @property
    def leads_to_a_door(self) -> bool:
        """Was the asker sent to sign in?"""
        return self.status in (302, 303) and ("/login/" in self.place or "sign-in" in self.place)


def asked(client: Client, world: World, wanted: Callable[[Address], bool]) -> list[Answered]:
    """Return what every wanted address answered."""
    found = []
    for address in every(world):
        if wanted(address) and not address.path.startswith(ASIDE):
            answer = ask(client, address)
            found.append(Answered(address, answer.status_code, answer.headers.get("Location", "")))
    return found


def says_the_same_of_nothing(client: Client, world: World, one: Answered) -> bool:
    """Is the answer the one that a record gets which does not exist, so that nobody learns whether this one does?"""
    known = str(world.object(one.address.label).pk)
    other = str(int(known) + 10**6) if known.isdigit() else str(uuid4())
    answer = ask(client, replace(one.address, path=one.address.path.replace(known, other)))
    return (answer.status_code, answer.headers.get("Location", "").replace(other, known)) == (one.status, one.place)


def told(answers: list[Answered]) -> str:
    return "\n".join(str(one) for one in answers)


def is_of_the_works(address: Address) -> bool:
    return address.path.startswith(("/admin/", "/api/")) and not address.path.startswith(PUBLIC)


class TestStrangers:
    def test_get_into_nothing_of_the_works(self, world: World) -> None:
        answers = asked(Client(raise_request_exception=False), world, is_of_the_works)

        leaks = [one for one in answers if one.status not in (401, 403, 404) and not one.leads_to_a_door]
        assert [one for one in leaks if not one.address.route.endswith(SIGNED_ADDRESSES)] == [], told(leaks)
        assert len(answers) > 300

    def test_get_no_record_from_the_shop(self, world: World) -> None:
        answers = asked(Client(raise_request_exception=False), world, lambda address: not is_of_the_works(address) and bool(address.label))

        leaks = [one for one in answers if one.status not in (302, 303, 401, 403, 404)]
        assert not leaks, told(leaks)
        assert answers


class TestPeopleOfAnotherSite:
    def test_find_none_of_its_records(self, world: World) -> None:
        stranger = signed_in(make_user(Role.ADMIN, site=make_site()))

        answers = asked(stranger, world, lambda address: is_of_the_works(address) and belongs_somewhere(world, address))

        leaks = [one for one in answers if one.status != 404 and not says_the_same_of_nothing(stranger, world, one)]
        assert not leaks, told(leaks)
        assert len(answers) > 150

    def test_would_find_them_at_their_own(self, world: World) -> None:
        """The control: what is not found elsewhere is found here, so that 404 above means what it says."""
        owner = signed_in(make_user(Role.ADMIN))

        answers = asked(
            owner, world, lambda address: is_of_the_works(address) and "get" in address.methods and belongs_somewhere(world, address)
        )

        missed = [one for one in answers if one.status not in (200, 302, 303, 403) and "kind" not in one.address.route]
        assert [one for one in missed if not one.address.route.endswith(EMPTY)] == [], told(missed)
        assert len([one for one in answers if one.status == 200]) > 80


class TestCustomersOfAnotherAccount:
    def test_find_nothing(self, world: World) -> None:
        customer = signed_in(make_member(account=make_account()).user)

        answers = asked(customer, world, lambda address: belongs_somewhere(world, address))

        leaks = [one for one in answers if one.status not in (401, 403, 404) and not one.leads_to_a_door]
        leaks = [one for one in leaks if not says_the_same_of_nothing(customer, world, one)]
        assert not leaks, told(leaks)


class TestRoles:
    @pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.QUALITY, Role.INTEGRATOR])
    def test_are_refused_every_command_they_have_no_right_to(self, world: World, role: Role) -> None:
        person = make_user(role)
        client = signed_in(person)
        happened = Event.objects.count()

        answers = asked(client, world, lambda address: address.methods == {"post"} and _is_beyond(person, address))

        reached = [one for one in answers if one.status not in (400, 403, 404, 422) and not one.leads_to_a_door]
        assert not reached, told(reached)
        assert Event.objects.count() == happened
        assert len([one for one in answers if one.status == 403]) > 20


def _is_beyond(person: User, address: Address) -> bool:
    """Does this address ask for a command that this person has no right to?"""
    view = resolve(address.path).func
    owner = getattr(view, "cls", None) or getattr(view, "view_class", None)
    name = getattr(getattr(owner, "command", None), "command_name", "") or getattr(owner, "permission", "")
    return name in rights.acts() and bool(rights.roles_with(name)) and not person.has_perm(name)


class TestEveryAnswer:
    def test_tells_the_browser_what_it_may_run(self, world: World) -> None:
        for client in (Client(raise_request_exception=False), signed_in(make_user(Role.ADMIN))):
            for address in every(world):
                if address.path.startswith(("/admin/logout/", "/admin/records/logout/", "/sign-out/")):
                    continue
                answer = ask(client, address)
                policy = answer.headers["Content-Security-Policy"]
                assert policy == CONTENT_SECURITY_POLICY or policy.startswith("default-src 'none'"), address.route
                assert "unsafe" not in policy
                assert "Permissions-Policy" in answer.headers
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                if client.session.get("_auth_user_id") and address.path.startswith("/admin/") and answer.status_code == 200:
                    assert {"no-store", "private", "no-cache"} & set(answer.headers.get("Cache-Control", "").replace(",", "").split()), (
                        address.route
                    )
