"""Celery and the broker that wakes its workers. The database is the truth: whatever the broker loses, the sweep finds.

``REDIS_URL`` (``redis://``, ``rediss://`` or ``unix://``) names the broker; without it messages are files in the data directory.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qs, urlsplit

from celery.schedules import crontab

from .paths import DATA_DIR

REDIS_URL = os.environ.get("REDIS_URL", "")
BROKER_FOLDER = DATA_DIR / "broker"

BROKER_CONNECT_TIMEOUT_S = 0.3
BROKER_ANSWER_TIMEOUT_S = 1.0
BROKER_POLL_S = 0.05
SWEEP_S = 2.5


def celery_url(redis_url: str) -> str:
    """Return ``redis_url`` as Celery spells it: a socket is ``redis+socket://`` there, and the database its ``virtual_host``."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


def transport_options() -> dict[str, Any]:
    """Return the options of the broker in use: short timeouts for Redis, folders for files."""
    if REDIS_URL:
        return {
            "socket_connect_timeout": BROKER_CONNECT_TIMEOUT_S,
            "socket_timeout": BROKER_ANSWER_TIMEOUT_S,
            "retry_on_timeout": False,
            "max_retries": 0,
        }
    return {
        "data_folder_in": str(BROKER_FOLDER / "messages"),
        "data_folder_out": str(BROKER_FOLDER / "messages"),
        "control_folder": str(BROKER_FOLDER / "control"),
        "polling_interval": BROKER_POLL_S,
    }


CELERY_BROKER_URL = celery_url(REDIS_URL) if REDIS_URL else "filesystem://"
CELERY_BROKER_TRANSPORT = None if REDIS_URL else "farmos.filebroker:Transport"
CELERY_BROKER_TRANSPORT_OPTIONS = transport_options()
CELERY_BROKER_CONNECTION_TIMEOUT = BROKER_CONNECT_TIMEOUT_S
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_STORE_EAGER_RESULT = False
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True

# A message that waited longer than the next sweep says nothing new: it expires instead of piling up behind a stopped worker. It waits in a queue of
# its own, behind nothing: each effect that is done may wake a lane again, and behind all those messages every sweep would expire.
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "apps.journal.tasks.sweep", "schedule": SWEEP_S, "options": {"queue": "sweep", "expires": 4 * SWEEP_S}},
    "export the signed head": {"task": "apps.journal.tasks.export_head", "schedule": crontab(minute="7"), "options": {"queue": "default"}},
    "sweep the file store": {
        "task": "apps.artifacts.tasks.sweep_store",
        "schedule": crontab(minute="37", hour="*/6"),
        "options": {"queue": "default"},
    },
}
