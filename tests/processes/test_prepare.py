"""What `farm up` refuses to start on: a database that is gone or is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.processes.running import Farm

pytestmark = [pytest.mark.processes, pytest.mark.slow]


class TestAFarmThatRanBefore:
    def test_is_not_given_an_empty_database_in_place_of_the_lost_one(self, make_farm: Callable[..., Farm]) -> None:
        farm = make_farm()
        (farm.place.logs / "supervisor.log").write_text("it ran\n")
        file = farm.place.data / "farmos.sqlite3"
        file.unlink()

        started = farm.run("up", "--port", str(farm.port))

        assert started.returncode == 1
        assert f"its database {file} is gone" in started.stdout
        assert "Bring it back from a backup" in started.stdout
        assert "Nothing was started." in started.stderr
        assert not file.exists()

    def test_says_plainly_that_its_database_is_damaged(self, make_farm: Callable[..., Farm]) -> None:
        farm = make_farm()
        (farm.place.data / "farmos.sqlite3").write_bytes(b"this is not a database, however long one looks at it" * 100)

        started = farm.run("up", "--port", str(farm.port))

        assert started.returncode == 1
        assert "The database cannot be used: file is not a database" in started.stdout
        assert "Traceback" not in started.stdout + started.stderr
