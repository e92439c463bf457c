"""Who may do what with files."""

from __future__ import annotations

from apps.accounts.rights import ADMINS, EVERYBODY, SERVICES, declare, seen

declare(
    "artifacts",
    acts={
        "store_artifact": SERVICES,
        "purge_artifact": ADMINS,
        "collect_orphans": SERVICES,
        "report_damage": SERVICES,
        "report_repair": SERVICES,
    },
    sights={
        "artifact": seen(EVERYBODY),
        "inlinecontent": seen(EVERYBODY),
        "artifactparent": seen(EVERYBODY),
        "artifactdamage": seen(EVERYBODY),
        "stageartifact": seen(EVERYBODY, "site"),
        "stageparent": seen(EVERYBODY, "child__site"),
    },
)
