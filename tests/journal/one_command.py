"""Try one command and print how it was refused. Started by ``test_database_trouble`` with a database that is not there."""

from __future__ import annotations

import sys

import django


def main() -> None:
    """Open a jar; print the refusal."""
    django.setup()
    from apps.journal.refusals import Refusal
    from tests.factories.context import make_context
    from tests.toy import commands

    try:
        commands.open_jar(make_context(), label="x")
    except Refusal as refused:
        sys.stdout.write(f"{refused.code} {refused.status}: {refused.detail}\n")


if __name__ == "__main__":
    main()
