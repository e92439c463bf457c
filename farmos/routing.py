"""Addresses of websockets."""

from __future__ import annotations

from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.urls import path, re_path

from apps.board.consumers import LiveConsumer, NoSuchSocket

# Django's path() is typed for views; Channels gives it ASGI applications.
_live: Any = LiveConsumer.as_asgi()
_none: Any = NoSuchSocket.as_asgi()
_routes: list[Any] = [path("ws/live", _live), re_path(r"", _none)]

websockets = AuthMiddlewareStack(URLRouter(_routes))
