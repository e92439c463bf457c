"""The one read model behind board, tiles, orders and pages, and what every page is drawn with."""

from __future__ import annotations

from django.apps import AppConfig


class BoardConfig(AppConfig):
    """Has no tables: it reads."""

    name = "apps.board"
    verbose_name = "Board"
