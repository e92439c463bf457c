"""What fits a machine: total, pure, and unknown is never a match."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.fleet.domain.matching import CODES, Loaded, Machine, Wanted, WantedMaterial, misfits
from apps.fleet.states import MisfitCode

GOOD = Machine(
    process="fff",
    printer_class="Voron_250@1",
    volume_um=(250_000, 210_000, 210_000),
    nozzle_um=400,
    nozzle_material="brass",
    max_nozzle_c=300,
    max_bed_c=110,
    max_chamber_c=0,
    enclosure="closed",
    flags=frozenset({"flexible"}),
    tags=frozenset({"quiet"}),
    sheet="smooth PEI",
    feeds=(Loaded("loaded", "PLA", "m1", "c1", 500_000, "s1"),),
)
ASKED = Wanted(
    printer_class="Voron_250@1",
    size_um=(250_000, 210_000, 210_000),
    nozzle_um=400,
    nozzle_c=300,
    bed_c=110,
    enclosure="closed",
    flags=frozenset({"flexible"}),
    tags=frozenset({"quiet"}),
    sheet="smooth PEI",
    materials=(WantedMaterial("PLA", "m1", "c1", 500_000),),
)
MISSES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("process", {"process": "sla"}, {}),
    ("class", {"printer_class": "Voron_250@2"}, {}),
    ("width", {"size_um": (250_001, 1, 1)}, {}),
    ("depth", {"size_um": (1, 210_001, 1)}, {}),
    ("height", {"size_um": (1, 1, 210_001)}, {}),
    ("nozzle", {"nozzle_um": 600}, {}),
    ("nozzle_material", {"flags": frozenset({"abrasive"})}, {"flags": frozenset({"abrasive"})}),
    ("nozzle_temperature", {"nozzle_c": 301}, {}),
    ("bed_temperature", {"bed_c": 111}, {}),
    ("chamber_temperature", {"chamber_c": 1}, {}),
    ("enclosure", {"enclosure": "heated"}, {}),
    ("material_flag", {"flags": frozenset({"fumes"})}, {}),
    ("tag", {"tags": frozenset({"camera"})}, {}),
    ("sheet", {"sheet": "textured PEI"}, {}),
    ("material", {"materials": (WantedMaterial("PETG"),)}, {}),
    ("material", {"materials": (WantedMaterial("PLA", "m2"),)}, {}),
    ("material", {}, {"feeds": (Loaded("empty"),)}),
    ("material", {}, {"feeds": ()}),
    ("material", {"materials": (WantedMaterial("PLA"), WantedMaterial("PLA"))}, {}),
    ("color", {"materials": (WantedMaterial(color="c2"),)}, {}),
    ("filament_amount", {"materials": (WantedMaterial(mg=500_001),)}, {}),
]
UNKNOWN: list[tuple[str, dict[str, Any]]] = [
    ("process", {"process": None}),
    ("width", {"volume_um": None}),
    ("nozzle", {"nozzle_um": None}),
    ("nozzle_temperature", {"max_nozzle_c": None}),
    ("bed_temperature", {"max_bed_c": None}),
    ("enclosure", {"enclosure": None}),
    ("sheet", {"sheet": ""}),
    ("class", {"printer_class": ""}),
    ("material", {"feeds": (Loaded("unknown"),)}),
    ("color", {"feeds": (Loaded("loaded", "PLA", "m1", None, 500_000),)}),
]

lengths = st.integers(0, 400_000)
wanted_values = st.builds(
    Wanted,
    process=st.sampled_from(["fff", "sla"]),
    printer_class=st.sampled_from(["", "A@1", "A@2"]),
    size_um=st.tuples(lengths, lengths, lengths),
    nozzle_um=st.none() | st.sampled_from([400, 600]),
    nozzle_c=st.integers(0, 400),
    bed_c=st.integers(0, 150),
    chamber_c=st.integers(0, 90),
    enclosure=st.sampled_from(["", "open", "closed", "heated"]),
    flags=st.frozensets(st.sampled_from(["abrasive", "flexible"])),
    tags=st.frozensets(st.sampled_from(["quiet", "camera"])),
    sheet=st.sampled_from(["", "PEI"]),
    materials=st.lists(
        st.builds(
            WantedMaterial,
            st.sampled_from(["", "PLA", "PETG"]),
            st.none() | st.just("m1"),
            st.none() | st.just("c1"),
            st.integers(0, 10**6),
        ),
        max_size=2,
    ).map(tuple),
)
feeds = st.builds(
    Loaded,
    st.sampled_from(["loaded", "empty", "unknown"]),
    st.sampled_from(["PLA", "PETG"]),
    st.sampled_from(["m1", "m2"]),
    st.none() | st.sampled_from(["c1", "c2"]),
    st.none() | st.integers(0, 10**6),
)
machines = st.builds(
    Machine,
    process=st.none() | st.just("fff"),
    printer_class=st.sampled_from(["", "A@1"]),
    volume_um=st.none() | st.tuples(lengths, lengths, lengths),
    nozzle_um=st.none() | st.sampled_from([400, 600]),
    nozzle_material=st.sampled_from(["unknown", "brass", "hardened"]),
    max_nozzle_c=st.none() | st.integers(0, 400),
    max_bed_c=st.none() | st.integers(0, 150),
    max_chamber_c=st.none() | st.integers(0, 90),
    enclosure=st.none() | st.sampled_from(["open", "closed", "heated"]),
    flags=st.frozensets(st.sampled_from(["abrasive", "flexible"])),
    tags=st.frozensets(st.sampled_from(["quiet", "camera"])),
    sheet=st.sampled_from(["", "PEI"]),
    feeds=st.lists(feeds, max_size=2).map(tuple),
)


def codes(wanted: Wanted, machine: Machine) -> set[str]:
    return {one.code for one in misfits(wanted, machine)}


class TestAMachine:
    def test_that_is_just_enough_fits(self) -> None:
        assert misfits(ASKED, GOOD) == []

    @pytest.mark.parametrize(("code", "asks", "has"), MISSES)
    def test_that_misses_one_thing_says_which(self, code: str, asks: dict[str, Any], has: dict[str, Any]) -> None:
        assert codes(replace(ASKED, **asks), replace(GOOD, **has)) == {code}

    @pytest.mark.parametrize(("code", "has"), UNKNOWN)
    def test_of_which_that_is_not_known_does_not_fit(self, code: str, has: dict[str, Any]) -> None:
        assert code in codes(ASKED, replace(GOOD, **has))

    def test_says_what_is_wanted_and_what_it_has(self) -> None:
        (found,) = misfits(replace(ASKED, nozzle_um=600), replace(GOOD, nozzle_um=None))

        assert (found.wanted, found.has) == (600, None)

    def test_with_an_unweighed_spool_fits(self) -> None:
        unweighed = Loaded("loaded", "PLA", "m1", "c1", None)

        assert misfits(ASKED, replace(GOOD, feeds=(unweighed,))) == []

    def test_with_a_hard_nozzle_takes_abrasive_material(self) -> None:
        hard = replace(GOOD, nozzle_material="hardened", flags=frozenset({"abrasive", "flexible"}))

        assert misfits(replace(ASKED, flags=frozenset({"abrasive"})), hard) == []


class TestWhateverIsAsked:
    @given(wanted_values, machines)
    def test_has_an_answer_of_known_codes_and_always_the_same(self, wanted: Wanted, machine: Machine) -> None:
        found = misfits(wanted, machine)

        assert {one.code for one in found} <= set(CODES)
        assert misfits(wanted, machine) == found

    @given(wanted_values)
    def test_an_unknown_machine_fits_nothing(self, wanted: Wanted) -> None:
        assert codes(wanted, Machine())

    @given(wanted_values, machines)
    def test_asking_for_less_never_misses_more(self, wanted: Wanted, machine: Machine) -> None:
        x, y, z = wanted.size_um
        less = replace(wanted, size_um=(x // 2, y // 2, z // 2), nozzle_c=wanted.nozzle_c // 2, materials=())

        assert codes(less, machine) <= codes(wanted, machine)

    @given(wanted_values, machines, st.sampled_from(["volume_um", "nozzle_um", "max_nozzle_c", "max_bed_c", "max_chamber_c", "enclosure"]))
    def test_knowing_less_never_fits_better(self, wanted: Wanted, machine: Machine, forgotten: str) -> None:
        unknown: dict[str, Any] = {forgotten: None}

        assert codes(wanted, machine) <= codes(wanted, replace(machine, **unknown))


class TestTheCodes:
    def test_have_words(self) -> None:
        assert set(CODES) == set(MisfitCode.values)

    def test_cover_every_field_of_a_machine(self) -> None:
        """A field nobody compares would be a requirement that silently holds."""
        read = {"process", "printer_class", "volume_um", "nozzle_um", "nozzle_material", "max_nozzle_c", "max_bed_c", "max_chamber_c"}
        read |= {"enclosure", "flags", "tags", "sheet", "feeds"}

        assert {field.name for field in fields(Machine)} == read
