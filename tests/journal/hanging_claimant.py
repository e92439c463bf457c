"""A process that claims a key, changes a row and never comes back. Started and killed by ``test_command_races``."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from unittest import mock
from uuid import UUID

import django


def main(jar_id: str, reached: str) -> None:
    """Run ``toy.add_bolts`` up to the point where everything is written but not committed, say so, and hang."""
    django.setup()
    from apps.journal import raw
    from tests.factories.context import make_context
    from tests.toy import commands

    execute = raw.execute

    def hang(statements: list[raw.Statement]) -> None:
        execute(statements)
        Path(reached).touch()
        time.sleep(3600)

    with mock.patch.object(raw, "execute", hang):
        commands.add_bolts(make_context(key="contested"), jar_id=UUID(jar_id), bolts=3, expected_version=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
