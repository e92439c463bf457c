"""``./farm doctor``: look at everything a farm stands on and say, in plain words, what is wrong and what to do."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from farmos.supervisor.place import ROOT, Place

from .install import FILES, VENV, is_complete
from .manage import environment_of

OK, WARNING, BAD = "ok", "warning", "wrong"
SIGNS = {OK: "✓", WARNING: "!", BAD: "✗"}
LEAST_FREE_GB = 2.0
TIGHT_FREE_GB = 10.0
GB = 1024**3
NEED_THE_DATABASE = ("database", "roles", "event log")
"""Checks that are left out when the database is unusable: they could only repeat it in worse words."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at: how it is (ok, warning or wrong), what it is, and what was found."""

    state: str
    what: str
    found: str


def supported_machine() -> Iterator[Finding]:
    """Is this the system farmos is tested on? Others may well work; say what differs."""
    release = platform.freedesktop_os_release() if hasattr(platform, "freedesktop_os_release") and Path("/etc/os-release").exists() else {}
    name = release.get("PRETTY_NAME", platform.system())
    tested = release.get("ID") == "debian" and release.get("VERSION_ID") == "12"
    yield Finding(
        OK if tested else WARNING, "system", name if tested else f"{name}; farmos is tested on Debian 12, so tell us what does not work"
    )
    version = platform.python_version()
    same = sys.version_info[:2] == (3, 11)
    yield Finding(OK if same else WARNING, "Python", version if same else f"{version}; farmos is tested with 3.11")
    if os.geteuid() == 0:
        yield Finding(WARNING, "user", "you are root; a farm needs no such rights, give it a user of its own")


def environment() -> Iterator[Finding]:
    """Are the pinned packages installed?"""
    wanted = "dev" if is_complete("dev") else "run"
    if not is_complete(wanted):
        yield Finding(BAD, "packages", f"{VENV} is not what {FILES['run'][0]} says; any ./farm verb installs it")
        return
    wrong = list(_differing(FILES[wanted]))
    if wrong:
        yield Finding(BAD, "packages", f"changed by hand: {', '.join(wrong)}; remove {VENV} and run this again")
    else:
        yield Finding(OK, "packages", f"as pinned in {' and '.join(FILES[wanted])}")


def _differing(files: Sequence[str]) -> Iterator[str]:
    from packaging.requirements import Requirement

    for line in (line for name in files for line in (ROOT / name).read_text().splitlines()):
        if not line or line.startswith("#"):
            continue
        pinned = Requirement(line)
        if pinned.marker is not None and not pinned.marker.evaluate():
            continue
        try:
            installed = metadata.version(pinned.name)
        except metadata.PackageNotFoundError:
            installed = "missing"
        if not pinned.specifier.contains(installed if installed != "missing" else "0", prereleases=True):
            yield f"{pinned.name} {installed} (pinned {pinned.specifier})"


def data_directory(place: Place) -> Iterator[Finding]:
    """Can the farm write, and is there room?"""
    if not os.access(place.data, os.W_OK):
        yield Finding(BAD, "data", f"{place.data} cannot be written; give it to the user that runs the farm")
        return
    free = shutil.disk_usage(place.data).free / GB
    state = OK if free >= TIGHT_FREE_GB else WARNING if free >= LEAST_FREE_GB else BAD
    yield Finding(state, "data", f"{place.data}, {free:.0f} GB free{'' if state == OK else '; make room, models and G-code need it'}")


def missing_database(place: Place) -> Finding | None:
    """Return what to say when the SQLite file is not there: opening it would quietly make an empty one."""
    from django.db import connection

    file = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor != "sqlite" or file.exists():
        return None
    if place.has_run():
        return Finding(BAD, "database", f"{file} is gone; bring it back from a backup (is its disk mounted?) before you start the farm")
    return Finding(BAD, "database", f"there is none yet; make it with ./farm up --data {place.data}")


def database(place: Place) -> Iterator[Finding]:
    """Does the database answer, is its schema current, are its guards on?"""
    from django.db import connection

    from apps.journal import immutable
    from farmos import health

    if problem := health.said(health.database_problem):
        damaged = connection.vendor == "sqlite" and ("malformed" in problem or "not a database" in problem)
        fix = "; stop the farm, put the file aside and bring the last backup back" if damaged else ""
        yield Finding(BAD, "database", problem + fix)
        return
    yield Finding(OK, "database", connection.vendor)
    if problem := health.said(health.migrations_problem):
        yield Finding(BAD, "schema", f"{problem} (./farm up does that by itself)")
        return
    yield Finding(OK, "schema", "current")
    missing = immutable.missing(connection)
    manage = f"./farm manage --data {place.data}"
    told = f"run: {manage} migrate   and, for what was changed meanwhile: {manage} verify_log"
    guards = f"missing on {', '.join(missing)}; {told}" if missing else "append-only tables are guarded"
    yield Finding(BAD if missing else OK, "guards", guards)


