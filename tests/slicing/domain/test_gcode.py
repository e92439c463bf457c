"""What is read from a G-code file, and what is found wrong with it."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.slicing.domain.gcode import GcodeCode, GcodeFacts, ReadingLimits, Severity, judge, read_gcode
from apps.slicing.domain.gcode.arcs import reach
from apps.slicing.domain.gcode.comments import seconds
from apps.slicing.domain.job import Machine
from tests.slicing.shapes import BED

Read = Callable[..., GcodeFacts]

MACHINE = Machine(BED, 210, 300, 110)
HOT = "M104 S200\nG28\nM83\n"
LINE = "G1 X10 Y10 Z.2 F3000\nG1 X20 Y10 E1\n"
COLD = "M104 S0\n"
TIMED = ";TIME:60\n"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a text or bytes as a file."""

    def reading(content: str | bytes, machine: Machine | None = MACHINE, limits: ReadingLimits | None = None) -> GcodeFacts:
        path = tmp_path / "x.gcode"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_gcode(path, machine=machine, limits=limits)

    return reading


def codes(facts: GcodeFacts) -> set[str]:
    return {finding.code.value for finding in facts.findings}


def box(facts: GcodeFacts) -> tuple[float, ...]:
    printed = facts.printed
    return (printed.min_x, printed.min_y, printed.min_z, printed.max_x, printed.max_y, printed.max_z)


class TestAGoodFile:
    def test_has_no_findings(self, read: Read) -> None:
        facts = read(TIMED + HOT + LINE + COLD)

        assert facts.findings == ()
        assert box(facts) == pytest.approx((10, 10, 0.2, 20, 10, 0.2))
        assert (facts.filament_mm, facts.layers, facts.seconds, facts.max_nozzle_c) == (1, 1, 60, 200)

    @pytest.mark.parametrize("ending", ["\n", "\r\n"])
    def test_may_end_its_lines_either_way_and_start_with_a_mark(self, read: Read, ending: str) -> None:
        assert codes(read(b"\xef\xbb\xbf" + (TIMED + HOT + LINE + COLD).replace("\n", ending).encode())) == set()

    def test_may_be_written_tightly_in_small_letters_with_numbers_and_checksums(self, read: Read) -> None:
        facts = read(TIMED + "m104s200\nN1 G28*18\nm83\ng1x10y10z.2f3000\nN5 G1 X20Y10 E 1*99\nG1 X20 Y15 E1;no\nM104 S0\n")

        assert codes(facts) == set()
        assert box(facts) == pytest.approx((10, 10, 0.2, 20, 15, 0.2))
        assert facts.filament_mm == 2

    def test_says_how_it_moves_without_the_slicers_estimate(self, read: Read) -> None:
        facts = read(HOT + "G1 X0 Y0 Z1 F600\nG1 X100 E5 F600\n" + COLD)

        assert facts.motion_seconds == pytest.approx(10)
        assert codes(facts) == {"GCODE_NO_TIME"}

    def test_draws_its_outline(self, read: Read) -> None:
        square = "G1 X10 Y10 Z.2\nG1 X50 Y10 E1\nG1 X50 Y40 E1\nG1 X10 Y40 E1\nG1 X10 Y10 E1\n"

        assert set(read(HOT + square).printed.outline()) == {(10, 10), (50, 10), (50, 40), (10, 40)}


