"""The log of what physically happened, and its reading."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from apps.fleet.simulator.physical import FILE, Bed, PhysicalLog, physical_account, read_events


@pytest.fixture
def log(tmp_path: Path) -> Iterator[PhysicalLog]:
    with closing(PhysicalLog(tmp_path / FILE)) as opened:
        yield opened


def print_something(bed: Bed, *, outcome: str = "complete") -> None:
    bed.start("a.gcode", "s1", ("A", "B"))
    bed.material()
    bed.object_printed("A")
    bed.object_excluded("B")
    bed.end(outcome)


class TestTheAccount:
    def test_has_every_print_of_every_printer(self, log: PhysicalLog) -> None:
        first, second = Bed(log, "one"), Bed(log, "two")
        print_something(first)
        second.start("b.gcode", "s2", ())
        first.clear()
        print_something(first, outcome="cancelled")

        account = physical_account(log.path.parent)

        assert [(one.job, one.outcome, one.bed_was_occupied) for one in account["one"]] == [(1, "complete", False), (2, "cancelled", False)]
        assert [(one.path, one.sha256, one.outcome) for one in account["two"]] == [("b.gcode", "s2", "")]
        assert (account["one"][0].printed, account["one"][0].excluded, account["one"][0].unfinished) == (["A"], ["B"], [])

    def test_has_collisions(self, log: PhysicalLog) -> None:
        bed = Bed(log, "one")
        print_something(bed)
        print_something(bed)

        assert [one.bed_was_occupied for one in physical_account(log.path)["one"]] == [False, True]

    def test_of_nothing_is_empty(self, tmp_path: Path) -> None:
        assert physical_account(tmp_path) == {}

    def test_is_not_made_from_a_broken_log(self, log: PhysicalLog) -> None:
        print_something(Bed(log, "one"))
        lines = log.path.read_text().splitlines()
        log.path.write_text("\n".join([lines[0], "{broken", *lines[1:]]) + "\n")

        with pytest.raises(ValueError, match="line 2"):
            physical_account(log.path)


class TestABed:
    def test_stays_occupied_until_somebody_clears_it(self, log: PhysicalLog) -> None:
        print_something(Bed(log, "one"))
        reopened = Bed(log, "one")
        occupied = reopened.is_occupied
        reopened.clear()

        assert occupied
        assert not Bed(log, "one").is_occupied

    def test_is_clear_after_a_print_that_extruded_nothing(self, log: PhysicalLog) -> None:
        bed = Bed(log, "one")
        bed.start("a.gcode", "s", ())
        bed.end("cancelled")

        assert not bed.is_occupied

    def test_found_in_the_middle_of_a_print_had_a_power_cut(self, log: PhysicalLog) -> None:
        Bed(log, "one").start("a.gcode", "s", ())
        again = Bed(log, "one")

        assert again.start("b.gcode", "s", ()) == 2
        assert [one.outcome for one in physical_account(log.path)["one"]] == ["power_cut", ""]

    def test_ends_a_print_once(self, log: PhysicalLog) -> None:
        bed = Bed(log, "one")
        bed.start("a.gcode", "s", ())
        bed.end("shutdown")
        bed.end("restart")

        assert [event["outcome"] for event in read_events(log.path) if event["event"] == "end"] == ["shutdown"]


class TestATornLine:
    def test_is_cut_off_and_the_log_goes_on(self, log: PhysicalLog) -> None:
        print_something(Bed(log, "one"))
        whole = log.path.read_bytes()
        log.close()
        log.path.write_bytes(whole + b'{"at":"2026')

        before = list(read_events(log.path))
        with closing(PhysicalLog(log.path)) as reopened:
            Bed(reopened, "one").clear()

        assert log.path.read_bytes().startswith(whole)
        assert [json.loads(line)["event"] for line in log.path.read_text().splitlines()] == [
            *(one["event"] for one in before),
            "bed_cleared",
        ]
