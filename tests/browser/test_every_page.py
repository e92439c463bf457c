"""What every page keeps, at four widths, light and dark: WCAG 2.2 AA by axe-core, nothing sideways, targets for gloves, no stranger's bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from tests.browser.chromium import Chromium
from tests.browser.conftest import shoot
from tests.browser.pages import PLACES, Place, is_there, seeded

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = (Path(__file__).parent / "vendor/axe-core@4.14.1/axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {"desktop": (1440, 900), "tablet": (1024, 768), "phone": (390, 844)}
NARROWEST = (320, 640)
"""A 1280 px window at 400 %: WCAG 1.4.10."""

SMALL_TARGETS = """() => [...document.querySelectorAll('a[href], button, select, textarea, summary, input:not([type=hidden])')].filter(element => {
  if (element.matches('.skip, .sr, [tabindex="-1"]') || !element.checkVisibility({visibilityProperty: true, opacityProperty: true})) return false;
  const target = element.matches('input') ? (element.closest('label, .find') ?? element) : element;
  const box = target.getBoundingClientRect();
  if (box.width === 0 || box.height === 0) return false;
  const inText = getComputedStyle(element).display === 'inline' && element.parentElement.textContent.trim() !== element.textContent.trim();
  return !inText && box.height < 43.5;
}).map(element => element.outerHTML.slice(0, 120))"""

SIDEWAYS = """() => document.documentElement.scrollWidth > window.innerWidth
  ? [...document.querySelectorAll('main *')].filter(element => element.getBoundingClientRect().right > window.innerWidth + 1)
      .slice(0, 3).map(element => element.outerHTML.slice(0, 120)) : []"""


EXPECTED = ("status of 404", "status of 503", "/ws/live")
"""A page that is not there answers 404, a picture of a model that was never stored 503, and the test's server speaks no WebSocket."""


@dataclass
class Seen:
    """What a browser complained of, and what it asked strangers for."""

    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def context(chromium: Chromium, scheme: Any) -> Iterator[BrowserContext]:
    opened = chromium.new_context(color_scheme=scheme, reduced_motion="reduce")
    yield opened
    chromium.leave(opened)


def signed_in(context: BrowserContext, server: LiveServer, person: User) -> None:
    """Give the browser a session of ``person`` without the form."""
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server.url}])


def watched(page: Page, server: LiveServer) -> Seen:
    """Note what the page complains of from now on."""
    seen = Seen()

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(known in message.text for known in EXPECTED):
            seen.complaints.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith((server.url, "data:", "blob:", server.url.replace("http", "ws"))):
            seen.strangers.append(request.url)

    page.on("console", heard)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("request", asked)
    return seen


def violations(page: Page) -> list[str]:
    """Return what axe-core finds, a line each."""
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate("rules => axe.run({runOnly: rules}).then(result => result.violations)", RULES)
    return [f"{one['id']}: {node['html'][:140]}" for one in found for node in one["nodes"][:4]]


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_every_page(place: Place, context: BrowserContext, live_server: LiveServer, scheme: str) -> None:
    farm, owner = seeded()
    path = place.path(farm)
    if not is_there(path):
        pytest.skip("this page does not exist yet")
    if not place.stranger:
        signed_in(context, live_server, owner)
    if place.guest:
        context.add_cookies([{"name": farm["cookie"]["name"], "value": farm["cookie"]["value"], "url": live_server.url}])
    page = context.new_page()
    seen = watched(page, live_server)
    answer = page.goto(f"{live_server.url}{path}")
    assert answer is not None
    assert answer.status == (404 if place.name == "not-found" else 200)

    problems: list[str] = []
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        problems += [f"{size}: {found}" for found in [*violations(page), *page.evaluate(SIDEWAYS)]]
        problems += [f"{size}: smaller than 44 px: {found}" for found in page.evaluate(SMALL_TARGETS)]
        shoot(page, f"{place.name}-{size}-{scheme}")
    page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})
    problems += [f"320 px: {found}" for found in page.evaluate(SIDEWAYS)]

    assert not problems, "\n".join(problems)
    assert page.locator("h1:visible").count() == 1
    assert seen.complaints == []
    assert seen.strangers == []
