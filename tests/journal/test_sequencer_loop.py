"""The sequencer's loop: announces whatever the feed grew by, and ends when told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connections

from apps.journal import queries, sequencer
from apps.journal.context import Context
from tests.factories.toy import make_jar
from tests.processes.running import until
from tests.toy import commands

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_engines]


class TestTheLoop:
    def test_announces_the_first_event_and_every_later_one(self, ctx_factory: Callable[..., Context]) -> None:
        stop = threading.Event()
        announced: list[int] = []
        jar = make_jar()
        loop = threading.Thread(target=_run, args=(stop, announced.append))
        loop.start()
        try:
            for version in (1, 2, 3):
                commands.add_bolts(ctx_factory(), jar_id=jar.id, bolts=1, expected_version=version)
                until(partial(announced.__contains__, version), f"the announcement of event {version}")
        finally:
            stop.set()
            loop.join()

        assert announced == [1, 2, 3]
        assert queries.feed_position() == 3


def _run(stop: threading.Event, advanced: Callable[[int], None]) -> None:
    try:
        sequencer.run(stop, advanced)
    finally:
        connections.close_all()
