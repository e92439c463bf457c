"""The toy app's words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "jar-full",
    status=409,
    title=_("The jar is full"),
    detail=_("{bolts} more bolts do not fit: there is room for {room}."),
    fix=_("Add fewer, or start another jar."),
)
declare(
    "jar-open-already",
    status=409,
    title=_("Such a jar is open"),
    detail=_("Another open jar has this label."),
    fix=_("Seal that one first or choose another label."),
    constraint="one_open_jar_per_label",
)
declare(
    "jar-sealed-by-nobody",
    status=422,
    title=_("Nobody sealed it"),
    detail=_("A sealed jar names who sealed it."),
    fix=_("Say who seals it."),
    constraint="sealed_jars_name_who",
)
declare(
    "jar-below-zero",
    status=409,
    title=_("Fewer than none"),
    detail=_("A jar cannot hold fewer than no bolts."),
    fix=_("Take fewer out."),
    constraint="jar_bolts_at_least_0",
)
declare(
    "addition-of-nothing",
    status=422,
    title=_("Nothing added"),
    detail=_("An addition is at least one bolt."),
    fix=_("Add one or more."),
    constraint="addition_bolts_at_least_1",
)
