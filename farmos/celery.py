"""Celery's app: workers that drain lanes, and the clock that wakes the sweep. Settings: ``farmos/settings/parts/broker.py``."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "farmos.settings.dev")

app = Celery("farmos")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _keep_our_logging(**_kwargs: Any) -> None:
    """Being connected is enough: Celery then leaves the logging that Django set up alone."""


@worker_ready.connect
def _worker_is_alive(**_kwargs: Any) -> None:
    from apps.journal import heartbeats

    heartbeats.start(os.environ.get("FARMOS_ROLE", "worker"))


@beat_init.connect
def _beat_is_alive(**_kwargs: Any) -> None:
    from apps.journal import heartbeats

    heartbeats.start("beat")
