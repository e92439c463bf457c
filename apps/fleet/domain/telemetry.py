"""The numbers of one machine over time: samples, a ring that keeps the last minutes of them in memory, and a short spelling to store them in."""

from __future__ import annotations

import base64
import math
import struct
from typing import NamedTuple

from .observation import Observation

KEPT = 300
"""Samples a ring holds. A machine is sampled once a second at most, so these are its last five minutes or more."""

HOUR_S = 3600

_ROW = struct.Struct("<d7f")
_LARGEST = 3e38
"""What four bytes can hold, about: a machine may say more, but measures less."""

_STORED = struct.Struct(">HhhhhHHB")
"""Seconds of the hour, four temperatures in tenths of a degree, progress in hundredths of a percent, layer, version of this spelling."""

_CHARACTERS = 20
"""Of one stored sample: its 15 bytes in base64, so that texts of samples can be put one behind the other."""

_VERSION = 1
_NO_DEGREES, _NO_NUMBER = -(2**15), 2**16 - 1


class Sample(NamedTuple):
    """What a machine measured at one moment; None: not said.

    Args:
        at: seconds since 1970 by our own clock.
        nozzle_c: degrees Celsius, as the ``_target_c`` it heats to (0: the heater is off).
        progress: of the G-code proper, 0 to 1.
        layer: counted from 1.
        filament_mm: pushed since the print began.
    """

    at: float
    nozzle_c: float | None = None
    nozzle_target_c: float | None = None
    bed_c: float | None = None
    bed_target_c: float | None = None
    progress: float | None = None
    layer: int | None = None
    filament_mm: float | None = None


def sample_of(seen: Observation) -> Sample:
    """Return what an observation says in numbers."""
    return Sample(
        seen.observed_at.timestamp(),
        seen.nozzle_c,
        seen.nozzle_target_c,
        seen.bed_c,
        seen.bed_target_c,
        seen.progress,
        seen.layer,
        seen.filament_mm,
    )


class Ring:
    """The newest samples of one machine, oldest first; older ones are overwritten. 36 bytes each, in one piece. Not for several threads at once."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._rows = bytearray()
        self._next = 0

    def put(self, sample: Sample) -> None:
        """Take a sample in."""
        row = _ROW.pack(sample.at, *(math.nan if number is None else max(-_LARGEST, min(number, _LARGEST)) for number in sample[1:]))
        if len(self._rows) < self._kept * _ROW.size:
            self._rows += row
            return
        self._rows[self._next * _ROW.size : (self._next + 1) * _ROW.size] = row
        self._next = (self._next + 1) % self._kept

    def latest(self, seconds: float) -> list[Sample]:
        """Return the samples of the last ``seconds`` before the newest one, which is among them, oldest first; none when nothing was measured."""
        found: list[Sample] = []
        have = len(self._rows) // _ROW.size
        for back in range(1, have + 1):
            one = self._at((self._next - back) % have)
            if found and one.at < found[0].at - seconds:
                break
            found.append(one)
        return found[::-1]

    def _at(self, place: int) -> Sample:
        at, *numbers = _ROW.unpack_from(self._rows, place * _ROW.size)
        nozzle, nozzle_target, bed, bed_target, progress, layer, filament = (None if math.isnan(one) else one for one in numbers)
        return Sample(at, nozzle, nozzle_target, bed, bed_target, progress, None if layer is None else int(layer), filament)


def hour_of(sample: Sample) -> int:
    """Return the hour it was taken in, counted from 1970."""
    return int(sample.at // HOUR_S)


def stored(sample: Sample) -> str:
    """Return a sample in twenty characters, to be read together with its hour. What was pushed of the filament is not kept."""
    degrees = (_whole(one, 10, _NO_DEGREES) for one in (sample.nozzle_c, sample.nozzle_target_c, sample.bed_c, sample.bed_target_c))
    progress, layer = _whole(sample.progress, 10_000, _NO_NUMBER), _whole(sample.layer, 1, _NO_NUMBER)
    packed = _STORED.pack(int(sample.at % HOUR_S), *degrees, progress, layer, _VERSION)
    return base64.b64encode(packed).decode()


def read_stored(text: str, hour: int) -> list[Sample]:
    """Return the samples that were put one behind the other in an hour, in the order of their time, each moment once."""
    found = {}
    for place in range(0, len(text), _CHARACTERS):
        second, nozzle, nozzle_target, bed, bed_target, progress, layer, _version = _STORED.unpack(
            base64.b64decode(text[place : place + _CHARACTERS])
        )
        found[second] = Sample(
            float(hour * HOUR_S + second),
            *(_degrees(nozzle), _degrees(nozzle_target), _degrees(bed), _degrees(bed_target)),
            None if progress == _NO_NUMBER else progress / 10_000,
            None if layer == _NO_NUMBER else layer,
        )
    return [found[second] for second in sorted(found)]


def _degrees(tenths: int) -> float | None:
    return None if tenths == _NO_DEGREES else tenths / 10


def _whole(number: float | None, times: int, absent: int) -> int:
    """Return a number as a whole multiple that fits sixteen bits; ``absent`` for none."""
    if number is None:
        return absent
    low, high = (-(2**15) + 1, 2**15 - 1) if absent == _NO_DEGREES else (0, 2**16 - 2)
    return min(max(round(number * times), low), high)
