"""What not every machine can do: declared, and then done; or not declared, and then refused before anything is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from apps.fleet.domain.observation import BROKEN
from apps.fleet.drivers import DRIVERS, BadAddress, Capability, Driver, NotSupported, Webcam
from apps.runs.domain.machine_words import Word, fault, word

from .rigs import Rig, begin, print_whole, until

pytestmark = pytest.mark.asyncio

ASKED: dict[Capability, Callable[[Driver], Awaitable[object]]] = {
    Capability.EXCLUDE_OBJECT: lambda machine: machine.exclude_object("slot-1"),
    Capability.EMERGENCY_STOP: lambda machine: machine.emergency_stop(),
    Capability.RESTART_FIRMWARE: lambda machine: machine.restart_firmware(),
    Capability.HISTORY: lambda machine: machine.history("a.gcode"),
    Capability.WEBCAMS: lambda machine: machine.webcams(),
}
SEEN = {Capability.LAYERS, Capability.PROCESS}
"""What shows in observations only."""


def need(machine: Driver, what: Capability) -> None:
    """Leave a test to drivers that declare it."""
    if what not in machine.capabilities:
        pytest.skip(f"{machine.server} does not declare {what}")


class TestEveryCapability:
    async def test_has_a_verb_or_is_seen(self) -> None:
        assert set(ASKED) | SEEN == set(Capability)

    @pytest.mark.parametrize("kind", sorted(DRIVERS))
    @pytest.mark.parametrize("what", sorted(ASKED))
    async def test_that_is_not_declared_is_refused_without_asking(self, kind: str, what: Capability) -> None:
        driver = DRIVERS[kind]
        verb = what.value
        assert (what in driver.capabilities) == (getattr(driver, verb) is not getattr(Driver, verb))
        if what in driver.capabilities:
            return
        async with driver("http://127.0.0.1:9") as machine:  # where nobody is: asking would be another error
            with pytest.raises(NotSupported):
                await ASKED[what](machine)

    async def test_that_is_seen_shows(self, machine: Driver, rig: Rig) -> None:
        await begin(machine, rig.path(), rig.long_file())
        seen = await machine.observe()

        assert (seen.klippy_pid is not None) == (Capability.PROCESS in machine.capabilities)
        if Capability.LAYERS in machine.capabilities:
            assert (await until(machine.observe, lambda one: one.layers is not None)).layers
        else:
            assert seen.layers is None


class TestAnEmergencyStop:
    async def test_stops_the_print_and_a_restart_brings_the_machine_back(self, machine: Driver, rig: Rig) -> None:
        need(machine, Capability.EMERGENCY_STOP)
        await begin(machine, rig.path(), rig.long_file())
        await machine.emergency_stop()
        stopped = await until(machine.observe, lambda seen: seen.klippy_state in BROKEN)
        await machine.restart_firmware()
        back = await until(machine.observe, lambda seen: seen.klippy_state == "ready")

        assert word(stopped) is Word.BROKEN
        assert fault(stopped.message, stopped.klippy_state) == "EMERGENCY_STOP"
        assert word(back) is Word.IDLE


class TestLeavingOutAnObject:
    async def test_shows_what_was_left_out(self, machine: Driver, rig: Rig) -> None:
        need(machine, Capability.EXCLUDE_OBJECT)
        await begin(machine, rig.path(), rig.long_file())
        await until(machine.observe, lambda seen: bool(seen.current_object))
        await machine.exclude_object("slot-2")

        assert (await until(machine.observe, lambda seen: bool(seen.excluded_objects))).excluded_objects == ("SLOT-2",)

    async def test_is_told_what_there_is_to_leave_out(self, machine: Driver, rig: Rig) -> None:
        need(machine, Capability.EXCLUDE_OBJECT)
        await begin(machine, rig.path(), rig.long_file())
        await until(machine.observe, lambda seen: bool(seen.current_object))

        assert await machine.objects() == ("SLOT-1", "SLOT-2")

    async def test_twice_leaves_out_nothing_more(self, machine: Driver, rig: Rig) -> None:
        need(machine, Capability.EXCLUDE_OBJECT)
        await begin(machine, rig.path(), rig.long_file())
        await until(machine.observe, lambda seen: bool(seen.current_object))
        await machine.exclude_object("slot-2")
        await machine.exclude_object("slot-2")
        await machine.barrier()

        assert (await machine.observe()).excluded_objects == ("SLOT-2",)

    @pytest.mark.parametrize(
        "kind", [kind for kind, driver in sorted(DRIVERS.items()) if Capability.EXCLUDE_OBJECT not in driver.capabilities]
    )
    async def test_is_not_asked_about_where_it_cannot_be_done(self, kind: str) -> None:
        async with DRIVERS[kind]("http://127.0.0.1:9") as machine:
            with pytest.raises(NotSupported):
                await machine.objects()


class TestTheHistory:
    async def test_names_the_job(self, machine: Driver, rig: Rig) -> None:
        need(machine, Capability.HISTORY)
        path = rig.path()
        await print_whole(machine, path, rig.short_file())
        await until(lambda: machine.observe(path), lambda seen: seen.history is not None)

        job = await machine.history(path)
        assert job is not None
        assert job.job_id
        assert await machine.history(rig.path()) is None


class TestACamera:
    async def test_is_named_and_gives_a_picture_without_seeing_our_key(self, machine: Driver, rig: Rig) -> None:
        need(machine, Capability.WEBCAMS)
        (camera,) = await machine.webcams()
        picture = await machine.snapshot(camera)

        assert camera.name
        assert picture.mime in ("image/jpeg", "image/png")
        assert len(picture.content) > 50

    @pytest.mark.parametrize(
        "url",
        [
            "http://192.0.2.1/x.jpg",
            "http://169.254.169.254/latest",
            "file:///etc/passwd",
            "http://user@elsewhere.example/",
            "ftp://localhost/x",
        ],
    )
    @pytest.mark.parametrize("kind", sorted(DRIVERS))
    async def test_at_another_machine_is_not_looked_through(self, kind: str, url: str) -> None:
        async with DRIVERS[kind]("http://127.0.0.1:9") as machine:
            with pytest.raises(BadAddress):
                await machine.snapshot(Webcam("x", url))

    @pytest.mark.parametrize("kind", sorted(DRIVERS))
    async def test_without_single_pictures_says_so(self, kind: str) -> None:
        async with DRIVERS[kind]("http://127.0.0.1:9") as machine:
            with pytest.raises(NotSupported):
                await machine.snapshot(Webcam("x", ""))
