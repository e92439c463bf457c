"""The starter settings slice with the real PrusaSlicer, and every one of them takes effect."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from apps.profiles.domain import checks
from apps.profiles.domain.ini import read_ini
from apps.profiles.domain.keys import DEMANDED, KNOWN, LEFT_OUT
from apps.slicing.domain.settings import ini, same_value

from .starting import STARTER, ini_text

NAMES = ["petg_draft", "petg_standard", "pla_draft", "pla_standard"]
FRAME = checks.Frame(nozzle_um=400, volume_um=(250_000, 210_000, 210_000), max_nozzle_c=300, max_bed_c=110)
SLICER = shutil.which("prusa-slicer")
needs_slicer = pytest.mark.skipif(SLICER is None, reason="PrusaSlicer is not installed")


def cube(side: float) -> bytes:
    """Return a cube as a binary STL."""
    corners = list(product((0.0, side), repeat=3))
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    triangles = [three for a, b, c, d in faces for three in ((a, b, c), (a, c, d))]
    body = b"".join(struct.pack("<12fH", 0, 0, 0, *(xyz for corner in one for xyz in corners[corner]), 0) for one in triangles)
    return bytes(80) + struct.pack("<I", len(triangles)) + body


def read_back(gcode: str) -> Iterator[tuple[str, str]]:
    """Yield the settings PrusaSlicer says it used."""
    _before, _begin, block = gcode.partition("; prusaslicer_config = begin")
    yield from re.findall(r"^; (\w+) = ?(.*)$", block, re.MULTILINE)


def run(*arguments: str | Path) -> None:
    assert SLICER is not None
    done = subprocess.run([SLICER, "--config-compatibility", "disable", *map(str, arguments)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


class TestTheStarterFiles:
    def test_are_one_for_each_material_and_tier(self) -> None:
        assert sorted(file.stem for file in STARTER.glob("*.ini")) == NAMES

    @pytest.mark.parametrize("name", NAMES)
    def test_pass_our_own_checks_and_come_back_as_they_were(self, name: str) -> None:
        found = read_ini(ini_text(name))

        assert found.left_out == ()
        assert checks.missing(found.settings) == []
        assert checks.unfit(found.settings, FRAME) == []
        assert read_ini(ini(found.settings)) == found

    @needs_slicer
    @pytest.mark.parametrize("name", NAMES)
    def test_slice_a_cube_with_every_setting_in_force(self, name: str, tmp_path: Path) -> None:
        settings = read_ini(ini_text(name)).settings
        (tmp_path / "profile.ini").write_text(ini(settings))
        (tmp_path / "cube.stl").write_bytes(cube(20))

        run("--export-gcode", "--load", tmp_path / "profile.ini", "--output", tmp_path / "out.gcode", tmp_path / "cube.stl")

        gcode = (tmp_path / "out.gcode").read_text()
        used = dict(read_back(gcode))
        assert {key: used.get(key) for key, value in settings.items() if not same_value(value, used.get(key))} == {}
        assert f"M109 S{settings['first_layer_temperature']}" in gcode
        assert f"M190 S{settings['first_layer_bed_temperature']}" in gcode
        assert gcode.index("TURN_OFF_HEATERS") < gcode.index("; filament used [mm] =")


class TestTheKnownKeys:
    @needs_slicer
    def test_are_what_the_slicer_saves(self, tmp_path: Path) -> None:
        run("--save", tmp_path / "all.ini")

        saved = {line.split("=")[0].strip() for line in (tmp_path / "all.ini").read_text().splitlines() if "=" in line and line[0] != "#"}
        assert saved == KNOWN

    def test_hold_what_is_demanded(self) -> None:
        assert set(DEMANDED) <= KNOWN
        assert not [key for key in DEMANDED if LEFT_OUT.fullmatch(key)]
