"""Take the pictures of ``docs/img`` from a demo that is up: ``python docs/screenshots.py --data DIR``, after ``./farm demo --data DIR``.

Pages that show something get a picture on a desktop; those people use on the floor and in the shop also on a tablet and a phone, light and dark.
"""

from __future__ import annotations

import argparse
import base64
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "img"
SIZES = {"desktop": (1440, 900), "tablet": (1024, 768), "phone": (390, 844)}
QUALITY = 72
WAIT_MS = 20_000
MOST_BYTES = 3 * 1024 * 1024
"""What all pictures together may weigh."""

MOST_OF_ONE = 150 * 1024
"""What one picture may weigh: a reader loads them all."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One page to take a picture of: its name, its path, whether a customer looks, and whether at all sizes in light and dark."""

    name: str
    path: str
    is_shop: bool = False
    in_all_looks: bool = False


def shots() -> list[Shot]:
    """Return the pages worth a picture, about what the demo is busy with now."""
    from django.db.models import Count, F

    from apps.fleet.models import Printer
    from apps.orders.models import Intent
    from apps.planning.models import BuildPlate, Plan
    from apps.runs.models import Run
    from apps.runs.states import RunState

    order = Intent.objects.filter(fulfilled_at=None, canceled_at=None).annotate(parts=Count("lines")).order_by("-parts", "id").first()
    waits = Run.objects.filter(state__in=(RunState.QUEUED, RunState.PENDING_APPROVAL)).order_by("id").first()
    busy = Run.objects.filter(ended_at__isnull=False).order_by(F("judged_at").asc(nulls_first=True), "-id").first()
    at_work = Run.objects.filter(ended_at=None, started_at__isnull=False).order_by("-reason", "id").first()
    printer = Printer.objects.order_by("-occupancy", "code").first()
    plan, plate = Plan.objects.order_by("-id").first(), BuildPlate.objects.annotate(parts=Count("items")).order_by("-parts", "-id").first()
    found = [Shot("why", f"/admin/why/run/{waits.pk}/")] if waits else []  # first: it waits for a moment only, and so does a plate to judge
    found += [Shot("outcome", f"/admin/runs/{busy.pk}/outcome/", in_all_looks=True)] if busy else []
    found += [
        Shot("today", "/admin/today/", in_all_looks=True),
        Shot("printers", "/admin/printers/", in_all_looks=True),
        Shot("orders", "/admin/orders/"),
        Shot("review", "/admin/review/"),
        Shot("notifications", "/admin/notifications/"),
        Shot("records", "/admin/records/"),
        Shot("records-attempts", "/admin/records/runs/run/"),
        Shot("shop", "/", is_shop=True, in_all_looks=True),
        Shot("finishing", "/admin/finishing/"),
        Shot("solo", "/admin/solo/"),
        Shot("first-run", "/admin/first-run/"),
    ]
    found += [Shot("order", f"/admin/orders/{order.number}/"), Shot("trace", f"/admin/timeline/intent/{order.pk}/")] if order else []
    found += [Shot("attempt", f"/admin/runs/{at_work.pk}/")] if at_work else []
    found += [Shot("printer", f"/admin/printers/{printer.code}/")] if printer else []
    found += [Shot("plan", f"/admin/plans/{plan.pk}/")] if plan else []
    found += [Shot("plate", f"/admin/plates/{plate.pk}/")] if plate else []
    return found


def session() -> dict[str, str]:
    """Return the cookie of a session of the demo's owner."""
    from django.conf import settings
    from django.test import Client

    from apps.accounts.models import Grant
    from apps.accounts.states import Role

    owner = Grant.objects.filter(role=Role.ADMIN, revoked_at=None).select_related("user").earliest("id").user
    client = Client()
    client.force_login(owner, backend=settings.AUTHENTICATION_BACKENDS[0])
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}


def looks(shot: Shot) -> Iterator[tuple[str, str]]:
    """Yield the sizes and themes in which a page is taken."""
    for size in SIZES if shot.in_all_looks else ("desktop",):
        yield from ((size, scheme) for scheme in (("light", "dark") if shot.in_all_looks else ("light",)))