class TestMoves:
    def test_may_be_relative(self, read: Read) -> None:
        facts = read(HOT + "G1 X100 Y100 Z1\nG91\nG1 X10 E1\nG1 Y-5 Z.2 E1\nG90\nG1 X3 E1\n")

        assert box(facts) == pytest.approx((3, 95, 1, 110, 100, 1.2))
        assert facts.filament_mm == 3

    def test_count_filament_absolutely_and_from_g92(self, read: Read) -> None:
        facts = read("M104 S200\nM82\nG92 E0\nG1 X1 Y1 Z1 E0\nG1 X2 E5\nG1 E4\nG1 E5\nG92 E0\nG1 X3 E2.5\n")

        assert facts.filament_mm == pytest.approx(7.5)
        assert facts.printed.max_x == 3

    def test_in_relative_coordinates_push_relatively(self, read: Read) -> None:
        assert read("M104 S200\nM82\nG1 X1 Y1 Z1 E1\nG91\nG1 X1 E1\nG1 X1 E1\n").filament_mm == pytest.approx(3)

    def test_are_shifted_by_g92(self, read: Read) -> None:
        facts = read(HOT + "G1 X100 Y100 Z1\nG92 X0 Y0\nG1 X10 E1\n")

        assert (facts.printed.min_x, facts.printed.max_x) == (100, 110)

    def test_are_not_shifted_any_more_after_homing(self, read: Read) -> None:
        facts = read(HOT + "G1 X100 Y100 Z1\nG92 X0\nG28 X\nG1 X10\nG1 X20 E1\n")

        assert facts.printed.max_x == 20

    def test_are_shifted_by_klippers_offset(self, read: Read) -> None:
        assert "GCODE_OFF_BED" in codes(read(HOT + "SET_GCODE_OFFSET X=240\nG1 X1 Y1 Z1\nG1 X20 E1\n"))
        assert "GCODE_OFF_BED" in codes(read(HOT + "SET_GCODE_OFFSET X_ADJUST=120\nSET_GCODE_OFFSET X_ADJUST=120\n" + LINE))

    def test_pulling_back_is_no_printing(self, read: Read) -> None:
        facts = read(HOT + LINE + "G1 E-1\nG1 X240 Y200\nG1 E1\nG1 X12 Y10\n")

        assert facts.printed.max_x == 20
        assert facts.travelled.max_x == 240

    def test_of_unknown_start_count_from_their_end(self, read: Read) -> None:
        assert box(read(HOT + "G1 X20 Y10 Z1 E1\n")) == (20, 10, 1, 20, 10, 1)

    def test_have_no_exponents_as_firmware_reads_them(self, read: Read) -> None:
        assert read(HOT + LINE + "G1 X1e308\n").filament_mm == 309


class TestArcs:
    @pytest.mark.parametrize(
        ("arc", "expected"),
        [
            ("G2 X120 Y100 I10 J0 E1", (100, 100, 120, 110)),
            ("G3 X120 Y100 I10 J0 E1", (100, 90, 120, 100)),
            ("G3 X100 Y100 I10 J0 E1", (100, 90, 120, 110)),
            ("G2 X120 Y100 R10 E1", (100, 100, 120, 110)),
            ("G3 X110 Y110 R10 E1", (100, 100, 110, 110)),
            ("G3 X110 Y110 R-10 E1", (100, 90, 120, 110)),
            ("G2 X110 Y110 R-10 E1", (90, 100, 110, 120)),
            ("G2 X110 Y90 I10 E1", (100, 90, 120, 110)),
        ],
    )
    def test_reach_as_far_as_they_bulge(self, read: Read, arc: str, expected: tuple[float, ...]) -> None:
        facts = read(HOT + "G1 X100 Y100 Z1\n" + arc + "\n" + COLD)

        printed = facts.printed
        assert (printed.min_x, printed.min_y, printed.max_x, printed.max_y) == pytest.approx(expected)

    def test_may_bulge_off_the_bed(self, read: Read) -> None:
        assert "GCODE_OFF_BED" in codes(read(HOT + "G1 X100 Y205 Z1\nG2 X120 Y205 I10 E1\n"))

    @pytest.mark.parametrize("arc", ["G2 X120 Y100 E1", "G2 X120 Y100 R2 E1", "G18\nG2 X120 Y100 I10 E1", "G5 X1 Y1"])
    def test_that_cannot_be_followed_are_findings(self, read: Read, arc: str) -> None:
        assert "GCODE_UNREADABLE_MOVE" in codes(read(HOT + "G1 X100 Y100 Z1\n" + arc + "\n" + LINE))

    @given(st.floats(0, 6.28), st.floats(0, 6.28), st.booleans())
    def test_stay_within_what_is_said(self, first: float, last: float, clockwise: bool) -> None:
        start, end = (math.cos(first), math.sin(first)), (math.cos(last), math.sin(last))
        points = [start, end, *reach(start, end, (0, 0), clockwise=clockwise)]
        turn = ((first - last) if clockwise else (last - first)) % (2 * math.pi)

        for part in range(33):
            angle = first + (-1 if clockwise else 1) * turn * part / 32
            assert min(x for x, _y in points) - 1e-6 <= math.cos(angle) <= max(x for x, _y in points) + 1e-6
            assert min(y for _x, y in points) - 1e-6 <= math.sin(angle) <= max(y for _x, y in points) + 1e-6


