"""Twenty commands to warm up, then N more while the broker is stopped. Started by ``test_wakeups``, which stops it."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import django

BROKER_PATIENCE_S = 600.0
"""How long whoever asks the stopped broker waits for it: so long that a command which did would never be answered while anybody looks."""


def main(count: str, warm: str, stopped: str) -> None:
    """Add bolts one after the other, a little apart, as people and printers would; tell how many were answered and which wake-ups were not."""
    django.setup()
    from django.conf import settings

    from apps.journal import wakeups
    from tests.factories.context import make_context
    from tests.toy import commands
    from tests.toy.models import Jar

    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, "socket_timeout": BROKER_PATIENCE_S}
    jar = Jar.objects.get(label="hurried")
    for number in range(1, 21 + int(count)):
        commands.add_bolts(make_context(), jar_id=jar.id, bolts=1, expected_version=number)
        if number == 20:
            Path(warm).touch()
            while not Path(stopped).exists():
                time.sleep(0.01)
        time.sleep(0.01)
    assert wakeups._publisher is not None
    sys.stdout.write(json.dumps({"answered": number - 20, "wakeups_waiting": sorted(wakeups._publisher.waiting)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
