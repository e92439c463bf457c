"""One upload at a time to a host, whoever uploads."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from apps.fleet.drivers import TimedOut
from apps.fleet.drivers.moonraker.uploads import alone_on, default_folder
from tests.architecture.source import ROOT

pytestmark = pytest.mark.asyncio

HOLD = """
import asyncio, sys
from pathlib import Path
from apps.fleet.drivers.moonraker.uploads import alone_on

async def main():
    async with alone_on("printer.local", Path(sys.argv[1]), wait_s=60):
        print("held", flush=True)
        await asyncio.sleep(3600)

asyncio.run(main())
"""


class TestTheLock:
    async def test_lets_one_in_at_a_time(self, tmp_path: Path) -> None:
        inside, most = 0, 0

        async def upload() -> None:
            nonlocal inside, most
            async with alone_on("printer.local", tmp_path, wait_s=60):
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0.01)
                inside -= 1

        await asyncio.gather(*(upload() for _ in range(10)))

        assert most == 1

    async def test_knows_a_host_by_any_capitals_and_leaves_others_alone(self, tmp_path: Path) -> None:
        async with alone_on("Printer.local", tmp_path, wait_s=60):
            async with alone_on("other.local", tmp_path, wait_s=60):
                pass
            with pytest.raises(TimedOut):
                async with alone_on("printer.LOCAL", tmp_path, wait_s=0.1):
                    pass

    async def test_holds_between_processes_and_goes_with_its_holder(self, tmp_path: Path) -> None:
        with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
            assert holder.stdout is not None
            assert await asyncio.to_thread(holder.stdout.readline) == "held\n"
            with pytest.raises(TimedOut):
                async with alone_on("printer.local", tmp_path, wait_s=0.2):
                    pass
            holder.kill()
            async with alone_on("printer.local", tmp_path, wait_s=60):
                pass


async def test_a_meeting_place_somebody_else_laid_out_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "theirs").mkdir()
    (tmp_path / f"farmos-uploads-{os.getuid()}").symlink_to(tmp_path / "theirs")

    with pytest.raises(PermissionError):
        default_folder()
