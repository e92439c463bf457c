"""Faults on order and by chance."""

from __future__ import annotations

import pytest

from apps.fleet.simulator.faults import KINDS, Faults, Rule

METHODS = ["printer.print.start", "server.info", "printer.objects.query"] * 200


def drawn(faults: Faults) -> list[str]:
    return [rule.kind if (rule := faults.draw(method)) else "" for method in METHODS]


def by_chance(seed: int, printer: str = "sim-01") -> list[str]:
    faults = Faults(printer)
    faults.by_chance(seed, {"drop": 0.1, "delay": 0.2})
    return drawn(faults)


class TestAnOrder:
    def test_hits_its_method_as_often_as_it_says(self) -> None:
        faults = Faults("sim-01")
        faults.rules.append(Rule("drop", "server.info", times=2))

        assert [at for at, kind in enumerate(drawn(faults)) if kind] == [1, 4]

    def test_without_a_method_hits_the_next(self) -> None:
        faults = Faults("sim-01")
        faults.rules.append(Rule("refuse"))

        assert drawn(faults)[:2] == ["refuse", ""]

    def test_of_an_unknown_kind_is_refused(self) -> None:
        with pytest.raises(ValueError, match=KINDS[0]):
            Rule("nonsense")


class TestChance:
    def test_is_the_same_for_the_same_seed(self) -> None:
        assert by_chance(1) == by_chance(1)

    def test_differs_between_seeds_and_printers(self) -> None:
        assert by_chance(1) != by_chance(2)
        assert by_chance(1) != by_chance(1, "sim-02")

    def test_hits_about_as_often_as_it_says(self) -> None:
        kinds = by_chance(3)

        assert 0.05 < kinds.count("drop") / len(kinds) < 0.15
        assert 0.13 < kinds.count("delay") / len(kinds) < 0.27

    def test_can_be_ended(self) -> None:
        faults = Faults("sim-01")
        faults.by_chance(1, dict.fromkeys(KINDS, 0.14))
        faults.clear()

        assert set(drawn(faults)) == {""}
