"""Which attempt goes to which printer: nothing that does not fit, one each, the most urgent first, with reasons."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from apps.fleet.domain.matching import Loaded, Machine, Wanted, WantedMaterial, misfits
from apps.runs.domain.scheduling import Candidate, Waiting, assign, fits, urgency
from tests.factories.context import NOW

PLA, PETG = Loaded("loaded", "PLA", "pla-1", None, 500_000), Loaded("loaded", "PETG", "petg-1", None, 500_000)


def printer(
    code: str = "V1",
    *,
    feed: Loaded = PLA,
    waits: tuple[str, ...] = (),
    confidence: float | None = None,
    size: int = 250_000,
    circuit: UUID | None = None,
    room: int = 0,
) -> Candidate:
    return Candidate(uuid4(), code, Machine(process="fff", volume_um=(size, size, size), feeds=(feed,)), waits, confidence, circuit, room)


def waiting(family: str = "PLA", **values: object) -> Waiting:
    wanted = Wanted(size_um=(100_000, 100_000, 100_000), materials=(WantedMaterial(family=family),))
    return Waiting(**{"run_id": uuid4(), "wanted": wanted, "since": NOW, **values})  # type: ignore[arg-type]


class TestChoosing:
    def test_gives_work_to_the_printer_with_the_material(self) -> None:
        run, pla = waiting(), printer("V1")

        (made,) = assign([run], [printer("V0", feed=PETG), pla])

        assert (made.run_id, made.printer_id) == (run.run_id, pla.printer_id)
        assert made.reasons == ("material_loaded", "only_one_ready")
        assert made.confidence == "high"

    def test_keeps_the_printer_others_need(self) -> None:
        small, large = printer("A", size=120_000), printer("B")
        big = waiting(wanted=Wanted(size_um=(200_000, 200_000, 100_000), materials=(WantedMaterial(family="PLA"),)), priority="filler")

        (first, second) = assign([big, one := waiting()], [large, small])

        assert (first.run_id, first.printer_id) == (one.run_id, small.printer_id)
        assert "fewest_others_need_it" in first.reasons
        assert second.printer_id == large.printer_id

    def test_prefers_the_reliable_printer_and_says_what_else_there_was(self) -> None:
        good, bad, busy = printer("A", confidence=0.9), printer("B", confidence=0.4), printer("C", waits=("printing",))

        (made,) = assign([waiting()], [bad, busy, good])

        assert made.printer_id == good.printer_id
        assert [(one.code, one.why_not) for one in made.alternatives] == [("B", ("less_reliable",)), ("C", ("printing",))]

    def test_starts_nothing_that_is_blocked_or_on_a_printer_that_is_not_ready(self) -> None:
        assert assign([waiting(blocked="hold")], [printer()]) == []
        assert assign([waiting()], [printer(waits=("bed_not_clear",))]) == []
        assert assign([waiting("PETG")], [printer()]) == []
        assert assign([waiting()], [printer(feed=Loaded("unknown"))]) == []

    def test_keeps_a_plate_for_one_printer_to_that_one(self) -> None:
        ours = printer("Z")

        (made,) = assign([waiting(only_printer=ours.printer_id)], [printer("A"), ours])

        assert made.printer_id == ours.printer_id


class TestTheOrderOfWork:
    def test_is_rush_then_date_then_age(self) -> None:
        rush = waiting(priority="rush", due_at=NOW + timedelta(days=30))
        soon, later = waiting(due_at=NOW + timedelta(hours=2)), waiting(due_at=NOW + timedelta(days=2))
        filler = waiting(priority="filler", due_at=NOW)

        assert sorted([filler, later, soon, rush], key=urgency) == [rush, soon, later, filler]

    def test_lets_undated_work_age_upward(self) -> None:
        old, dated = waiting(since=NOW - timedelta(days=8)), waiting(due_at=NOW + timedelta(hours=1))

        assert sorted([dated, old], key=urgency) == [old, dated]


FEEDS = st.sampled_from([PLA, PETG, Loaded("empty"), Loaded("unknown")])
PRINTERS = st.lists(
    st.builds(
        lambda feed, waits, confidence, size, n: Candidate(
            UUID(int=n), f"V{n}", Machine(process="fff", volume_um=(size, size, size), feeds=(feed,)), waits, confidence
        ),
        FEEDS,
        st.sampled_from([(), (), ("printing",), ("bed_not_clear", "hold")]),
        st.none() | st.floats(0, 1),
        st.sampled_from([90_000, 150_000, 250_000]),
        st.integers(0, 10_000),
    ),
    max_size=8,
    unique_by=lambda one: one.printer_id,
)
QUEUES = st.lists(
    st.builds(
        lambda n, family, days, priority, blocked, age: Waiting(
            UUID(int=n),
            Wanted(size_um=(100_000, 100_000, 100_000), materials=(WantedMaterial(family=family),)),
            NOW - timedelta(hours=age),
            None if days is None else NOW + timedelta(days=days),
            priority,
            None,
            blocked,
        ),
        st.integers(0, 10_000),
        st.sampled_from(["PLA", "PETG"]),
        st.none() | st.integers(-2, 20),
        st.sampled_from(["rush", "normal", "filler"]),
        st.sampled_from(["", "", "", "hold"]),
        st.integers(0, 300),
    ),
    max_size=12,
    unique_by=lambda one: one.run_id,
)


class TestAnyFloor:
    @given(QUEUES, PRINTERS)
    def test_gives_each_printer_one_attempt_that_fits_and_may_start(self, queue: list[Waiting], printers: list[Candidate]) -> None:
        made = assign(queue, printers)

        by_run, by_printer = {one.run_id: one for one in queue}, {one.printer_id: one for one in printers}
        assert len({one.run_id for one in made}) == len({one.printer_id for one in made}) == len(made)
        for one in made:
            run, taken = by_run[one.run_id], by_printer[one.printer_id]
            assert not run.blocked
            assert not taken.waits
            assert misfits(run.wanted, taken.machine) == []
            assert one.reasons
            eligible = {fit.candidate.printer_id for fit in fits(run, printers) if fit.is_eligible}
            assert {other.printer_id for other in one.alternatives} == eligible - {taken.printer_id}

    @given(QUEUES, PRINTERS)
    def test_leaves_no_printer_idle_that_something_could_use(self, queue: list[Waiting], printers: list[Candidate]) -> None:
        made = assign(queue, printers)

        runs, taken = {one.run_id for one in made}, {one.printer_id for one in made}
        for run in queue:
            if run.run_id in runs or run.blocked:
                continue
            idle = [fit for fit in fits(run, printers) if fit.is_ready and fit.candidate.printer_id not in taken]
            assert idle == []

    @given(QUEUES, PRINTERS, st.randoms())
    def test_chooses_the_same_whatever_the_order_it_is_told_in(
        self, queue: list[Waiting], printers: list[Candidate], chance: object
    ) -> None:
        first = assign(queue, printers)
        shuffled_queue, shuffled_printers = list(queue), list(printers)
        chance.shuffle(shuffled_queue)  # type: ignore[attr-defined]
        chance.shuffle(shuffled_printers)  # type: ignore[attr-defined]

        again = assign(shuffled_queue, shuffled_printers)

        assert {(one.run_id, one.printer_id) for one in first} == {(one.run_id, one.printer_id) for one in again}
