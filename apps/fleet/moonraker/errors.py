"""What can go wrong between farmos and a machine, told apart by what a caller must do about it."""

from __future__ import annotations

from apps.fleet.domain.observation import text


class MachineError(Exception):
    """Something went wrong with a machine. ``trouble`` is a code; the text is for people and may quote the machine."""

    trouble = "machine"


class BadAddress(MachineError):
    """The address is none that farmos speaks to."""

    trouble = "bad_address"


class Unreachable(MachineError):
    """Nobody answers there, or the connection broke. Whether the machine got the request is not known."""

    trouble = "unreachable"


class TimedOut(MachineError):
    """No answer in time. The request is not cancelled by that: the machine may still follow it later."""

    trouble = "timeout"


class AccessRejected(MachineError):
    """The machine does not accept our key."""

    trouble = "access"


class NotMoonraker(MachineError):
    """Something answers, but not as Moonraker does: a redirect, another web page, an endless or broken reply."""

    trouble = "not_moonraker"


class MachineRefused(MachineError):
    """The machine understood and said no."""

    trouble = "refused"

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        self.message = text(message)
        super().__init__(f"{self.message} ({code})")


class UploadCorrupt(MachineError):
    """What was sent or stored is not the file it should be."""

    trouble = "upload_corrupt"
