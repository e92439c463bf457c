"""People at the edge: one who may do all, one of the staff who may nothing, a stranger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.states import Role
from tests.asking import post, signed_in
from tests.factories.accounts import make_user


@pytest.fixture
def admin(db: None) -> Client:
    """Someone who may do everything."""
    return signed_in(make_user(Role.ADMIN))


@pytest.fixture
def viewer(db: None) -> Client:
    """Someone of the staff, without any permission."""
    return signed_in(make_user(Role.VIEWER))


@pytest.fixture
def stranger() -> Client:
    """Nobody we know."""
    return Client(raise_request_exception=False)


@pytest.fixture
def ask(admin: Client) -> Callable[..., Any]:
    """Return a function that posts JSON as the admin, with a key of its own unless told otherwise."""
    return lambda address, body=None, **headers: post(admin, address, body, **headers)
