"""One peer of the file broker: ``python -m tests.processes.filebroker_peer puts|takes DIRECTORY COUNT``; prints what it took."""

from __future__ import annotations

import sys
import time
import warnings
from pathlib import Path
from queue import Empty

from kombu import Connection

PATIENCE_S = 600.0


def connection(directory: Path) -> Connection:
    folders = {
        "data_folder_in": str(directory / "messages"),
        "data_folder_out": str(directory / "messages"),
        "control_folder": str(directory),
    }
    return Connection("filesystem://", transport="farmos.filebroker:Transport", transport_options={**folders, "polling_interval": 0.001})


def puts(directory: Path, count: int) -> None:
    with connection(directory) as peer:
        queue = peer.SimpleQueue("lane")
        for number in range(count):
            queue.put({"number": number, "padding": "x" * 2000})


def takes(directory: Path, count: int) -> None:
    took, deadline = 0, time.monotonic() + PATIENCE_S
    with connection(directory) as peer:
        queue = peer.SimpleQueue("lane")
        while not (directory / "enough").exists() and time.monotonic() < deadline:
            try:
                message = queue.get(timeout=0.2)
            except Empty:
                continue
            message.ack()
            print(message.payload["number"])
            took += 1
            if took == count:
                (directory / "enough").touch()


if __name__ == "__main__":
    warnings.simplefilter("error")
    {"puts": puts, "takes": takes}[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
