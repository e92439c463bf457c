"""Reading what machines say: never more than they said, never an error."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.fleet.domain import observation
from apps.fleet.domain.observation import FileFacts, Observation, Reports, differs, merge, read, unheard
from apps.fleet.drivers import Refused
from apps.fleet.models import Printer

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
STATUS: dict[str, Any] = {
    "webhooks": {"state": "ready", "state_message": "Printer is ready"},
    "print_stats": {
        "filename": "farmos/r/a.gcode",
        "total_duration": 90.0,
        "print_duration": 60.0,
        "filament_used": 12.5,
        "state": "printing",
        "message": "",
        "info": {"total_layer": 50, "current_layer": 3},
    },
    "virtual_sdcard": {"progress": 0.5, "is_active": True, "file_position": 500, "file_size": 1000},
    "pause_resume": {"is_paused": False},
    "exclude_object": {"current_object": "SLOT-1", "excluded_objects": ["SLOT-3", "SLOT-2"]},
    "filament_switch_sensor runout": {"filament_detected": True, "enabled": True},
    "extruder": {"temperature": 214.8, "target": 215.0},
}
SERVER = {"klippy_connected": True, "klippy_state": "ready"}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*STATUS, *STATUS["print_stats"], "state"]), inner, max_size=6)
    ),
    max_leaves=30,
)
objects = st.dictionaries(st.sampled_from(list(STATUS)), anything)


def seen(status: dict[str, Any] = STATUS, server: dict[str, Any] = SERVER, **more: Any) -> Observation:
    return read(Reports(server=server, status=status, **more), observed_at=NOW, source="poll")


def with_part(part: str, **values: Any) -> dict[str, Any]:
    return {**STATUS, part: {**STATUS[part], **values}}


class TestAReport:
    def test_is_read_field_by_field(self) -> None:
        found = seen(eventtime=7.5, klippy_pid=42)

        assert (found.print_state, found.filename, found.is_active, found.is_paused) == ("printing", "farmos/r/a.gcode", True, False)
        assert (found.layer, found.layers, found.print_s, found.total_s, found.filament_mm) == (3, 50, 60.0, 90.0, 12.5)
        assert (found.klippy_state, found.klippy_pid, found.eventtime, found.file_size) == ("ready", 42, 7.5, 1000)
        assert (found.nozzle_c, found.bed_c, found.current_object) == (214.8, None, "SLOT-1")
        assert found.excluded_objects == ("SLOT-2", "SLOT-3")
        assert not found.filament_missing

    @pytest.mark.parametrize("odd", [None, "SLOT-2", {"SLOT-2": 1}, [None, "", "\0", 7, ["SLOT-2"]]])
    def test_leaves_out_only_what_has_a_name(self, odd: Any) -> None:
        assert seen(with_part("exclude_object", excluded_objects=odd)).excluded_objects == ()

    def test_leaves_out_no_more_than_a_print_has_parts(self) -> None:
        many = [f"SLOT-{number}" for number in range(50_000)]

        assert len(seen(with_part("exclude_object", excluded_objects=many)).excluded_objects) == observation.MOST_NAMES

    def test_of_nothing_says_nothing(self) -> None:
        found = seen({}, {})

        assert found == Observation(observed_at=NOW, source="poll")

    @given(status=objects, server=st.dictionaries(st.sampled_from(["klippy_state", "klippy_connected"]), anything))
    def test_of_any_shape_can_be_read_and_kept(self, status: dict[str, Any], server: dict[str, Any]) -> None:
        found = seen(status, server)

        assert 0.0 <= found.progress <= 1.0
        assert min(found.print_s, found.total_s, found.filament_mm) >= 0
        texts = (found.klippy_state, found.message, found.print_state, found.filename, found.print_message, *found.excluded_objects)
        assert all(len(text) <= observation.LONGEST_TEXT and "\0" not in text for text in texts)
        json.dumps([*texts, found.print_s, found.layer, found.progress], allow_nan=False).encode()

    @given(
        job=st.dictionaries(
            st.sampled_from(["job_id", "filename", "status", "start_time", "end_time", "metadata", "size", "uuid"]), anything
        )
    )
    def test_of_a_job_or_file_of_any_shape_can_be_read(self, job: dict[str, Any]) -> None:
        observation.history_job(job)
        observation.file_facts(job)


class TestKlippysState:
    @pytest.mark.parametrize(
        ("server", "webhooks", "state"),
        [
            (SERVER, {"state": "ready"}, "ready"),
            (SERVER, {"state": "shutdown"}, "shutdown"),
            ({**SERVER, "klippy_state": "shutdown"}, {"state": "ready"}, "shutdown"),
            ({**SERVER, "klippy_state": "error"}, {}, "error"),
            ({"klippy_connected": False, "klippy_state": "ready"}, {"state": "ready"}, "disconnected"),
            ({**SERVER, "klippy_state": "startup"}, {}, "startup"),
            ({}, {}, ""),
        ],
    )
    def test_is_the_worse_of_what_both_say(self, server: dict[str, Any], webhooks: dict[str, Any], state: str) -> None:
        assert observation.klippy_state(server, webhooks) == state

    def test_tells_a_shutdown_that_print_stats_hides(self) -> None:
        found = seen(with_part("webhooks", state="shutdown"))

        assert (found.klippy_state, found.print_state) == ("shutdown", "printing")


class TestProgress:
    FACTS = FileFacts(size=1000, uuid="u", estimated_s=600.0, print_start_time=None, gcode_start=400, gcode_end=900)

    @pytest.mark.parametrize(("position", "progress"), [(400, 0.0), (650, 0.5), (900, 1.0), (100, 0.0), (990, 1.0)])
    def test_is_of_the_gcode_proper(self, position: int, progress: float) -> None:
        status = with_part("virtual_sdcard", file_position=position, progress=position / 1000)

        assert seen(status, current_file=self.FACTS).progress == progress

    def test_is_klippers_without_facts(self) -> None:
        assert seen().progress == 0.5

    def test_of_a_file_without_gcode_does_not_divide_by_nothing(self) -> None:
        assert seen(current_file=replace(self.FACTS, gcode_start=5, gcode_end=5)).progress == 0.5


class TestFilament:
    @pytest.mark.parametrize(
        ("values", "missing"),
        [
            ({"filament_detected": False, "enabled": True}, True),
            ({"filament_detected": False, "enabled": False}, False),
            ({"filament_detected": None, "enabled": True}, False),
            ({}, False),
        ],
    )
    def test_is_missing_when_a_sensor_in_use_says_so(self, values: dict[str, Any], missing: bool) -> None:
        assert seen({"filament_motion_sensor left": values}).filament_missing is missing

    LANES = {f"filament_switch_sensor lane_{n}": {"filament_detected": n == 0, "enabled": True} for n in range(4)}

    def test_is_not_missing_where_other_lanes_are_empty(self) -> None:
        assert not seen(self.LANES).filament_missing

    def test_is_not_proved_missing_by_several_sensors_of_which_none_may_be_printed_from(self) -> None:
        assert not seen({name: {"filament_detected": False, "enabled": True} for name in self.LANES}).filament_missing

    def test_of_the_one_sensor_that_is_not_switched_off_counts(self) -> None:
        two = {"filament_switch_sensor a": {"filament_detected": True, "enabled": False}}

        assert seen({**two, "filament_switch_sensor b": {"filament_detected": False, "enabled": True}}).filament_missing

    def test_is_known_of_each_sensor_that_is_switched_on(self) -> None:
        off = {"filament_switch_sensor off": {"filament_detected": True, "enabled": False}}
        names = [f"filament_switch_sensor lane_{n}" for n in range(4)]

        assert seen({**off, **self.LANES}).filament == tuple(zip(names, [True, False, False, False], strict=True))


class TestADifference:
    def test_in_what_moves_all_the_time_can_wait(self) -> None:
        before = seen()
        after = seen(with_part("print_stats", print_duration=61.0, total_duration=91.0, filament_used=13.0))

        assert not differs(before, after)

    @pytest.mark.parametrize(
        ("part", "values"),
        [
            ("print_stats", {"state": "paused"}),
            ("print_stats", {"filename": "other.gcode"}),
            ("print_stats", {"message": "Move out of range"}),
            ("virtual_sdcard", {"is_active": False}),
            ("pause_resume", {"is_paused": True}),
            ("webhooks", {"state": "shutdown"}),
            ("exclude_object", {"excluded_objects": []}),
            ("filament_switch_sensor runout", {"filament_detected": False}),
        ],
    )
    def test_in_what_matters_cannot(self, part: str, values: dict[str, Any]) -> None:
        assert differs(seen(), seen(with_part(part, **values)))

    def test_in_klippys_process_cannot_wait(self) -> None:
        assert differs(seen(klippy_pid=1), seen(klippy_pid=2))

    def test_from_nothing_cannot_wait(self) -> None:
        assert differs(None, unheard(observed_at=NOW, source="poll", trouble="unreachable"))


class TestSilence:
    def test_is_told_apart_from_a_refusal(self) -> None:
        silent = unheard(observed_at=NOW, source="poll", trouble="unreachable")
        refused = unheard(observed_at=NOW, source="poll", trouble="access", reachable=True)

        assert (silent.reachable, silent.access_ok) == (False, True)
        assert (refused.reachable, refused.access_ok) == (True, False)


class TestMerging:
    @given(before=objects, change=objects)
    def test_keeps_what_was_not_told_again(self, before: dict[str, Any], change: dict[str, Any]) -> None:
        status: dict[str, Any] = {}
        merge(status, json.loads(json.dumps(before)))
        merge(status, json.loads(json.dumps(change)))

        def over(name: str) -> Any:
            was, told = before.get(name), change.get(name, {})
            return {**was, **told} if isinstance(was, dict) and isinstance(told, dict) else change.get(name, was)

        everything = {name: over(name) for name in {**before, **change}}
        assert seen(status) == seen(everything)

    def test_keeps_no_more_than_is_read_however_much_is_told(self) -> None:
        """One websocket stays open for months; a machine that invents names must not fill the connector's memory with them."""
        status: dict[str, Any] = {}
        for number in range(500):
            merge(status, {f"invented {number}": {"x": 1}, f"filament_switch_sensor {number}": {"enabled": True}})
            merge(status, {"print_stats": {f"invented {number}": 1, "message": "x" * 100_000}, "webhooks": number})

        assert len(json.dumps(status)) < 10_000


@pytest.mark.parametrize("said", ["a\x00b", "a\x9bb", "a\u202eb", "a\u2028b", "a\ud800b"])
def test_what_a_machine_says_can_be_kept_and_shown_anywhere(said: str) -> None:
    assert observation.text(said) == "a b"
    assert str(Refused(400, said)) == "a b (400)"


class TestLayers:
    @pytest.mark.parametrize("number", [5_000_000_000, -1, 1e18])
    def test_that_no_print_has_are_not_said(self, number: float) -> None:
        """PostgreSQL keeps them in four bytes: with these nothing of the print's progress could be noted."""
        found = seen(with_part("print_stats", info={"current_layer": number, "total_layer": number}))

        assert (found.layer, found.layers) == (None, None)


class TestWhatTellsAPrintFromOthers:
    def test_fits_what_is_kept_of_it_whatever_numbers_a_machine_says(self) -> None:
        said = {"state": "complete", "filename": "ß" * 400, **dict.fromkeys(("total_duration", "print_duration", "filament_used"), 1e300)}

        seen = read(Reports(server={}, status={"print_stats": said}), observed_at=NOW, source="poll")

        assert seen.ended_print
        assert len(seen.ended_print) <= (Printer._meta.get_field("last_print").max_length or 0)
