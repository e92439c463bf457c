"""What is known about the command that runs in this thread: its context, what it recorded, what it locked.

Aggregates ask here before they write, so a write outside a command fails where it is made and not in a review.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .context import Context


class OutsideCommand(RuntimeError):
    """A programming error: an aggregate was about to change outside a command."""


@dataclass(slots=True)
class Frame:
    """One running attempt of one command."""

    command: str
    ctx: Context | None
    recorded: list[Any] = field(default_factory=list)
    wrote: set[str] = field(default_factory=set)
    lock_rank: tuple[int, str] = (-1, "")


_current: ContextVar[Frame | None] = ContextVar("farmos_command", default=None)


def current() -> Frame | None:
    """Return the running command's frame, or None outside commands."""
    return _current.get()


def require(what: str) -> Frame:
    """Return the running command's frame.

    Raises:
        OutsideCommand: there is none; ``what`` says what was tried.
    """
    frame = _current.get()
    if frame is None:
        raise OutsideCommand(f"{what} is possible only inside a command (see docs/adding-a-command.md)")
    return frame


def note_write(model: type[Any]) -> None:
    """Remember that the running command writes ``model``.

    Raises:
        OutsideCommand: no command is running.
    """
    require(f"changing {model.__name__}").wrote.add(model.__name__)


@contextmanager
def entered(frame: Frame) -> Iterator[Frame]:
    """Make ``frame`` the running command of this thread."""
    token = _current.set(frame)
    try:
        yield frame
    finally:
        _current.reset(token)


@contextmanager
def seeding(reason: str) -> Iterator[None]:
    """Allow writes without a command: for test factories and data migrations only (an architecture test looks for other callers)."""
    with entered(Frame(command=f"seeding:{reason}", ctx=None)):
        yield
