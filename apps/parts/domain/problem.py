"""Files that cannot be used at all."""

from __future__ import annotations

from typing import Any


class Unusable(Exception):
    """The file cannot be used. ``code`` is a declared refusal's; ``params`` are what its words name."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
