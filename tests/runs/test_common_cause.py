"""What printers that fail together have in common: by circuit, by site, by chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.runs.domain.incidents import WINDOW, Sign, common_cause, least_at_site
from tests.factories.context import NOW

A, B = uuid4(), uuid4()


def place(*circuits: UUID | None) -> dict[UUID, UUID | None]:
    return {uuid4(): circuit for circuit in circuits}


def on(here: dict[UUID, UUID | None], circuit: UUID | None) -> list[UUID]:
    return [printer for printer, where in here.items() if where == circuit]


def silent(printers: list[UUID], *, at: datetime = NOW, apart: float = 1.0, lost_power: bool = False) -> list[Sign]:
    return [Sign(printer, at + timedelta(seconds=apart * number), lost_power) for number, printer in enumerate(printers)]


def idle(printers: list[UUID]) -> list[Sign]:
    return [replace(sign, was_idle=True) for sign in silent(printers)]


class TestByCircuit:
    def test_three_of_many_are_one_cause(self) -> None:
        here = place(*[A] * 22, *[B] * 16)

        (found,) = common_cause(silent(on(here, A)[:3]), here, at=NOW)

        assert (found.kind, found.circuit_id, len(found.signs), found.out_of, found.lost_power) == ("circuit", A, 3, 22, True)
        assert (found.began_at, found.until) == (NOW, NOW + timedelta(seconds=2))

    @pytest.mark.parametrize(
        ("hit", "size", "is_one"), [(1, 1, False), (1, 2, False), (2, 3, True), (2, 4, True), (2, 5, False), (3, 40, True)]
    )
    def test_half_of_a_small_circuit_is_enough_one_printer_never(self, hit: int, size: int, is_one: bool) -> None:
        here = place(*[A] * size, *[B] * 100)

        assert bool(common_cause(silent(on(here, A)[:hit]), here, at=NOW)) is is_one

    def test_a_printer_elsewhere_that_fails_too_stays_its_own_matter(self) -> None:
        here = place(*[A] * 4, *[B] * 16)

        (found,) = common_cause(silent([*on(here, A), on(here, B)[0]]), here, at=NOW)

        assert {sign.printer_id for sign in found.signs} == set(on(here, A))

    def test_two_circuits_at_once_are_the_building(self) -> None:
        here = place(*[A] * 4, *[B] * 4)

        (found,) = common_cause(silent(list(here)), here, at=NOW)

        assert (found.kind, found.circuit_id, len(found.signs)) == ("network", None, 8)


class TestWithoutCircuits:
    def test_power_is_known_by_machines_that_had_restarted(self) -> None:
        here = place(*[None] * 10)
        signs = silent(list(here)[:4])

        (network,) = common_cause(signs, here, at=NOW)
        (power,) = common_cause([*signs[:3], Sign(signs[3].printer_id, NOW, lost_power=True)], here, at=NOW)

        assert (network.kind, network.lost_power) == ("network", False)
        assert (power.kind, power.lost_power) == ("circuit", True)

    def test_right_after_the_watching_began_it_is_ours(self) -> None:
        here = place(*[None] * 10)

        (found,) = common_cause(silent(list(here)), here, at=NOW, watching_since=NOW - timedelta(seconds=31))
        (later,) = common_cause(silent(list(here)), here, at=NOW, watching_since=NOW - timedelta(minutes=10))

        assert (found.kind, later.kind) == ("server_gap", "network")

    def test_among_a_thousand_three_are_chance(self) -> None:
        here = place(*[None] * 1000)

        assert common_cause(silent(list(here)[:49], apart=0.1), here, at=NOW) == []
        assert len(common_cause(silent(list(here)[:50], apart=0.1), here, at=NOW)) == 1
        assert (least_at_site(1), least_at_site(60), least_at_site(1000)) == (3, 3, 50)

    def test_what_is_further_apart_than_the_window_is_not_together(self) -> None:
        here = place(*[None] * 4)

        assert common_cause(silent(list(here), apart=WINDOW.total_seconds() + 1), here, at=NOW) == []


@given(st.lists(st.tuples(st.sampled_from([A, B, None]), st.integers(-200, 200), st.booleans()), max_size=30), st.randoms())
def test_every_printer_is_in_one_incident_at_most_and_order_does_not_matter(
    seen: list[tuple[UUID | None, int, bool]], chance: object
) -> None:
    here = place(*(circuit for circuit, _at, _power in seen))
    signs = [Sign(printer, NOW + timedelta(seconds=at), power) for printer, (_c, at, power) in zip(here, seen, strict=True)]

    found = common_cause(signs, here, at=NOW)
    chance.shuffle(signs)  # type: ignore[attr-defined]

    named = [sign.printer_id for one in found for sign in one.signs]
    assert len(named) == len(set(named))
    assert all(abs(sign.at - NOW) <= WINDOW for one in found for sign in one.signs)
    assert {frozenset(sign.printer_id for sign in one.signs) for one in common_cause(signs, here, at=NOW)} == {
        frozenset(sign.printer_id for sign in one.signs) for one in found
    }


class TestPrintersWithoutWork:
    @pytest.mark.parametrize("circuits", [[A] * 22, [None] * 22, [A] * 11 + [B] * 11])
    def test_that_are_switched_off_together_are_no_incident(self, circuits: list[UUID | None]) -> None:
        here = place(*circuits)

        assert common_cause(idle(list(here)), here, at=NOW) == []

    def test_belong_to_it_where_one_of_them_was_at_work(self) -> None:
        here = place(*[A] * 22)
        first, *others = here

        (found,) = common_cause([*silent([first]), *idle(others)], here, at=NOW)

        assert len(found.signs) == 22

    def test_have_lost_their_print_also_when_it_ended_while_they_were_silent(self) -> None:
        here = place(*[A] * 3)
        lost = [Sign(printer, NOW + timedelta(seconds=60), lost_print=True) for printer in here]

        (found,) = common_cause([*idle(list(here)), *lost], here, at=NOW)

        assert {sign.at for sign in found.signs} <= {NOW + timedelta(seconds=number) for number in range(3)}
