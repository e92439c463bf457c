"""Who may do what with slicer profiles."""

from __future__ import annotations

from apps.accounts.rights import ADMINS, ENGINEERS, EVERYBODY, PLANNING, declare, seen

declare(
    "profiles",
    acts={
        "define_profile": ENGINEERS,
        "create_version": ENGINEERS,
        "import_ini": ENGINEERS,
        "nominate_version": ENGINEERS,
        "promote_version": ENGINEERS,
        "promote_failing": ADMINS,  # a right beside the commands: promoting a candidate whose tests fail, with a reason
        "retire_version": ENGINEERS,
        "withdraw_version": PLANNING,
        "restore_version": PLANNING,
    },
    sights={
        "profile": seen(EVERYBODY),
        "profileversion": seen(EVERYBODY),
    },
)
