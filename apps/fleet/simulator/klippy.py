"""The firmware side of one simulated printer: its clock, its virtual SD card, its queue of commands, and the ways in which it misleads."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from .job import Clock, Job
from .physical import Bed
from .program import Mark, read_program

NOZZLE_C_PER_S, BED_C_PER_S, ROOM_C = 3.0, 1.0, 22.0
ESTOP = "Shutdown due to webhooks request"
READY = "Printer is ready"
BOARD_LOST = "Lost communication with MCU 'mcu'"
NOTICED_S, PAUSED_S = 5.2, 0.75
"""After so many of our seconds Klippy notices that its board is silent; so much later its statistics say "paused" (measured)."""

STARTING = "Printer is not ready\nThe klippy host software is attempting to connect."
_pids = count(2001 + time.time_ns() // 10**8 % 10**6)
"""Process numbers: others after every start of the simulator, as after a reboot."""

NEVER_TWICE = 0.618
"""No two prints of a file take exactly as long: a part of a second is added at the end, another one each time."""


class GcodeError(Exception):
    """Klippy says no; the text is what it says."""


class KlippyGone(Exception):
    """Klippy went away while a command was waiting."""


class Klippy:
    """One Klipper host process with its machine."""

    def __init__(self, gcodes: Path, bed: Bed, clock: Clock) -> None:
        self.gcodes = gcodes
        self.bed = bed
        self.clock = clock
        self.say: Callable[[str], None] = lambda _line: None
        """Where lines for the console go."""
        self._turn = asyncio.Lock()
        self._calm = asyncio.Event()
        self._life = 0
        self.uptime = 0.0
        self.has_filament = True
        self.ends_at: float | None = None
        """Share of a print with several objects after which the spool is empty; None: it lasts."""
        self.off_by_c: dict[str, float] = {}
        """Heater → how far it is from where it should be: broken, and nobody noticed."""
        self.starved_at: float | None = None
        """Filament that was pushed when the extruder stopped pushing; None: it pushes."""
        self.is_stuck = False
        """It says that it prints, and nothing moves."""
        self._boot()

    def _boot(self) -> None:
        """Forget everything: what a Klippy that starts knows."""
        self.state, self.state_message = "ready", READY
        self.pid = next(_pids)
        self.job: Job | None = None
        self.is_active = False
        self.is_paused = False
        self.heat_left = 0.0
        self.filename, self.print_state, self.print_message = "", "standby", ""
        self.layer: int | None = None
        self.layers: int | None = None
        self.file_position = self.file_size = 0
        self.last_print_s = self.last_total_s = self.last_filament = 0.0
        self.excluded: list[str] = []
        self.objects: list[str] = []
        self.targets = {"extruder": 0.0, "heater_bed": 0.0}
        self.temperatures = {"extruder": ROOM_C, "heater_bed": ROOM_C}
        self.display = ""
        self.board_silent_s: float | None = None
        self._calm.set()

    # -- commands, as they come through the queue ---------------------------------------------------------------------------------------

    async def script(self, text: str) -> None:
        """Follow G-code from outside. It waits until the running G-code lets it: heating up holds everything back.

        Raises:
            GcodeError: not possible.
            KlippyGone: Klippy went away first.
        """
        life = self._life
        async with self._turn:
            while not self._calm.is_set() and life == self._life:
                await self._calm.wait()
            if life != self._life or self.state in ("disconnected", "startup"):
                raise KlippyGone
            if self.state != "ready":
                raise GcodeError(self.state_message)
            for line in text.splitlines():
                self._command(line.strip())

    def _command(self, line: str) -> None:
        mark = Mark(0, line.partition(" ")[0].upper(), line.partition(" ")[2])
        match mark.word:
            case "SDCARD_PRINT_FILE":
                self._start(mark.params.get("FILENAME", ""))
            case "PAUSE":
                self._pause()
            case "RESUME":
                self._resume()
            case "CANCEL_PRINT":
                self._cancel()
            case "CLEAR_PAUSE":
                self.is_paused = False
            case "SDCARD_RESET_FILE":
                self._reset_file()
            case "EXCLUDE_OBJECT":
                self._exclude(mark.object_name)
            case "M117":
                self.display = mark.rest
            case "M104" | "M109" | "M140" | "M190":
                self._heat(mark)
            case _ if line:
                self.say(f'// Unknown command:"{mark.word}"')

    def _start(self, filename: str) -> None:
        """Load and run a file. Only a running print refuses; a paused one is silently replaced, and ``is_paused`` stays as it was."""
        if self.is_active:
            raise GcodeError("SD busy")
        path = self._find(filename)
        if self.job is not None:
            self._end("replaced")
        program = read_program(path.read_bytes())
        self.filename, self.print_state, self.print_message = filename, "standby", ""
        self.layer = self.layers = None
        self.excluded, self.objects = [], []
        self.job = Job(filename, program, self.clock.of(program), float(program.start))
        self.file_position, self.file_size = 0, program.size
        self.last_print_s = self.last_total_s = self.last_filament = 0.0
        self.job.number = self.bed.start(path.relative_to(self.gcodes).as_posix(), program.sha256, program.objects)
        self.is_active = True

    def _find(self, filename: str) -> Path:
        """Return the file of that name, whatever its capitals; the extension must be in lower case."""
        wanted = filename.lstrip("/")
        files = (path for path in self.gcodes.rglob("*.gcode") if path.is_file())
        found = [path for path in files if path.relative_to(self.gcodes).as_posix().lower() == wanted.lower()]
        if not found:
            raise GcodeError("Unable to open file")
        return found[0]

    def _pause(self) -> None:
        """Pause. With ``is_paused`` already set nothing happens, whatever runs; without a print it sets the trap for the next one."""
        if self.is_paused:
            self.say("// Print already paused")
            return
        self.is_paused = True
        if self.is_active:
            self.is_active, self.print_state = False, "paused"
        self.say("// action:paused")

    def _resume(self) -> None:
        if not self.is_paused:
            self.say("// Print is not paused, resume aborted")
            return
        self.is_paused = False
        if self.job is not None:
            self.is_active = True

    def _cancel(self) -> None:
        self.is_paused = False
        if self.job is not None:
            self.print_state = "cancelled"
            self._end("cancelled")
            self.file_position = self.file_size = 0

    def _reset_file(self) -> None:
        if self.job is not None:
            self._end("reset")
        self.filename, self.print_state = "", "standby"
        self.file_position = self.file_size = 0

    def _exclude(self, name: str) -> None:
        if not name or name in self.excluded:
            return
        self.excluded.append(name)
        if self.job is not None and name in self.job.last_ends and name not in self.job.printed:
            self.job.excluded.add(name)
            self.bed.object_excluded(name)
            if self.job.in_object == name:
                self.job.skip()

    # -- time ---------------------------------------------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` of our time pass."""
        self.uptime += seconds
        if self.board_silent_s is not None:
            self._wait_for_board(self.board_silent_s + seconds)
        if self.job is None:
            return
        if self.state != "ready":
            if self.is_active:  # after an emergency stop print_stats goes on counting
                self.job.total_s += seconds * self.job.speed
            return
        if self.is_active and self.print_state != "printing":
            self.print_state = "printing"  # seen by everybody before anything comes of it
        elif self.is_active:
            if not self.job.program.is_readable:
                self._break_off()
                return
            self._run(self.job, seconds * self.job.speed)

    def _run(self, job: Job, left: float) -> None:
        """Follow the file for ``left`` simulated seconds."""
        if self.is_stuck or self.board_silent_s is not None:
            job.print_s, job.total_s = job.print_s + left, job.total_s + left
            return
        while left > 0 and self.is_active and self.job is job:
            if self.heat_left > 0:
                used = min(left, self.heat_left)
                left, job.total_s = left - used, job.total_s + used
                self._warm(used)
                continue
            mark = job.next
            need = job.move(mark.at if mark is not None else job.program.end, left)
            self._lay_down(job)
            if need > left:
                return
            left -= need
            job.next_mark += 1
            if mark is None:
                self._complete()
            else:
                self._follow(job, mark)

    def _lay_down(self, job: Job) -> None:
        first = job.program.first_extrusion
        if not job.has_material and first is not None and job.position > first:
            job.has_material = True
            self.bed.material()

    def _follow(self, job: Job, mark: Mark) -> None:
        match mark.word:
            case "EXCLUDE_OBJECT_DEFINE":
                self.objects.append(mark.object_name)
            case "EXCLUDE_OBJECT_START":
                job.in_object = mark.object_name
                if mark.object_name in job.excluded:
                    job.skip()
                elif self.ends_at is not None and mark.at >= self.ends_at * job.program.end and len(self._unfinished(job)) > 1:
                    self.ends_at = None
                    self.run_out()
            case "EXCLUDE_OBJECT_END":
                job.in_object = ""
                if mark.object_name not in job.excluded and job.last_ends[mark.object_name] == mark.at:
                    job.printed.add(mark.object_name)
                    self.bed.object_printed(mark.object_name)
            case "SET_PRINT_STATS_INFO":
                self._layers(mark.params)
            case "PAUSE" | "M600":
                self._pause()
            case "M117":
                self.display = mark.rest
            case "G0" | "G1":
                self._fail(f"Move out of range: {mark.word} {mark.rest}".strip())
            case _:
                self._heat(mark)

    def _unfinished(self, job: Job) -> set[str]:
        return set(job.last_ends) - job.printed - job.excluded

    def _layers(self, params: dict[str, str]) -> None:
        for name in ("TOTAL_LAYER", "CURRENT_LAYER"):
            if (value := params.get(name, "")).isdigit():
                setattr(self, "layers" if name == "TOTAL_LAYER" else "layer", int(value))

    def _heat(self, mark: Mark) -> None:
        heater = "extruder" if mark.word in ("M104", "M109") else "heater_bed"
        self.targets[heater] = mark.target_c
        rate = NOZZLE_C_PER_S if heater == "extruder" else BED_C_PER_S
        if mark.word in ("M109", "M190") and self.is_active:
            self.heat_left = max(mark.target_c - self.temperatures[heater], 0.0) / rate
            if self.heat_left > 0:
                self._calm.clear()
        else:
            self.temperatures[heater] = mark.target_c or ROOM_C

    def _warm(self, seconds: float) -> None:
        self.heat_left -= seconds
        if self.heat_left <= 1e-9:
            self.heat_left = 0.0
            self.temperatures.update({heater: target for heater, target in self.targets.items() if target})
            self._calm.set()

    def set_clock(self, clock: Clock) -> None:
        """Change how time runs, for the running print too."""
        self.clock = clock
        if self.job is not None:
            self.job.speed = clock.of(self.job.program)

    # -- ends ---------------------------------------------------------------------------------------------------------------------------

    def _end(self, outcome: str) -> None:
        """Put the file away; what it came to stays visible in print_stats."""
        if self.job is not None:
            self.job.total_s += self.job.number * NEVER_TWICE % 1.0
            self.last_print_s, self.last_total_s, self.last_filament = self.job.print_s, self.job.total_s, self.job.filament_mm
            self.file_position = int(self.job.position)
        self.bed.end(outcome)
        self.job, self.is_active, self.heat_left = None, False, 0.0
        self._calm.set()

    def _complete(self) -> None:
        self._end("complete")
        self.print_state, self.file_position = "complete", self.file_size
        self.say("Done printing file")

    def _fail(self, message: str) -> None:
        self._end("error")
        self.print_state, self.print_message = "error", message
        self.say(f"!! {message}")

    def _break_off(self) -> None:
        """A file that cannot be read: looks paused, is not, and cannot be resumed."""
        self._end("error")
        self.print_state = "paused"
        self.say("!! virtual_sdcard read")

    def emergency_stop(self) -> None:
        """Stop at once, past the queue. ``print_stats`` goes on saying "printing"."""
        self._shut_down(ESTOP)

    def shut_down(self, message: str) -> None:
        """The machine protects itself: ``print_stats`` says "paused" although nobody paused."""
        self._shut_down(message)
        if self.print_state == "printing":
            self.print_state, self.is_active = "paused", False

    def lose_board(self) -> None:
        """Its board goes silent: nothing moves any more, and for some seconds Klippy says that all is well."""
        self.board_silent_s = 0.0

    def _wait_for_board(self, silent_s: float) -> None:
        self.board_silent_s = silent_s
        if self.state == "ready" and silent_s >= NOTICED_S:
            self._shut_down(BOARD_LOST)
        if self.state == "shutdown" and silent_s >= NOTICED_S + PAUSED_S:
            self.board_silent_s = None
            if self.print_state == "printing":
                self.print_state, self.is_active = "paused", False

    def _shut_down(self, message: str) -> None:
        self.state, self.state_message = "shutdown", message
        self.bed.end("shutdown")
        self.targets = dict.fromkeys(self.targets, 0.0)
        self._release()

    def go_down(self) -> None:
        """Klippy's process ends."""
        self.bed.end("restart")
        self.job, self.is_active = None, False
        self.state, self.state_message = "disconnected", ""
        self._release()

    def come_up(self) -> None:
        """A new Klippy is there and knows nothing of before; it is not ready yet."""
        self._boot()
        self.state, self.state_message = "startup", STARTING

    def be_ready(self) -> None:
        """Klippy has read its configuration and met its boards."""
        self.state, self.state_message = "ready", READY

    def run_out(self) -> None:
        """The filament ends: the sensor pauses the print."""
        self.has_filament = False
        self.say("// Filament Sensor runout: runout detected")
        if self.is_active:
            self._pause()

    def mend(self) -> None:
        """Nothing is broken any more."""
        self.off_by_c, self.starved_at, self.is_stuck = {}, None, False

    def load_filament(self) -> None:
        """Somebody puts filament in."""
        self.has_filament = True

    def _release(self) -> None:
        """Let everybody who waits for a turn find out that it will not come."""
        self._life += 1
        self.heat_left = 0.0
        self._calm.set()

    @property
    def position(self) -> int:
        """The byte that was read last."""
        return int(self.job.position) if self.job is not None and self.print_state != "standby" else self.file_position