def take(page: Page, url: str, to: Path) -> bool:
    """Take one picture as WebP; return whether the page is there."""
    answer = page.goto(url)
    if answer is None or not answer.ok:
        print(f"left out: {url} answers {answer.status if answer else 'nothing'}", file=sys.stderr)
        return False
    page.wait_for_timeout(1200)  # fonts, and live pages settling
    devtools = page.context.new_cdp_session(page)
    taken: dict[str, Any] = devtools.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    to.write_bytes(base64.b64decode(taken["data"]))
    if to.stat().st_size > MOST_OF_ONE:
        print(f"too heavy: {to.name} weighs {to.stat().st_size // 1024} KiB", file=sys.stderr)
    return True


def price_a_part(page: Page, url: str) -> str:
    """Send a part to the shop as a customer would and return the path of its page; empty where the shop has none."""
    from farmos.demo.shapes import bracket, stl

    page.goto(url)
    page.set_input_files("input[type=file]", {"name": "bracket.stl", "mimeType": "model/stl", "buffer": stl(bracket())})
    page.locator("form[data-drop] button[type=submit]").click()
    try:
        page.wait_for_url("**/parts/**", timeout=WAIT_MS)
    except PlaywrightError:
        link = page.locator("a[href*='/parts/']").first
        if not link.count():
            return ""
        link.click()
    return page.url.removeprefix(url)


def ask_for_a_look(browser: Browser, url: str) -> None:
    """Send a part with a hole as a customer would and ask the shop to look at it: what the page of reviews is about."""
    from farmos.demo.shapes import bracket, stl

    context = browser.new_context()
    page = context.new_page()
    page.goto(url)
    page.set_input_files("input[type=file]", {"name": "lid.stl", "mimeType": "model/stl", "buffer": stl(list(bracket())[:-3])})
    page.locator("form[data-drop] button[type=submit]").click()
    try:
        page.wait_for_url("**/parts/**", timeout=WAIT_MS)
        page.locator("button[value=review]").click(timeout=WAIT_MS)
        page.wait_for_load_state()
    except PlaywrightError as error:
        print(f"nobody asked for a look: {error}", file=sys.stderr)
    context.close()


def opened(browser: Browser, url: str, cookie: dict[str, str], shot: Shot, size: str, scheme: Any) -> BrowserContext:
    """Return a browser of one size and theme, signed in for the operators' pages."""
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")
    if not shot.is_shop:
        context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": url}])
    return context


def take_the_part(browser: Browser, url: str, cookie: dict[str, str]) -> None:
    """Take pictures of a part in the shop, with its price, in the browser of the customer who sent it."""
    part = Shot("part", "", is_shop=True, in_all_looks=True)
    for size, scheme in looks(part):
        context = opened(browser, url, cookie, part, size, scheme)
        page = context.new_page()
        if path := price_a_part(page, url):
            take(page, url + path, IMAGES / f"part-{size}-{scheme}.webp")
        context.close()


def main(arguments: Sequence[str]) -> int:
    """Take all pictures; fail when they weigh too much."""
    options = argparse.ArgumentParser(prog="python docs/screenshots.py", description=__doc__)
    options.add_argument("--data", required=True, help="the data directory of a demo that is up")
    options.add_argument("--url", required=True, help="the address it printed, such as http://127.0.0.1:8000")
    asked = options.parse_args(arguments)
    os.environ["FARMOS_DATA"] = str(Path(asked.data).resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "farmos.settings.dev")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps an event loop in this thread
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from apps.parts.models import FindingAnswer
    from apps.parts.states import AnswerKind

    url, cookie = asked.url.rstrip("/"), session()
    IMAGES.mkdir(exist_ok=True)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--disable-gpu", *sandbox])
        if not FindingAnswer.objects.filter(kind=AnswerKind.ASKED).exists():
            ask_for_a_look(browser, url)
        for shot in shots():
            for size, scheme in looks(shot):
                context = opened(browser, url, cookie, shot, size, scheme)
                take(context.new_page(), url + shot.path, IMAGES / f"{shot.name}-{size}-{scheme}.webp")
                context.close()
        take_the_part(browser, url, cookie)
        browser.close()
    weights = [image.stat().st_size for image in IMAGES.glob("*.webp")]
    print(f"{len(weights)} pictures, {sum(weights) / 1024 / 1024:.1f} MiB")
    return 0 if sum(weights) <= MOST_BYTES and max(weights) <= MOST_OF_ONE else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
