"""``./farm doctor``: says what is wrong, in words, and what to do; content only when everything is as it should be."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from collections import namedtuple
from collections.abc import Callable
from contextlib import closing

import pytest

from farmos.cli import doctor, install
from farmos.supervisor.place import Place
from tests.processes.running import ROLES, Farm, until

pytestmark = [pytest.mark.processes, pytest.mark.slow]


def lines(farm: Farm) -> tuple[int, dict[str, str]]:
    """Return the exit status, and each thing looked at with what was said about it (sign and state first)."""
    looked = farm.run("doctor")
    assert looked.stderr == ""
    found = [line.split(maxsplit=2) for line in looked.stdout.splitlines()[:-1]]
    return looked.returncode, {rest.split(maxsplit=1)[0]: f"{sign} {state} {rest}" for sign, state, rest in found}


class TestARunningFarm:
    def test_is_found_well(self, farm: Farm) -> None:
        status, said = lines(farm)

        assert status == 0, said
        for role in ROLES:
            assert said[role].startswith("✓ ok")
        assert "append-only tables are guarded" in said["guards"]

    def test_with_a_dead_role_is_not(self, farm: Farm) -> None:
        farm.freeze("beat")
        until(lambda: "beat" in farm.troubles(), "the farm to notice")

        status, said = lines(farm)

        assert status == 1
        assert said["beat"].startswith("✗ wrong    beat".replace("    ", " "))
        assert "no sign of life for" in said["beat"]
        os.kill(farm.pid("beat"), signal.SIGCONT)


class TestAStoppedFarm:
    def test_is_told_how_to_start_it(self, make_farm: Callable[..., Farm]) -> None:
        status, said = lines(make_farm())

        assert status == 0
        assert said["farm"].startswith("! warning")
        assert "start it with ./farm up --data" in said["farm"]

    def test_that_never_was_is_said_so(self, make_farm: Callable[..., Farm]) -> None:
        farm = make_farm()
        shutil.rmtree(farm.place.data)

        looked = farm.run("doctor")

        assert looked.returncode == 1
        assert "There is no farm in" in looked.stdout

    def test_without_its_guards_is_wrong(self, make_farm: Callable[..., Farm]) -> None:
        farm = make_farm()
        with closing(sqlite3.connect(farm.place.data / "farmos.sqlite3")) as database:
            database.execute("DROP TRIGGER journal_event_no_update")

        status, said = lines(farm)

        assert status == 1
        manage = f"./farm manage --data {farm.place.data}"
        assert (
            f"missing on journal_event; run: {manage} migrate   and, for what was changed meanwhile: {manage} verify_log" in said["guards"]
        )

    def test_with_an_unreadable_database_is_wrong_and_the_rest_is_still_said(self, make_farm: Callable[..., Farm]) -> None:
        farm = make_farm()
        (farm.place.data / "farmos.sqlite3").write_bytes(b"this is not a database, however long one looks at it" * 100)

        status, said = lines(farm)

        assert status == 1
        assert "file is not a database; stop the farm, put the file aside and bring the last backup back" in said["database"]
        assert "event" not in said
        assert said["data"].startswith("✓ ok")

    def test_whose_database_is_gone_is_wrong_and_no_empty_one_is_made(self, make_farm: Callable[..., Farm]) -> None:
        farm = make_farm()
        (farm.place.logs / "supervisor.log").write_text("it ran\n")
        file = farm.place.data / "farmos.sqlite3"
        file.unlink()

        status, said = lines(farm)

        assert status == 1
        assert f"{file} is gone; bring it back from a backup" in said["database"]
        assert not file.exists()

    def test_that_is_only_a_directory_is_no_farm_and_stays_as_it_is(self, make_farm: Callable[..., Farm]) -> None:
        farm = make_farm()
        shutil.rmtree(farm.place.data)
        farm.place.data.mkdir()

        looked = farm.run("doctor")

        assert looked.returncode == 1
        assert "There is no farm in" in looked.stdout
        assert list(farm.place.data.iterdir()) == []

    def test_whose_log_lost_its_tail_is_wrong(self, make_farm: Callable[..., Farm]) -> None:
        farm = make_farm()
        farm.up()
        farm.owe(2)
        until(lambda: farm.query("SELECT count(*) FROM journal_event WHERE feed_seq IS NULL") == [(0,)], "the feed")
        farm.stop()  # first: what the farm still writes would come after the head, and the tail it loses is the signed one
        exported = farm.run("manage", "shell", "-c", "from apps.journal import heads; heads.export()")
        assert exported.returncode == 0, exported.stderr
        assert "agrees" in lines(farm)[1]["event"]
        with closing(sqlite3.connect(farm.place.data / "farmos.sqlite3")) as database:
            database.execute("DROP TRIGGER journal_event_no_delete")
            database.execute("DELETE FROM journal_event WHERE feed_seq = (SELECT max(feed_seq) FROM journal_event)")
            database.commit()

        status, said = lines(farm)

        assert status == 1
        assert "DIFFERS: the log was altered" in said["event"]


class TestTheMachine:
    @pytest.mark.parametrize(("free_gb", "state"), [(50, doctor.OK), (5, doctor.WARNING), (1, doctor.BAD)])
    def test_needs_room(self, make_farm: Callable[..., Farm], monkeypatch: pytest.MonkeyPatch, free_gb: int, state: str) -> None:
        usage = namedtuple("usage", "total used free")
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(0, 0, free_gb * doctor.GB))

        (finding,) = doctor.data_directory(Place(make_farm().place.data))

        assert finding.state == state

    def test_that_is_not_the_tested_one_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("platform.freedesktop_os_release", lambda: {"ID": "fedora", "VERSION_ID": "44", "PRETTY_NAME": "Fedora 44"})

        system = next(iter(doctor.supported_machine()))

        assert (system.state, system.what) == (doctor.WARNING, "system")
        assert "Fedora 44; farmos is tested on Debian 12" in system.found

    def test_with_packages_changed_by_hand_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "is_complete", lambda _wanted: True)
        monkeypatch.setattr("importlib.metadata.version", lambda name: "0.1" if name == "Django" else _real(name))

        (packages,) = doctor.environment()

        assert packages.state == doctor.BAD
        assert "Django 0.1 (pinned ==5.2.19)" in packages.found

    def test_without_the_pinned_packages_is_told_how_to_get_them(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "is_complete", lambda _wanted: False)

        (packages,) = doctor.environment()

        assert packages.state == doctor.BAD
        assert install.VENV.name in packages.found


def _real(name: str) -> str:
    from importlib.metadata import distribution

    return distribution(name).version
