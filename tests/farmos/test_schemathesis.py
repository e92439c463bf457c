"""Anything that the description allows, and much that it does not, sent to every address of a farm in which everything exists.

Schemathesis makes the requests from the description: half of them as it says, half broken in one place. Every answer has a status and a shape the
description knows, never a mistake of ours; broken requests are refused; strangers get 401.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.accounts.states import Role
from farmos import describing
from tests.factories.accounts import make_api_token, make_user
from tests.factories.everything import make_everything

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

SECRET = "fos_of-schemathesis"
EXAMPLES = int(os.environ.get("FARMOS_SCHEMATHESIS_EXAMPLES", "8"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    ignored_auth,
]


def for_programs() -> dict[str, Any]:
    """Return the description with the one way to say who one is that these requests use."""
    found: dict[str, Any] = json.loads(json.dumps(describing.described()))
    schemes = found["components"]["securitySchemes"]
    found["components"]["securitySchemes"] = {"bearer": schemes["bearer"]}
    for operation in (one for methods in found["paths"].values() for one in methods.values()):
        operation["security"] = operation["security"] and [{"bearer": []}]
    return found


schema = schemathesis.openapi.from_dict(for_programs())
schema.app = get_wsgi_application()
schema.config.generation.with_security_parameters = False


@pytest.fixture
def credentials() -> Iterator[dict[str, str]]:
    """The token of an admin's program, on a farm in which everything exists."""
    make_everything()
    make_api_token(SECRET, user=make_user(Role.ADMIN), scopes=[Role.ADMIN.value])
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # the test's transaction lives in this connection
    yield {"Authorization": f"Bearer {SECRET}"}
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
def test_every_answer_is_as_described(case: Any, credentials: dict[str, str]) -> None:
    case.call_and_validate(headers=credentials, checks=CHECKS)
