"""Addresses that lead to one machine or another: what a router does when it gives addresses away anew."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Relay:
    """An address of its own that leads to a machine; ``lead_to`` changes which, and breaks what is open."""

    def __init__(self, address: str) -> None:
        self._to = address
        self._open: set[socket.socket] = set()
        self._leading = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def lead_to(self, address: str) -> None:
        """From now on another machine answers here."""
        with self._leading:
            self._to = address
            for one in list(self._open):
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Nobody answers here any more."""
        self._listening.close()
        self.lead_to("")

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _who = self._listening.accept()
                with self._leading:  # whoever connects while the address is given away anew comes to the new machine
                    self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        there = urlsplit(self._to)
        try:
            machine = socket.create_connection((there.hostname, there.port), timeout=5)
        except (OSError, TypeError):
            client.close()
            return
        machine.settimeout(None)
        self._open |= {client, machine}
        for here, other in ((client, machine), (machine, client)):
            threading.Thread(target=self._hand_on, args=(here, other), daemon=True).start()

    def _hand_on(self, here: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while sent := here.recv(65536):
                other.sendall(sent)
        for one in (here, other):
            self._open.discard(one)
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@contextmanager
def relays(addresses: list[str]) -> Iterator[list[Relay]]:
    """Give an address to each machine."""
    made = [Relay(address) for address in addresses]
    try:
        yield made
    finally:
        for one in made:
            one.close()
