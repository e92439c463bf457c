"""Files on a machine: uploaded without printing, read back, deleted; what is refused, and what is accepted although it should not be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest

from apps.fleet.drivers import Refused, UploadCorrupt
from apps.fleet.drivers.moonraker import Moonraker

from .files import File, file_of, gcode
from .rigs import PATIENCE_S, Rig, until

pytestmark = pytest.mark.asyncio

PATH = "farmos/r1/abc.gcode"


async def has_heard(machine: Moonraker) -> None:
    """Wait until Moonraker heard of a start from Klippy, and remembers it: until then it lets the file be replaced and deleted."""
    await until(lambda: machine.observe(PATH), lambda seen: seen.print_state == "printing" and seen.history is not None)


async def post_upload(rig: Rig, name: str, content: bytes, **fields: str) -> tuple[int, dict[str, object]]:
    """Upload the way other programs do."""
    form = aiohttp.FormData(quote_fields=False)
    for field, value in fields.items():
        form.add_field(field, value)
    form.add_field("file", BytesIO(content), filename=name)
    headers = {"X-Api-Key": rig.api_key}
    async with aiohttp.ClientSession(headers=headers) as session, session.post(f"{rig.address}/server/files/upload", data=form) as told:
        return told.status, await told.json()


class TestAnUpload:
    async def test_is_stored_as_it_is_and_nothing_prints(self, machine: Moonraker, rig: Rig, file: File) -> None:
        await machine.upload(PATH, file.local, file.sha256)

        assert await machine.read_back(PATH) == file.sha256
        assert (await machine.observe()).print_state == "standby"
        assert rig.prints() == []

    async def test_replaces_what_was_there_without_a_word(self, machine: Moonraker, file: File, long_file: File) -> None:
        await machine.upload(PATH, file.local, file.sha256)
        await machine.upload(PATH, long_file.local, long_file.sha256)

        assert await machine.read_back(PATH) == long_file.sha256

    @pytest.mark.parametrize("content", [b"", b"\0\xff" * 5000, b"; only a comment", gcode()[:-200]])
    async def test_of_an_odd_file_is_stored_too(self, machine: Moonraker, make_file: Callable[[bytes], File], content: bytes) -> None:
        odd = make_file(content)
        await machine.upload(PATH, odd.local, odd.sha256)

        assert await machine.read_back(PATH) == odd.sha256

    async def test_of_megabytes_arrives_whole(self, machine: Moonraker, make_file: Callable[[bytes], File]) -> None:
        large = make_file(gcode(layers=4000))
        await machine.upload(PATH, large.local, large.sha256)

        assert len(large.content) > 2_000_000
        assert await machine.read_back(PATH) == large.sha256

    async def test_of_another_file_than_meant_is_not_even_sent(self, machine: Moonraker, file: File) -> None:
        with pytest.raises(UploadCorrupt):
            await machine.upload(PATH, file.local, "0" * 64)

        assert await machine.metadata(PATH) is None

    async def test_over_the_loaded_file_is_refused(self, machine: Moonraker, long_file: File) -> None:
        await machine.upload(PATH, long_file.local, long_file.sha256)
        await machine.start(PATH)
        await has_heard(machine)
        with pytest.raises(Refused) as refused:
            await machine.upload(PATH, long_file.local, long_file.sha256)

        assert refused.value.code == 403
        assert "File is loaded" in refused.value.message

    @pytest.mark.parametrize(
        "path",
        ["../x.gcode", "/etc/x.gcode", "A.gcode", "a b.gcode", "a.GCODE", ".gcode", "a", "x/../y.gcode", "a//b.gcode", "ü.gcode", ""],
    )
    async def test_to_an_unclear_path_is_our_own_mistake(self, machine: Moonraker, file: File, path: str) -> None:
        with pytest.raises(ValueError, match="path"):
            await machine.upload(path, file.local, file.sha256)


class TestOtherPeoplesUploads:
    async def test_with_a_wrong_checksum_are_422_with_the_reason_in_the_traceback_only(self, rig: Rig) -> None:
        status, answer = await post_upload(rig, "x.gcode", b"G28\n", checksum="0" * 64)

        assert status == 422
        error = answer["error"]
        assert isinstance(error, dict)
        assert error["message"] == "Unprocessable Entity"
        assert "mismatch" in error["traceback"]

    async def test_that_escape_are_refused(self, rig: Rig) -> None:
        status, _answer = await post_upload(rig, "x.gcode", b"G28\n", path="../..")

        assert status == 400

    async def test_that_print_at_once_hide_that_they_do_not(self, rig: Rig, machine: Moonraker, long_file: File) -> None:
        await machine.upload(PATH, long_file.local, long_file.sha256)
        await machine.start(PATH)
        status, answer = await post_upload(rig, "other.gcode", b"G28\n", print="true")

        assert (status, answer["print_started"]) == (201, False)

    async def test_in_the_same_second_corrupt_each_other(self, rig: Rig, machine: Moonraker) -> None:
        contents = {f"p{number}.gcode": gcode(body="\n".join([f"M117 file {number}"] * 150_000)) for number in (1, 2)}
        wrong = 0
        for _ in range(5):
            answers = await asyncio.gather(*(post_upload(rig, name, content) for name, content in contents.items()))
            assert any(status == 201 for status, _answer in answers)
            wrong += sum(status != 201 for status, _answer in answers)

        assert wrong > 0, "two uploads that overlap in one second share a temporary file"


class TestOurUploads:
    async def test_at_the_same_time_wait_for_each_other(self, rig: Rig, tmp_path: Path) -> None:
        files = [file_of(tmp_path, gcode(body="\n".join([f"M117 file {number}"] * 50_000))) for number in range(4)]

        async def send(number: int, file: File) -> str:
            async with rig.moonraker() as client:
                await client.upload(f"p{number}.gcode", file.local, file.sha256)
                return await client.read_back(f"p{number}.gcode")

        assert await asyncio.gather(*(send(number, file) for number, file in enumerate(files))) == [file.sha256 for file in files]


class TestReadingBack:
    async def test_what_is_not_there_is_refused(self, machine: Moonraker) -> None:
        with pytest.raises(Refused) as refused:
            await machine.read_back(PATH)

        assert refused.value.code == 404

    async def test_sees_other_bytes_than_were_sent(self, machine: Moonraker, rig: Rig, file: File) -> None:
        await machine.upload(PATH, file.local, file.sha256)
        await post_upload(rig, "abc.gcode", b"G28\n", path="farmos/r1")

        assert await machine.read_back(PATH) != file.sha256


class TestDeleting:
    async def test_takes_the_file_away_and_can_be_repeated(self, machine: Moonraker, file: File) -> None:
        await machine.upload(PATH, file.local, file.sha256)
        await machine.delete(PATH)
        await machine.delete(PATH)

        async with asyncio.timeout(PATIENCE_S):  # Moonraker forgets what it knew of the file a moment later
            while await machine.metadata(PATH) is not None:
                await asyncio.sleep(0.02)
        with pytest.raises(Refused):
            await machine.read_back(PATH)

    async def test_the_loaded_file_is_refused(self, machine: Moonraker, long_file: File) -> None:
        await machine.upload(PATH, long_file.local, long_file.sha256)
        await machine.start(PATH)
        await has_heard(machine)
        with pytest.raises(Refused) as refused:
            await machine.delete(PATH)

        assert refused.value.code == 403
