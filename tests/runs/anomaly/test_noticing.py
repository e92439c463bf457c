"""From the connector's observation to the record: what the detectors find of our attempt is raised, once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apps.journal import clock
from apps.runs.connector.following import own_context
from apps.runs.connector.noticing import Noticer, known_of
from apps.runs.connector.roster import Roster
from apps.runs.models import Anomaly, Run
from tests.factories.floor import make_floor
from tests.runs.anomaly.stream import Print, after
from tests.runs.driving import fresh, printing

pytestmark = pytest.mark.django_db
ONE = Print(seconds=3_600, every_s=10.0)
MIDDLE = 1_800.0


@pytest.fixture
def run() -> Run:
    floor = make_floor()
    return printing(floor.plate(), floor.printer())


def watched(run: Run, *, filename: str = "") -> None:
    """Let the noticer of the attempt's printer see a print whose nozzle is switched off in the middle."""
    noticer, printer_id = Noticer(), run.printer_id
    assert printer_id is not None
    for seen in after(MIDDLE, lambda seen: replace(seen, nozzle_c=150.0), ONE.seen(0.6)):
        ours = replace(seen, filename=filename or run.remote_path)
        side = Roster().fresh_side(printer_id, ours)
        assert side is not None
        if noticer.look(side, ours):
            noticer.raise_found(own_context)


def test_a_fault_of_our_print_is_raised_once(run: Run) -> None:
    watched(run)

    anomaly = Anomaly.objects.get()
    assert (anomaly.run_id, anomaly.kind, anomaly.raised_by) == (run.pk, "TEMP_DRIFT", "service:runs.connector")
    assert anomaly.since <= clock.now()


def test_what_another_file_does_is_not_ours(run: Run) -> None:
    watched(run, filename="somebody/own.gcode")

    assert not Anomaly.objects.exists()


def test_a_connector_that_starts_again_tells_it_no_second_time(run: Run) -> None:
    watched(run)
    watched(fresh(run))

    assert Anomaly.objects.count() == 1


def test_the_detectors_know_what_is_on_record(run: Run) -> None:
    assert run.output is not None
    run.output.warnings = ["GCODE_PAUSES"]
    run.slot_feeds = {"1": 2}

    known = known_of(run, 60.0)

    assert (known.state, known.estimated_s, known.has_one_nozzle, known.stops_itself) == ("printing", 60.0, False, True)
