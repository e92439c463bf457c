"""Processes to be killed: ``python -m tests.journal.stress writer FILE | sequencer N``. Started by ``test_sequencer``."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import django


def write(told: Path) -> None:
    """Add bolts to one contended jar for ever; note every answer in ``told`` after the fact."""
    from apps.journal.refusals import Refusal
    from tests.factories.context import make_context
    from tests.toy import commands
    from tests.toy.models import Jar

    with told.open("a") as file:
        while True:
            jar = Jar.objects.get(label="contended")
            try:
                commands.add_bolts(make_context(), jar_id=jar.id, bolts=1, expected_version=jar.version)
            except Refusal as refused:
                if refused.code not in ("stale-version", "busy"):  # a busy machine may say so; nothing was done
                    raise
                continue
            file.write("1\n")
            file.flush()


def main(kind: str, argument: str) -> None:
    """Run the named role until killed."""
    django.setup()
    from apps.journal import sequencer

    if kind == "writer":
        write(Path(argument))
    else:
        sequencer.run(threading.Event())


if __name__ == "__main__":
    main(*sys.argv[1:])
