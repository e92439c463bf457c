"""``./farm manage reset_password EMAIL``: let somebody in again who lost their password."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts import commands
from apps.accounts.models import User
from apps.journal import clock
from apps.journal.context import Actor, Context

PASSWORD_BYTES = 12


class Command(BaseCommand):
    """Give a person a new password, say it once, and end their sessions; the event log keeps that it was done here."""

    help = "Give somebody who lost their password a new one, which is shown once. Their sessions end."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the e-mail address."""
        parser.add_argument("email", help="with which they sign in, e.g. owner@localhost")

    def handle(self, *args: Any, **options: Any) -> None:
        """Change it and print it.

        Raises:
            CommandError: nobody has this address.
        """
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError(f"Nobody signs in with {options['email']}.")
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        once = uuid4().hex
        ctx = Context(actor=Actor.service("setup"), now=clock.now(), key=once, request_id=f"reset-password-{once}", is_automatic=False)
        commands.change_password(ctx, user_id=user.pk, password_hash=make_password(password), expected_version=user.version)
        self.stdout.write(f"{user.email} signs in with the password  {password}  now (it is shown only now; change it once you are in).")
