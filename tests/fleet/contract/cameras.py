"""A camera at a port of a machine, as its own server would name it: "localhost"."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

PICTURE = b"\xff\xd8\xff\xe0" + b"\0" * 60 + b"\xff\xd9"


class _Camera(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if "X-Api-Key" in self.headers:
            self.send_error(500, "it was shown a key")
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(PICTURE)

    def log_request(self, *_said: object) -> None:
        """Stay quiet."""


@contextmanager
def camera_on(host: str) -> Iterator[str]:
    """Serve pictures there for the body's time, to whoever shows no key."""
    with ThreadingHTTPServer((host, 0), _Camera) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}/?action=snapshot"
        server.shutdown()
