"""What is said about a part, and how much it weighs."""

from __future__ import annotations

import pytest

from apps.parts.domain.findings import Answers, Finding, Offer, Severity, Status, as_record, from_record, status_of
from apps.parts.domain.volumes import PrinterVolume, fitting, fitting_another_way_up

from .checking import ORDINARY, codes, only
from .solids import Shape, binary, box, cube, inverted, klein_bottle, together, torus

ROUND = PrinterVolume("Delta@1", 300_000, 300_000, 400_000, is_round=True)
TALL = PrinterVolume("Tall@2", 200_000, 200_000, 400_000)


def found(shape: Shape, **options: object) -> dict[str, str]:
    """Return what is found about a shape with its severity."""
    return {one["code"]: one["severity"] for one in only(binary(shape), **options)["findings"]}


class TestAPart:
    @pytest.mark.parametrize(
        ("shape", "says"),
        [
            (cube(20), {}),
            (together(cube(20), cube(20, at=(20, 20, 0))), {}),
            (cube(20)[:-1], {"OPEN": "FAIL"}),
            (inverted(cube(20)), {"INSIDE_OUT": "NOTE"}),
            (together(box((20, 20, 0.0)), box((20, 20, 0.0))), {"NO_VOLUME": "FAIL", "TOO_THIN": "FAIL"}),
            (cube(0.5), {"TINY": "FAIL"}),
            (cube(3), {"TINY": "WARN"}),
            (box((50, 50, 0.1)), {"TOO_THIN": "FAIL", "THIN_WALLS": "WARN"}),
            (box((50, 0.2, 20)), {"TOO_THIN": "FAIL", "THIN_WALLS": "WARN"}),
            (box((50, 50, 0.6)), {"THIN_WALLS": "WARN"}),
            (box((50, 50, 1.2)), {}),
            (cube(300), {"TOO_LARGE": "FAIL"}),
            (cube(3_000), {"HUGE": "FAIL"}),
            (box((50, 50, 240)), {"ANOTHER_WAY_UP": "FAIL"}),
            (box((210, 250, 210)), {}),
            (together(cube(20), cube(20, at=(50, 0, 0))), {"LOOSE_PIECES": "WARN"}),
            (together(cube(20), inverted(cube(10, at=(5, 5, 5)))), {"OVERHANGS": "NOTE", "HOLLOW": "NOTE"}),
            (torus(), {"OVERHANGS": "NOTE"}),
        ],
    )
    def test_is_told_what_stands_against_it(self, shape: Shape, says: dict[str, str]) -> None:
        assert found(shape) == says

    def test_without_an_inside_cannot_be_made(self) -> None:
        assert found(klein_bottle())["NO_INSIDE"] == "FAIL"

    def test_that_stands_on_a_tip_is_told_so(self) -> None:
        pyramid = cube(20)
        pyramid[pyramid[:, :, 2] == 0] = (10, 10, 0)

        assert found(pyramid) == {"SMALL_BASE": "NOTE"}

    def test_drawn_in_metres_or_inches_is_asked_about(self) -> None:
        in_metres = only(binary(cube(0.02)))
        in_inches = only(binary(cube(1.5)))

        assert codes(in_metres) == codes(in_inches) == ["TINY"]
        assert in_metres["findings"][0]["measured"]["x_if_meter_um"] == 20_000
        assert in_inches["findings"][0]["measured"]["x_if_inch_um"] == 38_100
        assert "CHANGE_SIZE" in in_inches["findings"][0]["offers"]

    def test_read_in_its_own_unit_is_fine(self) -> None:
        assert codes(only(binary(cube(0.02)), unit="meter")) == []
        assert codes(only(binary(cube(1.5)), unit="inch")) == []

    def test_says_nothing_about_fitting_while_there_are_no_printers(self) -> None:
        part = only(binary(cube(300)), volumes=())

        assert (codes(part), part["metrics"]["fits"]) == ([], [])

    def test_names_every_kind_of_printer_it_fits(self) -> None:
        assert only(binary(box((150, 150, 350))), volumes=(ORDINARY, ROUND, TALL))["metrics"]["fits"] == ["Delta@1", "Tall@2"]


class TestFitting:
    @pytest.mark.parametrize(
        ("size", "keys"),
        [
            ((250_000, 210_000, 210_000), ["Ordinary@1"]),
            ((210_000, 250_000, 210_000), ["Ordinary@1"]),
            ((250_001, 210_000, 210_000), []),
            ((212_000, 212_000, 400_000), ["Delta@1"]),
            ((213_000, 213_000, 300_000), []),
            ((200_000, 200_000, 400_000), ["Delta@1", "Tall@2"]),
        ],
    )
    def test_is_exact_and_knows_round_beds(self, size: tuple[int, int, int], keys: list[str]) -> None:
        assert fitting([ORDINARY, ROUND, TALL], size) == keys

    def test_another_way_up(self) -> None:
        assert fitting_another_way_up([ORDINARY], (10_000, 10_000, 249_000)) == ["Ordinary@1"]
        assert fitting_another_way_up([ORDINARY], (251_000, 251_000, 10_000)) == []


class TestWhatFindingsComeTo:
    fail, warn, note = (Finding(severity.value, severity) for severity in (Severity.FAIL, Severity.WARN, Severity.NOTE))

    @pytest.mark.parametrize(
        ("names", "reviewed", "accepted", "status"),
        [
            ("", "", "", Status.PASS),
            ("NOTE", "", "", Status.PASS),
            ("NOTE WARN", "", "", Status.WARN),
            ("WARN FAIL", "", "", Status.FAIL),
            ("WARN", "", "WARN", Status.PASS),
            ("WARN", "WARN", "", Status.WARN),
            ("FAIL", "", "FAIL", Status.FAIL),
            ("FAIL", "FAIL", "", Status.WARN),
            ("FAIL", "FAIL", "FAIL", Status.PASS),
            ("FAIL WARN", "FAIL", "FAIL", Status.WARN),
        ],
    )
    def test_is_the_worst_that_is_not_answered(self, names: str, reviewed: str, accepted: str, status: Status) -> None:
        findings = [getattr(self, name.lower()) for name in names.split()]
        answers = Answers(reviewed=frozenset(reviewed.split()), accepted=frozenset(accepted.split()))

        assert status_of(findings, answers) == status

    def test_are_kept_as_they_were(self) -> None:
        finding = Finding("OPEN", Severity.FAIL, {"edges": 3}, {"edges": 0}, {"x_um": 5}, (Offer.REQUEST_REVIEW,))

        assert from_record(as_record(finding)) == finding
