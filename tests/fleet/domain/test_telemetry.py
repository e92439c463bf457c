"""The ring of the last samples."""

from __future__ import annotations

from apps.fleet.domain.telemetry import KEPT, Ring, Sample, read_stored, stored


def at(second: float) -> Sample:
    return Sample(second, nozzle_c=200.5, nozzle_target_c=215.0, bed_c=None, bed_target_c=0.0, progress=0.25, layer=7, filament_mm=12.5)


class TestARing:
    def test_gives_back_what_was_put_in(self) -> None:
        ring = Ring()
        ring.put(at(1_790_000_000.25))
        ring.put(Sample(1_790_000_001.25))

        assert ring.latest(60) == [at(1_790_000_000.25), Sample(1_790_000_001.25)]

    def test_gives_no_more_than_was_asked_for_counted_from_the_newest(self) -> None:
        ring = Ring()
        for second in range(20):
            ring.put(at(second))

        assert [one.at for one in ring.latest(3)] == [16, 17, 18, 19]

    def test_forgets_the_oldest(self) -> None:
        ring = Ring(kept=5)
        for second in range(13):
            ring.put(at(second))

        assert [one.at for one in ring.latest(3600)] == [8, 9, 10, 11, 12]

    def test_holds_five_minutes_at_one_a_second(self) -> None:
        ring = Ring()
        for second in range(1000):
            ring.put(at(second))

        assert len(ring.latest(10**6)) == KEPT == 300

    def test_of_a_machine_that_said_nothing_is_empty(self) -> None:
        assert Ring().latest(60) == []

    def test_takes_numbers_that_no_printer_measures(self) -> None:
        """A finite double is no finite number in four bytes: whoever sends one must not end the watch of that printer."""
        ring = Ring()
        ring.put(Sample(1_790_000_000.0, 1e300, -1e300, 4e38, -4e38, 1.0, 2**62, 1e308))

        (kept,) = ring.latest(60)

        assert kept.nozzle_c is not None
        assert kept.nozzle_c > 1e30
        assert len(read_stored(stored(kept), 0)) == 1
