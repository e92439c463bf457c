"""What must be done before the first process starts: schema, static files, and on the very first start a shop with its owner.

On an unchanged tree it finds nothing to do. Several machines may start at once: one migrates, the others wait.
"""

from __future__ import annotations

import fcntl
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import available_timezones

import django
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection

from farmos.supervisor.place import Place

OWNER = "owner@localhost"
PASSWORD_BYTES = 12
MIGRATION_LOCK = 0x6661726D6D6967
"""'farmmig': the advisory lock of migrating processes on PostgreSQL."""


def say(text: str) -> None:
    """Tell the person what is being done."""
    print(text, flush=True)


@contextmanager
def alone() -> Iterator[None]:
    """Keep other machines and processes from preparing the same database meanwhile; they wait."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 0")
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
        return
    with (Path(settings.DATA_DIR) / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def database_is_gone() -> bool:
    """Did a farm run here whose SQLite file is not here any more (deleted, a disk not mounted, ``DATABASE_URL`` forgotten)?"""
    file = Path(str(connection.settings_dict["NAME"]))
    return connection.vendor == "sqlite" and not file.exists() and Place(Path(settings.DATA_DIR)).has_run()


def migrate() -> None:
    """Bring the schema up to date."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        say(f"Updating the database ({len(waiting)} steps) …")
        call_command("migrate", interactive=False, verbosity=0)


def collect_static_files() -> None:
    """Copy and compress the pages' static files, unless exactly these were collected before."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256(django.get_version().encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if not stamp.exists() or stamp.read_text() != digest.hexdigest():
        say("Collecting static files …")
        call_command("collectstatic", interactive=False, verbosity=0, clear=Path(settings.STATIC_ROOT).exists())
        stamp.write_text(digest.hexdigest())


def open_first_shop() -> None:
    """Give a new farm its shop and an owner who can sign in. The password is said once and kept nowhere."""
    from django.contrib.auth.hashers import make_password

    from apps.accounts.commands import open_shop
    from apps.accounts.models import Site
    from apps.journal import clock
    from apps.journal.context import Actor, Context

    if Site.objects.exists():
        return
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    ctx = Context(actor=Actor.service("setup"), now=clock.now(), key="open-first-shop", request_id="first-start", is_automatic=True)
    open_shop(ctx, name="My farm", owner_email=OWNER, owner_password_hash=make_password(password), time_zone=own_time_zone())
    say(f"This farm is new. Sign in as  {OWNER}  with the password  {password}  (it is shown only now; change it once you are in).")


def own_time_zone() -> str:
    """Return the IANA name of this machine's time zone, UTC where it does not say."""
    _root, _zoneinfo, name = str(Path("/etc/localtime").resolve()).partition("/zoneinfo/")
    return name if name in available_timezones() else "UTC"


def main() -> int:
    """Prepare; return the exit status."""
    from apps.journal import heartbeats

    if database_is_gone():
        say(
            f"A farm ran here before, but its database {connection.settings_dict['NAME']} is gone. An empty one will not be put in its place."
        )
        say("Bring it back from a backup (is its disk mounted? is DATABASE_URL forgotten?). For a new farm choose another --data DIR.")
        return 1
    try:
        with alone():
            migrate()
            open_first_shop()
    except DatabaseError as problem:
        say(f"The database cannot be used: {problem}".strip())
        return 1
    heartbeats.forget_own()
    collect_static_files()
    return 0
