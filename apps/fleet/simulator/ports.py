"""Ports that are ours from the moment they are chosen: between the choice and its use, and while what uses them is away, nobody else gets them."""

from __future__ import annotations

import errno
import random
import socket
import sys

FROM, BELOW = 12_000, 32_000
"""Below those that connections get (from 32768 on Linux): a port of theirs may be taken before its server listens, or while it is started again."""


class HeldPort:
    """A port at an address of this machine, bound and never listened to, so that a server started with it can have it and a stranger cannot.

    Where the system lets no two sockets have one address (Linux does, as long as at most one listens), it is only chosen.
    """

    def __init__(self, address: str) -> None:
        self._socket = _bound(address)
        self.number = int(self._socket.getsockname()[1])
        if sys.platform != "linux":
            self.release()

    def release(self) -> None:
        """Let it go."""
        self._socket.close()


def _bound(address: str) -> socket.socket:
    """Return a socket that is alone at its port; from then on it lets in whoever shares addresses, as servers do."""
    while True:
        one = socket.socket()
        try:
            one.bind((address, random.SystemRandom().randrange(FROM, BELOW)))
        except OSError as problem:
            one.close()
            if problem.errno != errno.EADDRINUSE:
                raise
        else:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            return one
