"""What can go wrong between farmos and a machine, told apart by what a caller must do about it. One family for every driver."""

from __future__ import annotations

from apps.fleet.domain.identity import MachineIdentity
from apps.fleet.domain.observation import text


class MachineError(Exception):
    """Something went wrong with a machine. ``trouble`` is a code; the text is for people and may quote the machine."""

    trouble = "machine"


class BadAddress(MachineError):
    """The address is none that farmos speaks to."""

    trouble = "bad_address"


class LostReply(MachineError):
    """Nothing usable came back. Whether the machine got the request, or will follow it later, is not known: look before anything is sent again."""

    trouble = "lost_reply"


class Unreachable(LostReply):
    """Nobody answers there, or the connection broke. ``why`` is a code, where the network says more; empty: it does not."""

    trouble = "unreachable"

    def __init__(self, message: str, why: str = "") -> None:
        self.why = why
        super().__init__(message)


class TimedOut(LostReply):
    """No answer in time. The request is not cancelled by that: the machine may still follow it later."""

    trouble = "timeout"


class AccessRejected(MachineError):
    """The machine does not accept our key."""

    trouble = "access"


class NotUnderstood(MachineError):
    """Something answers, but not as this kind of machine does: another server, a redirect, a web page, an endless or broken reply."""

    trouble = "not_understood"


class OtherMachine(MachineError):
    """Another machine answers at this address than the one that is meant. Nothing may be asked of it."""

    trouble = "other_machine"

    def __init__(self, machine: MachineIdentity) -> None:
        self.machine = machine
        super().__init__(f"Another machine answers at this address: {machine.name or 'it gives no name'}.")


class Refused(MachineError):
    """The machine understood and said no."""

    trouble = "refused"

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        self.message = text(message)
        super().__init__(f"{self.message} ({code})")


class StorageFull(MachineError):
    """The machine has no room left for the file."""

    trouble = "storage_full"


class NotSupported(MachineError):
    """Machines of this kind cannot do that; nothing was sent. Ask ``capabilities`` first."""

    trouble = "not_supported"


class UploadCorrupt(MachineError):
    """What was sent or stored is not the file it should be."""

    trouble = "upload_corrupt"