class TestHeat:
    @pytest.mark.parametrize(
        ("command", "nozzle", "bed"),
        [
            ("M109 S210\nM190 S60", 210, 60),
            ("M109 R215", 215, None),
            ("PRINT_START BED=60 HOTEND=215", 215, 60),
            ("START_PRINT BED_TEMP=60 EXTRUDER_TEMP=210", 210, 60),
            ("print_start extruder=220 bed=80 chamber=40", 220, 80),
            ("PRINT_START FIRST_LAYER_BED_TEMPERATURE=70 FIRST_LAYER_TEMP=230 NOZZLE=0.4", 230, 70),
            ("SET_HEATER_TEMPERATURE HEATER=extruder TARGET=200\nSET_HEATER_TEMPERATURE HEATER=heater_bed TARGET=55", 200, 55),
        ],
    )
    def test_is_seen_in_commands_and_macros(self, read: Read, command: str, nozzle: float, bed: float | None) -> None:
        facts = read(command + "\nM83\n" + LINE + COLD + TIMED)

        assert (facts.max_nozzle_c, facts.max_bed_c) == (nozzle, bed)
        assert "GCODE_NO_TEMPERATURE" not in codes(facts)

    @pytest.mark.parametrize("start", ["", "M104 S0\n", "M109 S120\n", "PRINT_START\n", "PRINT_START NOZZLE=0.4\n", "M117 S200\n"])
    def test_must_be_there_before_material_flows(self, read: Read, start: str) -> None:
        assert "GCODE_NO_TEMPERATURE" in codes(read(start + "M83\n" + LINE))

    def test_may_be_too_much(self, read: Read) -> None:
        assert {"GCODE_TOO_HOT"} <= codes(read("M109 S301\nM83\n" + LINE))
        assert {"GCODE_TOO_HOT", "GCODE_BED_TOO_HOT"} <= codes(read("START BED=111 HOTEND=999\nM83\n" + LINE))

    def test_should_end(self, read: Read) -> None:
        assert codes(read(TIMED + HOT + LINE)) == {"GCODE_STAYS_HOT"}
        assert codes(read(TIMED + HOT + LINE + "PRINT_END\n")) == set()
        assert codes(read(TIMED + HOT + "END_PRINT\n" + LINE)) == {"GCODE_STAYS_HOT"}


