"""A Chromium that hangs holds no other test up."""

from __future__ import annotations

import os
import signal

import pytest

from tests.browser import chromium as module
from tests.browser.chromium import Chromium

pytestmark = pytest.mark.browser


def test_one_that_does_not_close_a_context_is_ended_and_started_again(chromium: Chromium, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CLOSING_S", 1.0)
    context = chromium.new_context()
    context.new_page().goto("data:text/html,<h1>one</h1>")
    for pid in module._descendants(os.getpid()):
        if module.is_chromium(pid):
            os.kill(pid, signal.SIGSTOP)

    chromium.leave(context)
    again = chromium.new_context()
    page = again.new_page()
    page.goto("data:text/html,<h1>two</h1>")

    assert page.locator("h1").inner_text() == "two"
    chromium.leave(again)