def processes(place: Place) -> Iterator[Finding]:
    """Does the farm run, and does its broker answer?"""
    from farmos import health

    if not place.is_held():
        yield Finding(WARNING, "farm", f"does not run here; start it with ./farm up --data {place.data}")
        return
    yield Finding(OK, "farm", f"runs ({place.describe()})")
    problem = health.said(health.broker_problem)
    yield Finding(BAD if problem else OK, "broker", problem or "answers")


def signs_of_life(place: Place) -> Iterator[Finding]:
    """Does each role of a running farm show signs of life?"""
    from farmos import health
    from farmos.supervisor import roles

    if not place.is_held():
        return
    ages = health.heartbeat_ages()
    early = place.status().get("roles", {})
    for role in roles.expected():
        wrong = health.heartbeat_problem(ages.get(role))
        deaths = early.get(role, {}).get("early_deaths", 0)
        more = f"; it died {deaths} times in a row, see {place.logs / role}.log" if deaths > 1 else ""
        yield Finding(BAD if wrong else OK, role, (wrong or f"alive {ages[role]:.0f} s ago") + more)


def log_of_events(place: Place) -> Iterator[Finding]:
    """Does the event log still have the head that was signed and exported last, and is anything owed given up?"""
    from apps.journal.models import Delivery
    from apps.journal.states import DeliveryState

    yield _head(f"./farm manage --data {place.data} verify_log")
    dead = Delivery.objects.filter(state=DeliveryState.DEAD).count()
    yield Finding(
        WARNING if dead else OK,
        "owed work",
        f"{dead} given up, waiting for a person: open /admin/given-up/" if dead else "nothing given up",
    )


def _head(verify: str) -> Finding:
    from apps.journal import heads, queries, verification
    from apps.journal.models import Event

    head, count = heads.last(), f"{queries.feed_position()} events"
    if (edited := verification.edited_lately()) is not None:
        return Finding(BAD, "event log", f"{count}; {edited.explanation} Run: {verify}")
    if head is None:
        return Finding(OK, "event log", f"{count}; no head was exported yet (every hour)")
    chain = Event.objects.filter(feed_seq=head.seq).values_list("chain_hash", flat=True).first()
    if chain is None or bytes(chain).hex() != head.chain_hash:
        return Finding(BAD, "event log", f"{count}; the head signed at event {head.seq} DIFFERS: the log was altered. Run: {verify}")
    return Finding(OK, "event log", f"{count}; the head signed at event {head.seq} agrees (every single event: {verify})")


def checks(place: Place) -> Iterator[tuple[str, Callable[[], Iterator[Finding]]]]:
    """Yield every check with the name under which its own failure is reported."""
    yield "system", supported_machine
    yield "packages", environment
    yield "data", lambda: data_directory(place)
    yield "database", lambda: database(place)
    yield "processes", lambda: processes(place)
    yield "roles", lambda: signs_of_life(place)
    yield "event log", lambda: log_of_events(place)


def look(place: Place) -> Iterator[Finding]:
    """Run every check that can be run; one that fails itself is a finding too."""
    gone = missing_database(place)
    if gone is not None:
        yield gone
    is_usable = gone is None
    for name, check in checks(place):
        if name in NEED_THE_DATABASE and not is_usable:
            continue
        try:
            for finding in check():
                yield finding
                is_usable = is_usable and not (finding.state == BAD and finding.what in ("database", "schema"))
        except Exception as problem:
            yield Finding(BAD, name, f"could not be looked at: {type(problem).__name__}: {problem}")


def main(arguments: Sequence[str]) -> int:
    """Run the verb; return 0 when nothing is wrong, 1 otherwise."""
    options = argparse.ArgumentParser(prog="./farm doctor", description="Look at everything and say what is wrong.")
    options.add_argument("--data", help="which farm (default: FARMOS_DATA, else ./data beside the code)")
    place = Place.chosen(options.parse_args(arguments).data)
    if not place.run.is_dir():
        print(f"There is no farm in {place.data} yet. Start one with:  ./farm up --data {place.data}")
        return 1
    os.environ.update(environment_of(place) | {"FARMOS_LOG_LEVEL": "ERROR"})
    import django

    django.setup()
    findings = []
    for finding in look(place):
        findings.append(finding)
        print(f"{SIGNS[finding.state]} {finding.state:<8} {finding.what:<10} {finding.found}", flush=True)
    wrong = sum(finding.state == BAD for finding in findings)
    warnings = sum(finding.state == WARNING for finding in findings)
    calm = f"Nothing is wrong; {warnings} of {len(findings)} things deserve a look." if warnings else "Everything is as it should be."
    print(f"{wrong} of {len(findings)} things are wrong." if wrong else calm)
    return 1 if wrong else 0
