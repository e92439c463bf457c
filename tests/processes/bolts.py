"""Owe the outside world something on a farm: ``python -m tests.processes.bolts N`` adds a bolt N times to one jar, prints its id."""

from __future__ import annotations

import sys
from uuid import uuid4

import django


def main(times: int) -> None:
    """Run the commands; each owes one note."""
    django.setup()
    from apps.journal import clock
    from apps.journal.context import Actor, Context
    from tests.toy import commands

    def ctx() -> Context:
        return Context(actor=Actor.service("tests"), now=clock.now(), key=str(uuid4()))

    jar = commands.open_jar(ctx(), label=uuid4().hex)
    for number in range(1, times + 1):
        commands.add_bolts(ctx(), jar_id=jar, bolts=1, expected_version=number)
    print(jar)


if __name__ == "__main__":
    main(int(sys.argv[1]))
