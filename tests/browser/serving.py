"""The real web server for tests in a browser: uvicorn on the test's database, with sockets, that can be stopped and started again."""

from __future__ import annotations

import threading
import time
from typing import Any

import uvicorn
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.db import connections

from farmos import asgi
from tests.services import free_port


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Serve static files from where they are, everything else as a farm does."""
    pages: Any = asgi.pages
    served: Any = ASGIStaticFilesHandler(pages) if scope["type"] == "http" else asgi.application
    if scope["type"] != "lifespan":
        await served(scope, receive, send)


class Farm:
    """One web server at one address."""

    def __init__(self) -> None:
        self.port = free_port()
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve; return when it answers."""
        config = uvicorn.Config(
            application,
            host="127.0.0.1",
            port=self.port,
            lifespan="off",
            log_config=None,
            ws="websockets-sansio",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "the server did not start"
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop serving; whoever is connected is cut off."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(timeout=60)
            assert not self._thread.is_alive(), "the server does not end"
            connections.close_all()
        self._server = None
