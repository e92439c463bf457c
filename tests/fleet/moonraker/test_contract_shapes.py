"""What every Moonraker answers: shapes and error codes, as measured on 0.11."""

from __future__ import annotations

import pytest

from apps.fleet.drivers import Refused
from apps.fleet.drivers.moonraker import Moonraker

from .files import File
from .rigs import state_is, until

pytestmark = pytest.mark.asyncio

PATH = "farmos/r1/abc.gcode"


class TestServerInfo:
    async def test_tells_about_moonraker_and_klippy(self, machine: Moonraker) -> None:
        info = await machine.server_info()

        assert info["klippy_connected"] is True
        assert info["klippy_state"] == "ready"
        assert info["api_version"] == [1, 5, 0]
        assert isinstance(info["moonraker_version"], str)


class TestObjects:
    async def test_unknown_ones_are_empty_and_no_error(self, machine: Moonraker) -> None:
        answer = await machine.transport.call("printer.objects.query", {"objects": {"nothing": None, "pause_resume": ["is_paused"]}})

        assert answer["status"] == {"nothing": {}, "pause_resume": {"is_paused": False}}
        assert isinstance(answer["eventtime"], float)

    async def test_an_idle_printer_says_standby_and_no_file(self, machine: Moonraker) -> None:
        seen = await machine.observe()

        assert (seen.klippy_state, seen.print_state, seen.filename) == ("ready", "standby", "")
        assert (seen.is_active, seen.is_paused, seen.progress, seen.layer) == (False, False, 0.0, None)
        assert seen.klippy_pid is not None
        assert seen.reachable
        assert seen.access_ok

    async def test_cannot_be_subscribed_to_over_http(self, machine: Moonraker) -> None:
        with pytest.raises(Refused) as refused:
            await machine.transport.call("printer.objects.subscribe", {"objects": {}})

        assert refused.value.code == -32601


class TestErrors:
    @pytest.mark.parametrize(
        ("method", "params", "code", "words"),
        [
            ("no.such.method", {}, -32601, "Method not found"),
            ("server.files.metadata", {"filename": "x.gcode"}, -32601, "Metadata not available for <x.gcode>"),
            ("server.history.get_job", {"uid": "FFFFFF"}, -32601, "Invalid job uid: FFFFFF"),
            ("printer.print.start", {}, 400, "No data for argument: filename"),
            ("printer.print.start", {"filename": "x.gcode"}, 400, "Unable to open file"),
        ],
    )
    async def test_carry_moonrakers_codes(self, machine: Moonraker, method: str, params: dict[str, str], code: int, words: str) -> None:
        with pytest.raises(Refused) as refused:
            await machine.transport.call(method, params)

        assert (refused.value.code, refused.value.message) == (code, words)


class TestAPrintedFile:
    async def test_is_told_in_metadata_and_history(self, machine: Moonraker, file: File) -> None:
        await machine.upload(PATH, file.local, file.sha256)
        before = await machine.metadata(PATH)
        await machine.start(PATH)
        seen = await until(lambda: machine.observe(PATH), lambda seen: seen.history is not None and seen.history.status == "completed")

        assert before is not None
        assert (before.size, before.estimated_s, before.print_start_time) == (len(file.content), 600.0, None)
        assert before.gcode_start is not None
        assert file.content[before.gcode_start :].startswith(b"\nG28")
        assert seen.metadata is not None
        assert seen.metadata.uuid == before.uuid
        assert seen.metadata.print_start_time is not None
        assert seen.history is not None
        assert seen.history.metadata_uuid == before.uuid
        assert seen.history.filename == PATH
        assert len(seen.history.job_id) == 6
        assert seen.history.started_at is not None
        assert seen.history.ended_at is not None
        assert seen.history.ended_at > seen.history.started_at

    async def test_gets_a_new_uuid_with_every_upload(self, machine: Moonraker, file: File) -> None:
        uuids = set()
        for _ in range(2):
            await machine.upload(PATH, file.local, file.sha256)
            found = await machine.metadata(PATH)
            uuids.add(found.uuid if found else "")

        assert len(uuids - {""}) == 2

    async def test_progress_leaves_header_and_footer_out(self, machine: Moonraker, long_file: File) -> None:
        await machine.upload(PATH, long_file.local, long_file.sha256)
        await machine.start(PATH)
        seen = await until(machine.observe, state_is("printing"))
        answer = await machine.transport.call("printer.objects.query", {"objects": {"virtual_sdcard": None}})

        raw = answer["status"]["virtual_sdcard"]["progress"]
        assert raw > 0.15, "the header counts as progress for Klipper"
        assert seen.progress < 0.1
