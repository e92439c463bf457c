"""Twenty commands to warm up, then N more once the broker is stopped. Started by ``test_wakeups``; prints which threads spoke to the broker."""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

import django


def main(count: str, warm: str, stopped: str) -> None:
    """Add bolts one after the other, a little apart, as people and printers would; ``stopped`` is there once the broker stands still."""
    django.setup()
    from celery import current_app

    from tests.factories.context import make_context
    from tests.toy import commands
    from tests.toy.models import Jar

    jar = Jar.objects.get(label="hurried")
    spoke: set[str] = set()
    send = current_app.send_task

    def noted(*what: Any, **how: Any) -> Any:
        spoke.add(threading.current_thread().name)
        return send(*what, **how)

    current_app.send_task = noted
    for number in range(1, 21 + int(count)):
        commands.add_bolts(make_context(), jar_id=jar.id, bolts=1, expected_version=number)
        if number == 20:
            Path(warm).touch()
            while not Path(stopped).exists():
                time.sleep(0.01)
        time.sleep(0.01)
    sys.stdout.write(json.dumps(sorted(spoke)))


if __name__ == "__main__":
    main(*sys.argv[1:])
