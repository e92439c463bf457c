"""Lighthouse on Today and on the storefront: performance, accessibility, best practices, and what the first view weighs.

Starts a demo farm, signs in as its owner, and runs Lighthouse (from npm, kept in the cache directory) with Debian's Chromium on both pages, as its
phone and as its desktop. Scores are Lighthouse's own, 0 to 100; the goal is 95. Weight is what the network carried for a first view.

Run: ``./farm bench lighthouse --json``.
"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.figures import Figure, emit
from farmos.supervisor.place import ROOT, Place
from farmos.supervisor.prepare import OWNER

VERSION = "12.8.2"
CATEGORIES = ("performance", "accessibility", "best-practices")
PAGES = {"today": "/admin/today/", "shop": "/"}
GOAL = 95.0
WEIGHT_GOAL_KB = 150.0
PATIENCE_S = 240.0


@contextmanager
def demo() -> Iterator[tuple[str, str]]:
    """Run a demo farm with orders in it; yield its address and the owner's password."""
    folder = Path(tempfile.mkdtemp(prefix="farmos-lighthouse-"))
    place = Place(folder)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "farmos.cli", "demo", "--data", str(folder)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + PATIENCE_S
        password = folder / "demo" / "password"
        while not (place.status().get("state") == "running" and password.exists()):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the demo did not start; see {folder}")
            time.sleep(0.2)
        time.sleep(15)  # orders are placed and plates composed: the board has something on it
        yield f"http://127.0.0.1:{(folder / 'demo' / 'port').read_text()}", password.read_text()
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        shutil.rmtree(folder, ignore_errors=True)


def signed_in(base: str, password: str) -> str:
    """Return the Cookie header of a session signed in through the real form."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = browser.open(f"{base}/admin/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if token is None:
        raise RuntimeError("the sign-in page has no form")
    form = {"email": OWNER, "password": password, "csrfmiddlewaretoken": token.group(1), "next": "/admin/"}
    browser.open(urllib.request.Request(f"{base}/admin/login/", urllib.parse.urlencode(form).encode(), {"Referer": base}))
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def program() -> Path:
    """Return Lighthouse's program, installed from npm into the cache directory at the first use."""
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "farmos" / f"lighthouse-{VERSION}"
    found = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not found.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", f"lighthouse@{VERSION}"], cwd=folder, check=True, stdout=sys.stderr)
    return found


def audit(url: str, *, cookie: str, desktop: bool) -> dict[str, Any]:
    """Return Lighthouse's report on one page."""
    flags = "--headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    command = [
        "node",
        str(program()),
        url,
        "--quiet",
        "--output=json",
        f"--chrome-flags={flags}",
        f"--only-categories={','.join(CATEGORIES)}",
    ]
    command += ["--preset=desktop"] if desktop else []
    command += [f"--extra-headers={json.dumps({'Cookie': cookie})}"] if cookie else []
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or "/usr/bin/chromium"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    report: dict[str, Any] = json.loads(done.stdout)
    if report["finalDisplayedUrl"].rstrip("/") != url.rstrip("/"):
        raise RuntimeError(f"{url} led to {report['finalDisplayedUrl']}: nothing was measured")
    return report


def figures(report: dict[str, Any], name: str) -> Iterator[Figure]:
    """Yield the scores of one report, and what the first view weighed; name what keeps a score under the goal on standard error."""
    for category in CATEGORIES:
        found = report["categories"][category]
        score = round(100 * found["score"])
        yield Figure("lighthouse", f"{name}: {category}", score, "of 100", goal=f">= {GOAL:.0f}", ok=score >= GOAL)
        if score < GOAL:
            bad = [ref["id"] for ref in found["auditRefs"] if ref["weight"] and (report["audits"][ref["id"]]["score"] or 0) < 0.9]
            print(f"{name}: {category} {score}: {', '.join(bad)}", file=sys.stderr)
    weight = report["audits"]["total-byte-weight"]["numericValue"] / 1024
    yield Figure("lighthouse", f"{name}: first view", round(weight, 1), "KB", goal=f"<= {WEIGHT_GOAL_KB:.0f}", ok=weight <= WEIGHT_GOAL_KB)


def main() -> None:
    """Measure both pages on both screens."""
    with demo() as (base, password):
        cookie = signed_in(base, password)
        for name, path in PAGES.items():
            for screen in ("phone", "desktop"):
                report = audit(base + path, cookie=cookie if name == "today" else "", desktop=screen == "desktop")
                for figure in figures(report, f"{name} on a {screen}"):
                    emit(figure)


if __name__ == "__main__":
    main()
