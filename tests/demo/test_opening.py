"""The demo's own password: readable by one, and never empty."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from farmos.demo import opening


def test_is_made_once_for_one_pair_of_eyes(tmp_path: Path) -> None:
    password = opening._password(tmp_path)

    assert len(password) >= 10
    assert opening._password(tmp_path) == password
    (kept,) = tmp_path.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_kill_while_it_is_written_leaves_no_empty_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_short(path: Path, text: str) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as power_fails:
        power_fails.setattr(Path, "write_text", cut_short)
        with pytest.raises(KeyboardInterrupt):
            opening._password(tmp_path)

    assert not (tmp_path / "password").exists()
    assert opening._password(tmp_path)
