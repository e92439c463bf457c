"""Log lines: JSON, with what they belong to, without secrets; files that do not grow for ever."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import structlog

from apps.journal import lanes, logs, wakeups
from apps.journal.context import Context
from apps.journal.models import Delivery
from farmos.supervisor.logs import KEEP, LONGEST_LINE, Console, Lines, LogFile, shortened
from tests.factories.toy import make_jar
from tests.toy import commands


class Caught:
    """A logger whose lines are kept."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        formatter = logs.configuration(as_json=True, level="DEBUG")["formatters"]["lines"]
        handler = logging.StreamHandler(self.stream)
        handler.setFormatter(structlog.stdlib.ProcessorFormatter(**{name: value for name, value in formatter.items() if name != "()"}))
        self.logger = logging.getLogger("farmos.test_logs")
        self.logger.handlers = [handler]
        self.logger.propagate = False
        self.logger.setLevel(logging.DEBUG)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def caught() -> Iterator[Caught]:
    found = Caught()
    yield found
    found.logger.handlers = []
    found.logger.propagate = True


class TestALine:
    def test_is_json_with_time_level_and_logger(self, caught: Caught) -> None:
        caught.logger.warning("printer %s is hot", "left")

        (line,) = caught.lines
        assert (line["event"], line["level"], line["logger"]) == ("printer left is hot", "warning", "farmos.test_logs")
        assert line["timestamp"].endswith("Z")

    def test_carries_what_is_bound_and_nothing_afterwards(self, caught: Caught) -> None:
        with logs.bound(request_id="r-1", command="toy.add_bolts", delivery=7, correlation_id=None):
            caught.logger.info("inside")
        caught.logger.info("outside")

        inside, outside = caught.lines
        assert {name: inside[name] for name in ("request_id", "command", "delivery")} == {
            "request_id": "r-1",
            "command": "toy.add_bolts",
            "delivery": "7",
        }
        assert not {"request_id", "command", "delivery", "correlation_id"} & set(outside)
        assert "correlation_id" not in inside

    def test_binds_only_names_that_readers_know(self) -> None:
        with pytest.raises(ValueError, match="cannot bind pasword to log lines"), logs.bound(pasword="x"):
            pass

    def test_has_the_traceback_of_an_error(self, caught: Caught) -> None:
        try:
            int("no such printer")
        except ValueError:
            caught.logger.exception("failed")

        assert "ValueError: invalid literal" in caught.lines[0]["exception"]

    @pytest.mark.parametrize(
        ("text", "hidden"),
        [
            ("connecting to postgres://farm:hunter2@db/farm", "hunter2"),
            ("connecting to redis://:hunter2@queue:6379", "hunter2"),
            ("sent Authorization: Bearer abcdefgh12345678", "abcdefgh12345678"),
            ("header was Token 0123456789abcdef", "0123456789abcdef"),
            (f"Not Found: /orders/{'aB3-_' * 8}xyz/nothing/", "aB3-_"),
            (f"GET /admin/login/?next=%2Forders%2F{'aB3-_' * 8}xyz%2F 403", "aB3-_"),
        ],
    )
    def test_never_shows_credentials_in_its_text(self, caught: Caught, text: str, hidden: str) -> None:
        caught.logger.warning(text)

        assert hidden not in caught.stream.getvalue()
        assert logs.HIDDEN in caught.lines[0]["event"]

    @pytest.mark.parametrize("kept", ["a" * 64, "0197c5d8-7e0a-7cc2-9e3f-0f7c1c6a2b11", "a-file-of-thirty-nine-characters-at-all"])
    def test_shows_which_record_or_file_it_is_about(self, caught: Caught, kept: str) -> None:
        caught.logger.warning("cannot read /artifacts/%s", kept)

        assert kept in caught.lines[0]["event"]

    def test_never_shows_values_with_secret_names_at_any_depth(self, caught: Caught) -> None:
        line = {"event": "x", "password": "hunter2", "headers": {"Cookie": "hunter2", "list": [{"api_key": "hunter2", "plain": "kept"}]}}

        hidden = logs.hide_secrets(None, "info", line)

        assert "hunter2" not in str(hidden)
        assert hidden["headers"]["list"][0]["plain"] == "kept"


