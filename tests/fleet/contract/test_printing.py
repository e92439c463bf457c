"""A print on a machine, whatever speaks for it: what proves that it was started, how it ends, and what is still known of it afterwards."""

from __future__ import annotations

import pytest

from apps.fleet.drivers import Capability, Driver, Refused
from apps.runs.domain.machine_words import Past, Whose, Word, has_started, is_plausible, past, whose, word

from .rigs import Rig, begin, print_whole, until

pytestmark = pytest.mark.asyncio

ENDED = {Word.COMPLETE, Word.CANCELLED}


class TestAStart:
    async def test_prints_our_file_and_proves_it(self, machine: Driver, rig: Rig) -> None:
        path, file = rig.path(), rig.long_file()
        seen = await begin(machine, path, file)

        assert word(seen) is Word.PRINTING
        assert whose(seen, path) is Whose.OURS
        assert has_started(seen, path)
        assert seen.file_size == len(file.content)

    async def test_is_refused_while_something_prints(self, machine: Driver, rig: Rig) -> None:
        path, other, file = rig.path(), rig.path(), rig.long_file()
        await machine.upload(other, file.local, file.sha256)
        await begin(machine, path, file)

        with pytest.raises(Refused):
            await machine.start(other)
        with pytest.raises(Refused):
            await machine.start(path)
        seen = await machine.observe(other)
        assert whose(seen, path) is Whose.OURS
        assert not has_started(seen, other)

    async def test_of_a_file_that_is_not_there_is_refused(self, machine: Driver, rig: Rig) -> None:
        with pytest.raises(Refused):
            await machine.start(rig.path())

        assert word(await machine.observe()) is Word.IDLE

    async def test_shows_after_the_barrier(self, machine: Driver, rig: Rig) -> None:
        path, file = rig.path(), rig.long_file()
        await machine.upload(path, file.local, file.sha256)
        await machine.start(path)
        await machine.barrier()

        assert has_started(await until(lambda: machine.observe(path), lambda seen: has_started(seen, path)), path)


class TestChoosing:
    async def test_starts_nothing_and_is_no_proof(self, machine: Driver, rig: Rig) -> None:
        path, file = rig.path(), rig.short_file()
        await machine.upload(path, file.local, file.sha256)
        await machine.choose(path)
        await machine.choose(path)

        seen = await machine.observe(path)
        assert word(seen) is Word.IDLE
        assert not has_started(seen, path)

    async def test_shows_a_restart_where_no_process_does(self, machine: Driver, rig: Rig) -> None:
        path, file = rig.path(), rig.short_file()
        await machine.upload(path, file.local, file.sha256)
        await machine.choose(path)
        before = await machine.observe(path)
        await machine.restart_firmware()
        after = await until(
            lambda: machine.observe(path),
            lambda seen: seen.klippy_state == "ready" and (seen.klippy_pid, seen.chosen) != (before.klippy_pid, before.chosen),
        )

        if Capability.PROCESS in machine.capabilities:
            assert after.klippy_pid not in (None, before.klippy_pid)
        else:
            assert (before.chosen, after.chosen) == (path, "")


class TestAPrint:
    async def test_ends_complete_and_plausible(self, machine: Driver, rig: Rig) -> None:
        path, file = rig.path(), rig.short_file()
        seen = await print_whole(machine, path, file)

        assert word(seen) is Word.COMPLETE
        assert whose(seen, path) is Whose.OURS
        assert is_plausible(seen, size=len(file.content), estimated_s=0)
        assert (seen.progress, seen.is_active) == (1.0, False)
        assert seen.print_s > 0

    async def test_pauses_and_goes_on(self, machine: Driver, rig: Rig) -> None:
        path, file = rig.path(), rig.long_file()
        await begin(machine, path, file)
        await machine.pause()
        paused = await until(machine.observe, lambda seen: word(seen) is Word.PAUSED)
        await machine.resume()
        goes_on = await until(machine.observe, lambda seen: word(seen) is Word.PRINTING)

        assert whose(paused, path) is whose(goes_on, path) is Whose.OURS

    async def test_is_stopped(self, machine: Driver, rig: Rig) -> None:
        path, file = rig.path(), rig.long_file()
        await begin(machine, path, file)
        await machine.cancel()
        seen = await until(lambda: machine.observe(path), lambda seen: word(seen) is Word.CANCELLED)

        assert whose(seen, path) is Whose.OURS
        assert has_started(seen, path)

    async def test_that_completed_is_remembered_when_another_file_is_on(self, machine: Driver, rig: Rig) -> None:
        path, other = rig.path(), rig.path()
        await print_whole(machine, path, rig.short_file())
        await begin(machine, other, rig.long_file())
        seen = await until(lambda: machine.observe(path), lambda seen: past(seen, path) is not Past.NOTHING)

        assert past(seen, path) is Past.COMPLETED
        assert whose(seen, path) is Whose.OTHER
        assert has_started(seen, path)

    async def test_that_was_stopped_is_never_remembered_as_completed(self, machine: Driver, rig: Rig) -> None:
        path, other = rig.path(), rig.path()
        await begin(machine, path, rig.long_file())
        await machine.cancel()
        await until(lambda: machine.observe(path), lambda seen: word(seen) in ENDED)
        await begin(machine, other, rig.long_file("other"))
        seen = await until(lambda: machine.observe(path), lambda seen: past(seen, path) is not Past.NOTHING)

        assert past(seen, path) in (Past.CANCELLED, Past.UNSUCCESSFUL)
        assert has_started(seen, path)
