"""Who may do what in the shop. Visitors act on what is theirs by their cookie; roles say who else may look."""

from __future__ import annotations

from apps.accounts.rights import CUSTOMERS, INTEGRATORS, SERVICES, WORKERS, declare, seen

declare(
    "storefront",
    acts={
        "welcome_visitor": SERVICES,
        "admit_visitor": SERVICES,  # whoever is signed in, for the guest of their own browser
        "introduce_guest": SERVICES,
        "forget_visitor": SERVICES,
        "add_to_basket": CUSTOMERS,
        "change_basket_line": CUSTOMERS,
        "remove_basket_line": CUSTOMERS,
        "keep_offer": CUSTOMERS,
        "reorder": CUSTOMERS,
    },
    sights={
        "visitor": seen(WORKERS | INTEGRATORS, "site"),
        "basketline": seen(WORKERS | INTEGRATORS, "account__site", account="account"),
    },
)
