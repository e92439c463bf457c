"""From a printer's record to its machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from apps.fleet import queries
from apps.fleet.drivers import BadAddress, connect
from apps.fleet.models import Printer

from .files import File
from .rigs import Rig


class TestConnecting:
    @pytest.mark.asyncio
    async def test_uses_the_records_address_and_key_and_locks_in_the_data(
        self, rig: Rig, file: File, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(settings, "DATA_DIR", tmp_path / "data")
        monkeypatch.setattr(queries, "access_key", lambda _printer: rig.api_key)
        async with connect(Printer(address=rig.address)) as machine:
            await machine.upload("a.gcode", file.local, file.sha256)
            seen = await machine.observe()

        assert (seen.reachable, seen.access_ok) == (True, True)
        assert list((tmp_path / "data" / "run" / "uploads").iterdir())

    def test_refuses_an_address_that_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(queries, "access_key", lambda _printer: "")
        with pytest.raises(BadAddress):
            connect(Printer(address="http://169.254.169.254"))