class TestPlaces:
    def test_off_the_bed(self, read: Read) -> None:
        facts = read(TIMED + HOT + LINE + "G1 X251 E1\n" + COLD)

        (found,) = facts.findings
        assert (found.code, found.measured, found.severity) == (GcodeCode.OFF_BED, "251.0, 10.0", Severity.FAIL)

    def test_in_a_corner_a_round_bed_does_not_have(self, read: Read) -> None:
        disc = tuple((100 * math.cos(step * math.pi / 32), 100 * math.sin(step * math.pi / 32)) for step in range(64))
        round_bed = Machine(disc, 210, 300, 110)

        assert codes(read(TIMED + HOT + "G1 X80 Y0 Z1\nG1 X80 Y50 E1\n" + COLD, round_bed)) == set()
        assert codes(read(TIMED + HOT + "G1 X80 Y0 Z1\nG1 X80 Y70 E1\n" + COLD, round_bed)) == {"GCODE_OFF_BED"}

    def test_only_moving_there_is_a_warning(self, read: Read) -> None:
        (found,) = read(TIMED + HOT + LINE + "G1 X-20\n" + COLD).findings

        assert (found.code, found.severity) == (GcodeCode.TRAVEL_OFF_BED, Severity.WARN)

    def test_filling_the_nozzle_just_beside_the_bed_is_no_printing(self, read: Read) -> None:
        priming = "G1 X60 Y-3 Z.2\nG1 X100 Y-3 E9\n"

        assert codes(read(TIMED + HOT + priming + ";LAYER_CHANGE\n" + LINE + COLD)) == {"GCODE_TRAVEL_OFF_BED"}
        assert codes(read(TIMED + HOT + priming.replace("-3", "-30") + ";LAYER_CHANGE\n" + LINE + COLD)) == {"GCODE_OFF_BED"}
        assert codes(read(TIMED + HOT + priming + LINE + COLD)) == {"GCODE_OFF_BED"}

    def test_filling_the_nozzle_where_a_part_stands(self, read: Read) -> None:
        square = "G1 X10 Y10 Z.2\nG1 X50 Y10 E1\nG1 X50 Y40 E1\nG1 X10 Y40 E1\n"
        labelled = ";LAYER_CHANGE\n; printing object a id:0 copy 0\n" + square + "; stop printing object a id:0 copy 0\n" + COLD

        assert codes(read(TIMED + HOT + "G1 X5 Y20 Z.2\nG1 X200 Y20 E9\n" + labelled)) == {"GCODE_PRIMING_CROSSES"}
        assert codes(read(TIMED + HOT + "G1 X5 Y3 Z.2\nG1 X200 Y3 E9\n" + labelled)) == set()

    def test_too_tall_or_into_the_bed(self, read: Read) -> None:
        assert codes(read(TIMED + HOT + LINE + "G1 Z211\nG1 X15 E1\n" + COLD)) == {"GCODE_TOO_TALL"}
        assert codes(read(TIMED + HOT + LINE + "G1 Z-.1\nG1 X15 E1\n" + COLD)) == {"GCODE_BELOW_BED"}
        assert codes(read(TIMED + HOT + LINE + "G1 Z-5\n" + COLD)) == {"GCODE_BELOW_BED"}

    def test_can_be_judged_later_for_another_machine(self, read: Read) -> None:
        facts = read(TIMED + HOT + LINE + COLD, None)

        assert facts.findings == ()
        assert [one.code for one in judge(facts, Machine(((0, 0), (15, 0), (15, 15), (0, 15)), 0.1, 150, 50))] == [
            GcodeCode.OFF_BED,
            GcodeCode.TOO_TALL,
            GcodeCode.TOO_HOT,
        ]


