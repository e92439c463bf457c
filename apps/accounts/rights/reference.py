"""The page of rights in ``docs/reference``."""

from __future__ import annotations

from collections.abc import Iterator

from apps.accounts.states import Role
from apps.journal import reference

from . import Roles, acts, sights

YES = "●"


def page() -> Iterator[str]:
    """Yield the lines of ``rights.md``: per app, which role may ask for which command and look at which records."""
    yield from ("# Rights", "")
    yield from (
        "A role holds at one site; so does every right it gives. `customer` stands for the members of the customer whose the thing is. What nobody",
        "may ask for, farmos does by itself. The tables are `apps/<app>/rights.py`.",
        "",
    )
    for config in reference.our_apps():
        rows = [(name, roles) for name, roles in acts().items() if name.startswith(f"{config.label}.")]
        looks = [
            (name, sight.roles | ({Role.CUSTOMER} if sight.account else set()))
            for name, sight in sights().items()
            if name.startswith(f"{config.label}.")
        ]
        if rows or looks:
            yield from (f"## {config.verbose_name} (`{config.name}`)", "")
            yield from reference.table("right", *(str(role.label) for role in Role), "only farmos itself")
            yield from (_line(name, roles) for name, roles in (*rows, *looks))
            yield ""


def _line(name: str, roles: Roles) -> str:
    return reference.row(f"`{name}`", *(YES if role in roles else "" for role in Role), "" if roles else YES)


reference.PAGES["rights.md"] = page
