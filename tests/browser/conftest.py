"""A real Chromium on the pages of a live server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from apps.accounts.states import Role
from tests.browser.chromium import PATIENCE_MS, Chromium
from tests.factories.accounts import make_user

PASSWORD = "a-long-one-for-tests-17"
SIZES = {"desktop": (1440, 900), "tablet": (1024, 768), "phone": (390, 844)}
SHOTS = Path(os.environ.get("FARMOS_SHOTS", "")) if os.environ.get("FARMOS_SHOTS") else None
"""Where screenshots go, for people to look at: set ``FARMOS_SHOTS`` to a directory."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Debian's Chromium."""
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("Chromium is missing. Install it:  sudo apt-get install chromium")
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps an event loop in this thread; our queries here are plain ones
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        running = Chromium(playwright, program)
        yield running
        running.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at."""

    size: str = "desktop"
    scheme: str = "light"
    scripts: bool = True

    @property
    def name(self) -> str:
        """Return the look in words, for the names of screenshots."""
        return f"{self.size}-{self.scheme}"


@pytest.fixture
def sign_in(chromium: Chromium, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Return a maker of a page that an admin has signed in on, through the real form."""
    contexts = []

    def open_page(look: Look) -> Page:
        make_user(Role.ADMIN, email="owner@example.org", password=make_password(PASSWORD))
        width, height = SIZES[look.size]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if look.scheme == "dark" else "light",
            java_script_enabled=look.scripts,
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}/admin/")
        page.get_by_label("E-mail").fill("owner@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/login/" not in url, wait_until="commit")  # whoever goes elsewhere at once is not signed in
        return page

    yield open_page
    for context in contexts:
        chromium.leave(context)


def shoot(page: Page, name: str) -> None:
    """Keep a screenshot of the whole page where somebody wants to look at them."""
    if SHOTS is not None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