class TestOtherFindings:
    @pytest.mark.parametrize(
        ("line", "code"),
        [
            ("G20", "GCODE_INCHES"),
            ("M112", "GCODE_FORBIDDEN_COMMAND"),
            ("M997", "GCODE_FORBIDDEN_COMMAND"),
            ("FIRMWARE_RESTART", "GCODE_FORBIDDEN_COMMAND"),
            ("SAVE_CONFIG", "GCODE_FORBIDDEN_COMMAND"),
            ("run_shell_command CMD=x", "GCODE_FORBIDDEN_COMMAND"),
            ("SET_TMC_CURRENT STEPPER=extruder CURRENT=9", "GCODE_FORBIDDEN_COMMAND"),
            ("N5 FIRMWARE_RESTART", "GCODE_FORBIDDEN_COMMAND"),
            ("n1 run_shell_command CMD=x", "GCODE_FORBIDDEN_COMMAND"),
            ("N M112", "GCODE_FORBIDDEN_COMMAND"),
            ("N.5 M112", "GCODE_FORBIDDEN_COMMAND"),
            ("M112FOO", "GCODE_FORBIDDEN_COMMAND"),
            ("FIRMWARE_RESTART*5", "GCODE_FORBIDDEN_COMMAND"),
            ("\u017fDCARD_PRINT_FILE FILENAME=x", "GCODE_FORBIDDEN_COMMAND"),
            ("F\u0131RMWARE_RESTART", "GCODE_FORBIDDEN_COMMAND"),
            ("N-1 M104 S999", "GCODE_TOO_HOT"),
            ("M109AA1 S999", "GCODE_BAD_NUMBER"),
            ("SET_HEATER_TEMPERATURE HEATER='extruder' TARGET=999", "GCODE_TOO_HOT"),
            ('SET_HEATER_TEMPERATURE HEATER=ext"ru"der TARGET=\\999', "GCODE_TOO_HOT"),
            ("SET_HEATER_TEMPERATURE HEATER=extruder TARGET=9x9", "GCODE_BAD_NUMBER"),
            ("N1 G1 X900 E5", "GCODE_OFF_BED"),
            ("G1FOO X900 E5", "GCODE_BAD_NUMBER"),
            ("G92.1 X500\nG1 X600 E1", "GCODE_OFF_BED"),
            ("M600", "GCODE_PAUSES"),
            ("PAUSE", "GCODE_PAUSES"),
            ("T1", "GCODE_TOOL_CHANGE"),
            ("M104 S[first_layer_temperature]", "GCODE_PLACEHOLDER"),
            ("PRINT_START BED={material_bed_temperature}", "GCODE_PLACEHOLDER"),
            ("G1 XNaN", "GCODE_BAD_NUMBER"),
            ("G1 X--5", "GCODE_BAD_NUMBER"),
            ("G1 X99999999999", "GCODE_BAD_NUMBER"),
            ("G1 Xinf", "GCODE_BAD_NUMBER"),
        ],
    )
    def test_are_seen(self, read: Read, line: str, code: str) -> None:
        facts = read(TIMED + HOT + LINE + line + "\n" + COLD)

        assert code in codes(facts)
        if code not in ("GCODE_TOOL_CHANGE", "GCODE_TOO_HOT", "GCODE_OFF_BED"):
            assert next(one.line for one in facts.findings if one.code.value == code) == 7

    @pytest.mark.parametrize("line", ["G29_MAP", "M117 T1 {x} G20", "T0", "M486 T1", "G21", "BED_MESH_CALIBRATE", "; G20", "M118 M112"])
    def test_are_not_seen_where_there_are_none(self, read: Read, line: str) -> None:
        assert codes(read(TIMED + HOT + LINE + line + "\n" + COLD)) == set()

    @pytest.mark.parametrize("content", ["", "hello\nworld\n", "solid x\nfacet normal 0 0 1\nvertex 1 2 3\nendsolid\n", "; only words\n"])
    def test_nothing_moves(self, read: Read, content: str) -> None:
        assert codes(read(content)) == {"GCODE_EMPTY"}

    def test_nothing_is_printed(self, read: Read) -> None:
        assert codes(read(HOT + "G1 X10 Y10 Z5\nG1 X20\n")) == {"GCODE_NO_EXTRUSION"}

    def test_a_finding_counts_how_often(self, read: Read) -> None:
        (found,) = (one for one in read(HOT + LINE + "M600\n" * 5 + COLD + TIMED).findings)

        assert (found.code, found.line, found.times) == (GcodeCode.PAUSES, 6, 5)