@pytest.mark.django_db(transaction=True)
class TestWhatWorkBinds:
    def test_names_the_command_its_request_and_its_story(
        self, ctx_factory: Callable[..., Context], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        story = uuid4()
        seen: list[dict[str, Any]] = []
        monkeypatch.setattr(wakeups, "wake_after_commit", lambda _lanes: seen.append(structlog.contextvars.get_contextvars()))

        commands.open_jar(ctx_factory(request_id="r-7", correlation_id=story), label="a jar")

        assert seen == [{"command": "toy.open_jar", "request_id": "r-7", "correlation_id": str(story)}]
        assert structlog.contextvars.get_contextvars() == {}

    def test_names_the_delivery_in_hand(self, ctx_factory: Callable[..., Context], monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[dict[str, Any]] = []
        commands.add_bolts(ctx_factory(), jar_id=make_jar().id, bolts=1, expected_version=1)
        monkeypatch.setattr(lanes, "_do", lambda *_: seen.append(structlog.contextvars.get_contextvars()))

        lanes.hand_out_next("default")

        assert seen == [{"delivery": str(Delivery.objects.get().pk)}]


class TestALogFile:
    def test_rotates_by_size_and_keeps_a_few(self, tmp_path: Path) -> None:
        log = LogFile(tmp_path / "web.log", rotate_at=100)
        for number in range(40):
            log.write(f"{number:049d}\n".encode())
        log.close()

        assert sorted(path.name for path in tmp_path.iterdir()) == ["web.log", *(f"web.log.{number}" for number in range(1, KEEP + 1))]
        assert (tmp_path / "web.log").read_text().splitlines()[-1] == f"{39:049d}"
        assert (tmp_path / "web.log.1").read_text().splitlines()[-1] == f"{37:049d}"

    def test_goes_on_where_it_was_left(self, tmp_path: Path) -> None:
        for _ in range(2):
            log = LogFile(tmp_path / "web.log")
            log.write(b"line\n")
            log.close()

        assert (tmp_path / "web.log").read_text() == "line\nline\n"

    def test_loses_lines_but_not_the_process_on_a_full_disk(self, capsys: pytest.CaptureFixture[str]) -> None:
        log = LogFile(Path("/dev/full"))

        log.write(b"line\n")

        assert "cannot write /dev/full" in capsys.readouterr().err
        log.close()


class TestTheConsole:
    def test_cuts_streams_into_lines(self) -> None:
        lines = Lines()

        assert lines.feed(b"one\ntw") == [b"one"]
        assert lines.feed(b"o\n") == [b"two"]
        assert lines.feed(b"x" * (LONGEST_LINE + 1)) == [b"x" * (LONGEST_LINE + 1)]
        assert lines.rest() == []

    @pytest.mark.parametrize(
        ("line", "shown"),
        [
            ('{"event": "fine", "level": "info"}', ""),
            ('{"event": "hot", "level": "error", "timestamp": "t", "printer": 3}', "error: hot printer=3"),
            ("Traceback (most recent call last):", "Traceback (most recent call last):"),
            ("[1, 2]", "[1, 2]"),
        ],
    )
    def test_shows_what_matters_shortly(self, line: str, shown: str) -> None:
        assert shortened(line) == shown

    def test_outlives_its_terminal(self, tmp_path: Path) -> None:
        gone = (tmp_path / "tty").open("w")
        gone.close()
        log = LogFile(tmp_path / "supervisor.log")
        console = Console(log, out=_Broken())

        console.say("still here")

        assert "still here" in (tmp_path / "supervisor.log").read_text()
        log.close()
        console.out.close()


class _Broken(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError
