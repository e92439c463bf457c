"""Looking at a machine, whatever speaks for it: what it does, whether it lets us in, who it is."""

from __future__ import annotations

import asyncio

import pytest

from apps.fleet.domain.observation import BROKEN, Observation
from apps.fleet.drivers import DRIVERS, AccessRejected, Driver, NotUnderstood, Pace
from apps.fleet.drivers.diagnosis import Stage, diagnose
from apps.runs.domain.machine_words import Word, word

from .rigs import PATIENCE_S, Rig, begin, state_is, until

pytestmark = pytest.mark.asyncio

QUICK = Pace(poll_s=0.5, ask_s=0.1, coarse_s=1.0)


class TestAnIdleMachine:
    async def test_is_ready_and_has_nothing_of_ours(self, machine: Driver, rig: Rig) -> None:
        seen = await machine.observe(rig.path())

        assert (seen.reachable, seen.access_ok, seen.trouble) == (True, True, "")
        assert word(seen) is Word.IDLE
        assert (seen.filename, seen.chosen, seen.is_active, seen.is_paused) == ("", "", False, False)
        assert seen.metadata is None

    async def test_says_who_it_is(self, machine: Driver, rig: Rig) -> None:
        assert (await machine.identify()).startswith(f"{rig.server} ")

    async def test_says_which_machine_it_is_the_same_each_time(self, machine: Driver, rig: Rig) -> None:
        async with rig.driver() as again:
            told = [await machine.who(), (await machine.observe()).machine, await again.who()]

        assert told[0].says_something
        assert told == [told[0]] * 3

    async def test_tells_how_warm_it_is(self, machine: Driver) -> None:
        assert (await until(machine.observe, lambda seen: seen.nozzle_c is not None)).nozzle_c is not None


class TestAWrongKey:
    async def test_is_told_apart_from_an_absent_machine(self, rig: Rig) -> None:
        for key in ("", "wrong", "0" * 32, "two\nlines", "schlüssel"):
            async with rig.driver(api_key=key) as stranger:
                seen = await stranger.observe()

            assert (seen.reachable, seen.access_ok, seen.trouble) == (True, False, "access"), key

    async def test_gets_nothing_done(self, rig: Rig, machine: Driver) -> None:
        path, file = rig.path(), rig.short_file()
        async with rig.driver(api_key="wrong") as stranger:
            for attempt in (
                lambda: stranger.start(path),
                stranger.cancel,
                stranger.emergency_stop,
                lambda: stranger.upload(path, file.local, file.sha256),
                lambda: stranger.read_back(path),
                lambda: stranger.delete(path),
            ):
                with pytest.raises(AccessRejected):
                    await attempt()

        assert word(await machine.observe()) is Word.IDLE
        assert await machine.metadata(path) is None


class TestAnotherServer:
    async def test_is_named_to_whoever_takes_it_for_the_wrong_kind(self, rig: Rig) -> None:
        for kind in {"moonraker", "octoprint"} - {rig.kind}:
            async with rig.driver(kind=kind) as wrong:
                seen = await wrong.observe()
                with pytest.raises(NotUnderstood):
                    await wrong.identify()

            assert (seen.reachable, seen.access_ok, seen.trouble) == (True, False, "not_understood")
            assert rig.server in seen.message
            assert DRIVERS[kind].server in seen.message


class TestADiagnosis:
    async def test_finds_out_what_answers_and_what_it_does(self, rig: Rig) -> None:
        found = await asyncio.to_thread(diagnose, rig.address, api_key=rig.api_key, patience_s=PATIENCE_S)

        assert found.failed_at is None
        assert found.kind == rig.kind
        assert found.software.startswith(f"{rig.server} ")
        assert found.seen is not None

    async def test_knows_the_kind_also_where_it_is_not_let_in(self, rig: Rig) -> None:
        found = await asyncio.to_thread(diagnose, rig.address, api_key="wrong", patience_s=PATIENCE_S)

        assert (found.failed_at, found.kind) == (Stage.ACCESS, rig.kind)


class TestAWatch:
    async def test_tells_a_print_from_start_to_end(self, rig: Rig, machine: Driver) -> None:
        told: list[Observation] = []
        path, file = rig.path(), rig.watched_file()

        async def note(seen: Observation) -> None:
            told.append(seen)

        await rig.hold()
        async with rig.driver() as watcher:
            task = asyncio.create_task(watcher.watch(note, pace=QUICK))
            await begin(machine, path, file)
            await until(machine.observe, lambda _seen: any(state_is("printing")(one) for one in told))
            await rig.let_run()
            await until(machine.observe, state_is("complete"))
            await until(machine.observe, lambda _seen: bool(told) and told[-1].print_state == "complete")
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        states = [seen.print_state for seen in told]
        assert [state for at, state in enumerate(states) if at == 0 or state != states[at - 1]][-2:] == ["printing", "complete"]
        assert not any(seen.klippy_state in BROKEN for seen in told)

    async def test_ends_with_an_error_of_its_listener(self, machine: Driver) -> None:
        async def fail(_seen: Observation) -> None:
            raise LookupError("mine")

        with pytest.raises(LookupError):
            await asyncio.wait_for(machine.watch(fail, pace=QUICK), PATIENCE_S)
