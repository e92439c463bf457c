"""What the web server runs: Django for http, Channels for live pages, and the process' own start and end."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "farmos.settings.dev")

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402
from django.conf import settings  # noqa: E402

from apps.journal import heartbeats  # noqa: E402
from apps.journal.http.asgi import Guard, Proxied  # noqa: E402
from farmos.routing import websockets  # noqa: E402

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def lifespan(_scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Show signs of life for as long as the server runs."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            heartbeats.start("web")
            await send({"type": "lifespan.startup.complete"})
        else:
            heartbeats.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


uploads = dict.fromkeys(settings.UPLOAD_ADDRESSES, settings.MAX_UPLOAD_BYTES)
pages = Guard(django_application, max_bytes=settings.MAX_REQUEST_BYTES, larger=uploads)
application: Any = ProtocolTypeRouter({"http": pages, "websocket": websockets, "lifespan": lifespan})
if settings.BEHIND_PROXY:
    application = Proxied(application)
