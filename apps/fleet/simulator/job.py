"""The running print of a simulated printer: which file, how fast, how far."""

from __future__ import annotations

from dataclasses import dataclass, field

from .program import Mark, Program


@dataclass(frozen=True, slots=True)
class Clock:
    """How simulated time relates to ours."""

    speed: float = 60.0
    """Simulated seconds in one of ours."""
    least_s: float = 0.5
    """No print takes less than this many of our seconds."""
    tick_s: float = 0.25
    """How often Klippy tells what changed."""
    restart_s: float = 1.0
    """Our seconds from a restart to "ready"."""

    def of(self, program: Program) -> float:
        """Return the speed at which ``program`` runs."""
        return min(self.speed, program.seconds / self.least_s) if program.seconds else self.speed


@dataclass(slots=True)
class Job:
    """The file on the virtual SD card and how far it got."""

    path: str
    program: Program
    speed: float
    position: float
    number: int = 0
    """Which of the machine's prints it is."""
    next_mark: int = 0
    in_object: str = ""
    excluded: set[str] = field(default_factory=set)
    printed: set[str] = field(default_factory=set)
    last_ends: dict[str, int] = field(init=False)
    print_s: float = 0.0
    total_s: float = 0.0
    has_material: bool = False

    def __post_init__(self) -> None:
        self.last_ends = self.program.last_ends()

    @property
    def next(self) -> Mark | None:
        """The next place where something happens."""
        return self.program.marks[self.next_mark] if self.next_mark < len(self.program.marks) else None

    @property
    def work_start(self) -> int:
        """The byte from which on time passes: what comes before the first extrusion is settings, homing and heating, which has its own time."""
        first = self.program.first_extrusion
        return self.program.start if first is None else first

    @property
    def s_per_byte(self) -> float:
        """Simulated seconds that one byte of G-code takes."""
        return self.program.seconds / max(self.program.end - self.work_start, 1)

    @property
    def filament_mm(self) -> float:
        """What was pushed so far."""
        done = (self.position - self.work_start) / max(self.program.end - self.work_start, 1)
        return self.program.filament_mm * max(min(done, 1.0), 0.0)

    def move(self, goal: int, left: float) -> float:
        """Go on to byte ``goal``, at most for ``left`` simulated seconds; return the seconds it takes to get there, which may be more."""
        begin = max(self.position, float(self.work_start))
        need = max(goal - begin, 0.0) * self.s_per_byte
        self.position = float(goal) if need <= left else begin + left / self.s_per_byte
        used = min(need, left)
        self.print_s += used
        self.total_s += used
        return need

    def skip(self) -> None:
        """Go to the end of the section of the object that is left out; nothing of it is printed and no time passes."""
        for number in range(self.next_mark, len(self.program.marks)):
            mark = self.program.marks[number]
            if mark.word == "EXCLUDE_OBJECT_END" and mark.object_name == self.in_object:
                self.next_mark, self.position, self.in_object = number + 1, float(mark.at), ""
                return
