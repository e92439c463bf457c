"""The web process: uvicorn on a socket the supervisor holds open, so that a restart refuses nobody.

``python -m farmos.web [DESCRIPTOR]``; without a descriptor it listens on ``FARMOS_HOST``:``FARMOS_PORT`` by itself.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence

import uvicorn

STOP_WITHIN_S = 8
LARGEST_MESSAGE = 64 * 1024


def configuration() -> uvicorn.Config:
    """Return uvicorn's settings: our logging, our lifespan."""
    return uvicorn.Config(
        "farmos.asgi:application",
        host=os.environ.get("FARMOS_HOST", "127.0.0.1"),
        port=int(os.environ.get("FARMOS_PORT", "8000")),
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # uvicorn would believe what visitors put into them; farmos.asgi reads them behind a declared proxy
        timeout_graceful_shutdown=STOP_WITHIN_S,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=LARGEST_MESSAGE,
    )


def main(arguments: Sequence[str]) -> int:
    """Serve until told to stop; return the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "farmos.settings.dev")
    given = [socket.socket(fileno=int(arguments[0]))] if arguments else None
    server = uvicorn.Server(configuration())
    server.run(sockets=given)
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