class TestHostileFiles:
    @pytest.mark.parametrize("start", [b"GCDE\x01", b"PK\x03\x04", b"\x1f\x8b\x08", b"G1 X1\n\0\0\0", "G1 X1\n".encode("utf-16")])
    def test_that_are_no_text(self, read: Read, start: bytes) -> None:
        assert codes(read(start + random.Random(1).randbytes(5000))) == {"GCODE_NOT_TEXT"}

    def test_with_a_line_without_end(self, read: Read) -> None:
        assert codes(read(TIMED + HOT + LINE + "G1 " + "X1 " * 100_000)) >= {"GCODE_NOT_TEXT"}

    def test_that_are_too_large_are_not_read(self, read: Read) -> None:
        facts = read(HOT + LINE, limits=ReadingLimits(max_bytes=10))

        assert codes(facts) == {"GCODE_TOO_LARGE"}
        assert facts.lines == 0

    def test_with_endless_objects_macros_settings_and_heights(self, read: Read) -> None:
        many = range(3000)
        text = "".join(f"; printing object o{n} id:0 copy 0\nMACRO_{n}\n; setting_{n} = 1\nG1 X{n % 200} Y{n} Z{n} E1\n" for n in many)

        facts = read(HOT + text)

        assert len(facts.objects) <= 256
        assert len(facts.macros) <= 200
        assert len(facts.config) <= 2000
        assert len(facts.printed.rows) <= 2000

    @given(st.binary(max_size=400))
    def test_of_any_bytes_never_raise(self, tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
        path = tmp_path_factory.getbasetemp() / "any.gcode"
        path.write_bytes(content)

        assert read_gcode(path, machine=MACHINE).findings

    @given(st.text(alphabet="GMTNXYZEFSIJR0123456789.- ;\n[]{}=*_", max_size=300))
    def test_of_anything_like_gcode_never_raise(self, tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
        path = tmp_path_factory.getbasetemp() / "like.gcode"
        path.write_text(HOT + content)

        read_gcode(path, machine=MACHINE)


class TestWhatSlicersSay:
    def test_prusaslicer_cut_off(self, read: Read) -> None:
        start = "; generated by PrusaSlicer 2.7.4+win64 on 2024-01-01 at 10:00:00 UTC\n" + HOT + LINE + COLD
        end = "; estimated printing time (normal mode) = 1d 2h 3m 4s\n; prusaslicer_config = begin\n; filament_type = PLA;PETG\n"

        cut = read(start)
        assert (cut.slicer, cut.complete) == ("PrusaSlicer 2.7.4+win64", False)
        assert "GCODE_TRUNCATED" in codes(cut)
        whole = read(start + end + "; prusaslicer_config = end\n")
        assert codes(whole) == set()
        assert (whole.seconds, whole.material_family) == (93_784, "PLA")

    def test_orca(self, read: Read) -> None:
        text = (
            "; HEADER_BLOCK_START\n; generated by OrcaSlicer 2.1.1 on 2024-08-01 at 10:00:00\n; HEADER_BLOCK_END\n"
            + HOT
            + ";LAYER_CHANGE\n;Z:0.2\nEXCLUDE_OBJECT_START NAME=Part_1\n"
            + LINE
            + "EXCLUDE_OBJECT_END NAME=Part_1\nPRINT_END\n; EXECUTABLE_BLOCK_END\n"
            + "; filament used [g] = 12.5, 0.5\n; estimated printing time (normal mode) = 16m 40s\n"
            + "; CONFIG_BLOCK_START\n; filament_type = PETG\n; CONFIG_BLOCK_END\n"
        )

        facts = read(text)

        assert codes(facts) == set()
        assert (facts.seconds, facts.filament_g, facts.material_family, facts.layers) == (1000, 13.0, "PETG", 1)
        assert list(facts.objects) == ["Part_1"]

    def test_cura(self, read: Read) -> None:
        text = ";FLAVOR:Marlin\n;TIME:6666\n;Generated with Cura_SteamEngine 5.7.0\nM82\n" + HOT + ";LAYER_COUNT:2\n;LAYER:0\n" + LINE
        text += ";LAYER:1\nG1 Z.4\nG1 X10 E1\n" + COLD

        assert codes(read(text)) == {"GCODE_TRUNCATED"}
        facts = read(text + ";End of Gcode\n")
        assert codes(facts) == set()
        assert (facts.seconds, facts.layers) == (6666, 2)

    @pytest.mark.parametrize(("text", "expected"), [("4m 45s", 285), ("1d 0h 0m 1s", 86_401), ("59s", 59), ("soon", None)])
    def test_times(self, text: str, expected: int | None) -> None:
        assert seconds(text) == expected
