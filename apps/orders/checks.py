"""What ``manage.py check --deploy`` says about payments."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004 - Django's name


@register(Tags.security, deploy=True)
def test_payments_are_off(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """Warn where anybody could pay with pretended money."""
    if not settings.FARMOS_TEST_PAYMENTS:
        return []
    return [
        Warning(
            "Test payments are on: orders can be paid with pretended money.",
            hint="Set FARMOS_TEST_PAYMENTS=0 before customers order.",
            id="orders.W001",
        )
    ]
