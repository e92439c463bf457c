"""Files on a machine, whatever speaks for it: stored without printing, read back, never over what is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.fleet.drivers import DRIVERS, Driver, Refused, UploadCorrupt
from apps.runs.domain.machine_words import Word, has_started, word

from .rigs import Rig, begin

pytestmark = pytest.mark.asyncio


class TestAnUpload:
    async def test_is_stored_as_it_is_and_nothing_prints(self, machine: Driver, rig: Rig) -> None:
        path, file = rig.path(), rig.short_file()
        await machine.upload(path, file.local, file.sha256)

        seen = await machine.observe(path)
        assert await machine.read_back(path) == file.sha256
        assert word(seen) is Word.IDLE
        assert not has_started(seen, path)
        assert seen.metadata is not None
        assert seen.metadata.size == len(file.content)
        assert seen.metadata.uuid

    async def test_of_megabytes_arrives_whole(self, machine: Driver, rig: Rig) -> None:
        path, file = rig.path(), rig.long_file("; padding\n" * 250_000)
        await machine.upload(path, file.local, file.sha256)

        assert len(file.content) > 2_000_000
        assert await machine.read_back(path) == file.sha256

    async def test_replaces_what_was_there(self, machine: Driver, rig: Rig) -> None:
        path, first, second = rig.path(), rig.short_file("first"), rig.short_file("second")
        await machine.upload(path, first.local, first.sha256)
        await machine.upload(path, second.local, second.sha256)

        assert await machine.read_back(path) == second.sha256

    async def test_of_another_file_than_meant_is_not_even_sent(self, machine: Driver, rig: Rig) -> None:
        path = rig.path()
        with pytest.raises(UploadCorrupt):
            await machine.upload(path, rig.short_file().local, "0" * 64)

        assert await machine.metadata(path) is None

    async def test_over_the_file_that_prints_is_refused(self, machine: Driver, rig: Rig) -> None:
        path, file = rig.path(), rig.long_file()
        await begin(machine, path, file)

        with pytest.raises(Refused):
            await machine.upload(path, file.local, file.sha256)
        with pytest.raises(Refused):
            await machine.delete(path)

    @pytest.mark.parametrize("path", ["../x.gcode", "/etc/x.gcode", "A.gcode", "a b.gcode", ".gcode", "a", "x/../y.gcode", "ü.gcode", ""])
    @pytest.mark.parametrize("kind", sorted(DRIVERS))
    async def test_to_an_unclear_path_is_our_own_mistake_before_anything_is_asked(self, kind: str, path: str) -> None:
        async with DRIVERS[kind]("http://127.0.0.1:9") as machine:
            with pytest.raises(ValueError, match="path"):
                await machine.upload(path, Path("nowhere"), "")
            for verb in (machine.start, machine.choose, machine.delete, machine.read_back):
                with pytest.raises(ValueError, match="path"):
                    await verb(path)


class TestReadingBack:
    async def test_what_is_not_there_is_refused(self, machine: Driver, rig: Rig) -> None:
        with pytest.raises(Refused):
            await machine.read_back(rig.path())

    async def test_sees_other_bytes_than_were_sent(self, machine: Driver, rig: Rig) -> None:
        path, file = rig.path(), rig.short_file()
        await machine.upload(path, file.local, file.sha256)
        await rig.spoil(path)

        assert await machine.read_back(path) != file.sha256


class TestDeleting:
    async def test_takes_the_file_away_and_can_be_repeated(self, machine: Driver, rig: Rig) -> None:
        path, file = rig.path(), rig.short_file()
        await machine.upload(path, file.local, file.sha256)
        await machine.delete(path)
        await machine.delete(path)
        await machine.delete(rig.path())

        with pytest.raises(Refused):
            await machine.read_back(path)
        with pytest.raises(Refused):
            await machine.start(path)
