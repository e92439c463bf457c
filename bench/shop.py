"""How long a customer waits from sending a file to seeing its price: models of 100,000 triangles, no two alike.

The pages are asked as a browser asks them (send, look until the check is over, open the part); one worker does what is owed, and the check runs
in its confined process. What is owed after the check, such as drawing pictures, is over before the next file is sent.

Run: ``./farm bench shop [--files 20] --json``.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from typing import Any

import numpy as np

from bench.figures import Figure, cpu_seconds, emit, median, percentile

GOAL_S = 2.0
_ROUND = 316
"""Steps around the model: 2 * 316 * 158 triangles."""


def main() -> None:
    """Measure in a process of its own with a fresh farm."""
    if "--measure" in sys.argv:
        measure()
        return
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "FARMOS_STORE_URL")}
        environment = {**kept, "FARMOS_DATA": folder, "DJANGO_SETTINGS_MODULE": "farmos.settings.test"}
        subprocess.run([sys.executable, "-m", "bench.shop", "--measure", *sys.argv[1:]], env=environment, check=True)


def measure() -> None:
    """Send files one after the other and say how long each took."""
    import django

    django.setup()
    _open_shop()
    is_over = threading.Event()
    worker = threading.Thread(target=_work, args=(is_over,))
    worker.start()
    try:
        asked = argparse.ArgumentParser()
        asked.add_argument("--files", type=int, default=20)
        number = asked.parse_known_args()[0].files
        _seconds(0)  # the first finds everything cold
        before = _spent()
        times = [_seconds(n) for n in range(1, number + 1)]
        spent = round(_spent() - before, 2)
    finally:
        is_over.set()
        worker.join()
    to_price, pages = [one[0] for one in times], [one[1] for one in times]
    p95 = round(percentile(to_price, 0.95), 3)
    emit(Figure("shop", "file to price, 100k triangles, median", median(to_price), "s", n=number, cpu_s=spent))
    emit(Figure("shop", "processor time of a file, its pictures included", round(spent / number, 2), "s", n=number))
    emit(Figure("shop", "file to price, 100k triangles, p95", p95, "s", f"<= {GOAL_S}", p95 <= GOAL_S, n=number))
    emit(Figure("shop", "page with findings, options and price, p95", round(percentile(pages, 0.95) * 1000, 1), "ms", n=number))


def _spent() -> float:
    """Return the processor seconds used so far, those of ended checks included."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return cpu_seconds() + ended.ru_utime + ended.ru_stime


def _open_shop() -> None:
    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command

    from apps.accounts import commands as accounts
    from apps.journal import clock
    from apps.journal.context import Actor, Context

    call_command("migrate", verbosity=0)
    ctx = Context(actor=Actor.service("bench"), now=clock.now(), key="shop")
    accounts.open_shop(ctx, name="Bench", owner_email="owner@example.org", owner_password_hash=make_password("not-a-secret"))
    call_command("starter", verbosity=0)


def _work(is_over: threading.Event) -> None:
    from django.db import connections

    from apps.journal import lanes

    while not is_over.is_set():
        if not lanes.hand_out_next("default"):
            time.sleep(0.01)
    connections.close_all()


def _seconds(n: int) -> tuple[float, float]:
    """Return how long one file took to its price, and how long the last page of these took."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    from apps.journal.models import Delivery

    content, browser = _model(n), Client()
    began = time.perf_counter()
    where = browser.post("/", {"key": f"bench-{n}", "files": SimpleUploadedFile(f"model-{n}.stl", content)})["Location"]
    while (answer := browser.get(where)).status_code != 303:
        time.sleep(0.05)
    opened = time.perf_counter()
    page: Any = browser.get(answer["Location"])
    ended = time.perf_counter()
    if b'class="price"' not in page.content:
        raise SystemExit("The part has no price.")
    while Delivery.objects.filter(state__in=["pending", "leased"]).exists():
        time.sleep(0.05)
    return ended - began, ended - opened


def _model(n: int) -> bytes:
    """Return a closed, bumpy ball of about 100,000 triangles as binary STL; each number gives another one."""
    from apps.parts.domain.mesh.stl import write_stl

    around, down = np.meshgrid(np.linspace(0, 2 * np.pi, _ROUND + 1), np.linspace(0, np.pi, _ROUND // 2 + 1), indexing="ij")
    radius = 30 * (1 + 0.1 * np.sin(8 * around) * np.sin(down) ** 2 * np.sin((5 + n % 7) * down)) + n * 0.01
    points = np.stack([np.cos(around) * np.sin(down), np.sin(around) * np.sin(down), np.cos(down)], axis=-1) * radius[..., None]
    points[-1], points[:, 0], points[:, -1] = points[0], points[0, 0], points[0, -1]
    one, two, three, four = points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:]
    faces = np.concatenate([np.stack([one, four, three], axis=2).reshape(-1, 3, 3), np.stack([one, three, two], axis=2).reshape(-1, 3, 3)])
    sides = np.cross(faces[:, 1] - faces[:, 0], faces[:, 2] - faces[:, 0])
    file = io.BytesIO()
    write_stl(faces[np.linalg.norm(sides, axis=1) > 1e-12].astype(np.float32), file)
    return file.getvalue()


if __name__ == "__main__":
    main()
