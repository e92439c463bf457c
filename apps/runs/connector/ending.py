"""Ending tasks for certain: one that missed that it is to end is told again, until it has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

END_AGAIN_S = 1.0
"""A task that has not ended by then is told once more: one that missed it must not hold up whoever waits for it."""


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Return when all have ended. Who waits here may be told to end as well: then they are told once more, and it is done when they have ended.

    A ``TaskGroup`` tells its tasks once and no more, however often it is itself told.
    """
    told: asyncio.CancelledError | None = None
    ending = {task for task in tasks if not task.done()}
    while ending:
        for task in ending:
            task.cancel()
        try:
            await asyncio.wait(ending, timeout=END_AGAIN_S)
        except asyncio.CancelledError as problem:
            told = problem
        ending = {task for task in ending if not task.done()}
    if told is not None:
        for task in tasks:
            if not task.cancelled():
                task.exception()  # else it is complained of that nobody asked
        raise told
