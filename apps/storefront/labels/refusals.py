"""What the shop says when it or the database refuses something."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

NOTES_TOO_LONG = _("is longer than %(most)d characters")

declare(
    "visitor-known",
    status=409,
    title=_("This guest is known already"),
    detail=_("A guest is one browser's."),
    fix=_("Open the shop again."),
    constraint="one_visitor_per_guest",
)
declare(
    "basket-quantity-invalid",
    status=422,
    title=_("How many?"),
    detail=_("A part in the basket is wanted once or more."),
    fix=_("Say how many, or take it out."),
    constraint="basket_line_quantity_at_least_1",
)
declare(
    "basket-full",
    status=409,
    title=_("The basket is full"),
    detail=_("A basket holds at most {most} different parts."),
    fix=_("Order what is in it, then go on."),
)
declare(
    "basket-changed",
    status=409,
    title=_("Your basket changed meanwhile"),
    detail=_(
        "Something in the basket was changed or ordered since this page was opened, perhaps in another window. Nothing was ordered or charged."
    ),
    fix=_("Look at the basket as it is now."),
)
declare(
    "basket-line-ordered",
    status=409,
    title=_("This part is ordered already"),
    detail=_("The part was ordered, perhaps in another window, and is no longer in the basket."),
    fix=_("Look at your orders, or put it into the basket again."),
)
declare(
    "upload-nothing-chosen",
    status=422,
    title=_("No file was chosen"),
    detail=_("The form came without a file. Nothing was stored."),
    fix=_("Choose one or more files, then send."),
)
declare(
    "upload-too-many",
    status=422,
    title=_("Too many files at once"),
    detail=_("{count} files were sent together, at most {most} are taken. None was stored."),
    fix=_("Send them in smaller groups."),
)
declare(
    "visitors-too-many",
    status=429,
    title=_("Very many visitors just now"),
    detail=_("More people began to send files within the last hour than the shop expects. Nothing was stored."),
    fix=_("Try again in a few minutes, or sign in."),
)
declare(
    "order-change-elsewhere",
    status=403,
    title=_("Whoever ordered it can change it"),
    detail=_("This link shows the order. Only people who may order for this customer can change it."),
    fix=_("Sign in as one of them, or ask them. The link in their sign-in mail is enough."),
)
declare(
    "reorder-elsewhere",
    status=403,
    title=_("Order it again where you ordered it"),
    detail=_("This link shows the order, but the files belong to whoever sent them."),
    fix=_("Open it in the browser you ordered in, or sign in."),
)
