"""What a connector tells live pages of a machine: the numbers of our own print, and nothing of anybody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.fleet.domain.observation import Observation
from apps.journal import ticks
from apps.runs.connector.roster import Roster
from apps.runs.connector.ticking import Ticker, ends_at
from tests.factories.fleet import make_occupied_printer
from tests.factories.runs import make_printing_run

PATH = "farmos/01a00000-0000-4000-8000-000000000000/0123456789ab.gcode"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PRINTING = Observation(
    observed_at=NOON,
    source="ws",
    klippy_state="ready",
    print_state="printing",
    is_active=True,
    progress=0.5,
    print_s=600.0,
    nozzle_c=214.6,
    bed_c=60.2,
)


class TestTheEnd:
    def test_is_told_by_the_estimate_of_the_file(self) -> None:
        assert ends_at(PRINTING, 3600.0) == NOON + timedelta(minutes=30)

    def test_is_else_told_by_how_long_it_took_so_far(self) -> None:
        assert ends_at(PRINTING, 0.0) == NOON + timedelta(minutes=10)

    def test_is_not_told_when_nothing_says_it(self) -> None:
        assert ends_at(replace(PRINTING, progress=0.01), 0.0) is None


@pytest.mark.django_db
class TestTelling:
    @pytest.fixture
    def told(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        """What is told at the moment, by object."""
        known: dict[str, Any] = {}

        class Listener:
            def put(self, topic: str, record_id: Any, site_id: Any, **numbers: Any) -> None:
                known[f"{topic}:{record_id}"] = {"site": site_id, **numbers}

            def drop(self, topic: str, record_id: Any) -> None:
                known.pop(f"{topic}:{record_id}", None)

        monkeypatch.setattr(ticks, "publisher", Listener)
        return known

    def test_ours_with_percent_end_and_temperatures_then_takes_it_back(self, told: dict[str, Any]) -> None:
        printer = make_occupied_printer()
        run = make_printing_run(id=printer.current_run_id, printer=printer, remote_path=PATH)
        seen = replace(PRINTING, filename=PATH)
        ticker, side = Ticker(), Roster().fresh_side(printer.pk, seen)
        assert side is not None

        ticker.tell(side, seen)

        assert told[f"printer:{printer.pk}"] == {"site": printer.site_id, "nozzle": 215, "bed": 60}
        assert told[f"run:{run.pk}"]["progress"] == 50
        assert told[f"run:{run.pk}"]["eta"] % 60 == 0
        ticker.tell(side, replace(seen, print_state="complete", is_active=False))
        assert f"run:{run.pk}" not in told

    def test_nothing_of_a_print_that_is_not_ours(self, told: dict[str, Any]) -> None:
        printer = make_occupied_printer()
        make_printing_run(id=printer.current_run_id, printer=printer, remote_path=PATH)
        seen = replace(PRINTING, filename="somebody-elses.gcode")
        side = Roster().fresh_side(printer.pk, seen)
        assert side is not None

        Ticker().tell(side, seen)

        assert set(told) == {f"printer:{printer.pk}"}
