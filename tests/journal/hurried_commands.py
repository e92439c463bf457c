"""Twenty commands to warm up, then N more whose seconds are printed. Started by ``test_wakeups`` while the broker is stopped."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import django


def main(count: str, warm: str) -> None:
    """Add bolts one after the other, a little apart, as people and printers would."""
    django.setup()
    from tests.factories.context import make_context
    from tests.toy import commands
    from tests.toy.models import Jar

    jar = Jar.objects.get(label="hurried")
    seconds = []
    for number in range(1, 21 + int(count)):
        begun = time.perf_counter()
        commands.add_bolts(make_context(), jar_id=jar.id, bolts=1, expected_version=number)
        if number > 20:
            seconds.append(time.perf_counter() - begun)
        if number == 20:
            Path(warm).touch()
            time.sleep(0.5)  # the test stops the broker now
        time.sleep(0.01)
    sys.stdout.write(json.dumps(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
