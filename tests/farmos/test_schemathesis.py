"""Anything that the description allows, and much that it does not, sent to every address of a farm in which everything exists.

Schemathesis makes the requests from the description: half of them as it says, half broken in one place. Every answer has a status and a shape the
description knows, never a mistake of ours; broken requests are refused; strangers get 401.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.middleware.csrf import _get_new_csrf_string
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.accounts.states import Role
from farmos import describing
from tests.asking import signed_in
from tests.factories.accounts import make_user
from tests.factories.everything import make_everything

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

EXAMPLES = int(os.environ.get("FARMOS_SCHEMATHESIS_EXAMPLES", "8"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]

schema = schemathesis.openapi.from_dict(describing.described())
schema.app = get_wsgi_application()


@pytest.fixture
def credentials() -> Iterator[dict[str, Any]]:
    """What an admin's browser sends, on a farm in which everything exists."""
    make_everything()
    session = signed_in(make_user(Role.ADMIN)).cookies[django_settings.SESSION_COOKIE_NAME].value
    csrf = _get_new_csrf_string()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # the test's transaction lives in this connection
    yield {"cookies": {django_settings.SESSION_COOKIE_NAME: session, "csrftoken": csrf}, "headers": {"X-CSRFToken": csrf}}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_described(case: Any, credentials: dict[str, Any]) -> None:
    case.call_and_validate(**credentials, checks=CHECKS)
