"""Refusals about changes to orders and about pieces."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "amendment-exists",
    status=409,
    title=_("This change exists"),
    detail=_("The order already has a change with this number."),
    fix=_("Use the next number."),
    constraint="one_amendment_per_number",
)
declare(
    "customer-details-used",
    status=409,
    title=_("These details belong to another change"),
    detail=_("New customer details come with one change of the order."),
    fix=_("Store new details for this change."),
    constraint="one_amendment_per_customer_snapshot",
)
declare(
    "amendment-number-invalid",
    status=422,
    title=_("Changes start at 1"),
    detail=_("Changes to an order are numbered from 1."),
    fix=_("Use 1 for the first one."),
    constraint="amendment_number_at_least_1",
)
declare(
    "amendment-unsigned",
    status=422,
    title=_("Who changed it?"),
    detail=_("A change to an order names who made it."),
    fix=_("Say who."),
    constraint="amendments_say_who",
)
declare(
    "amendment-without-address",
    status=422,
    title=_("To which address?"),
    detail=_("A change of address carries the new customer details; no other change does."),
    fix=_("Give the new address."),
    constraint="changes_of_address_carry_it",
)
declare(
    "amendment-without-date",
    status=422,
    title=_("To which date?"),
    detail=_("A change of date carries the new date; no other change does."),
    fix=_("Give the new date."),
    constraint="changes_of_date_carry_it",
)
declare(
    "amendment-without-price",
    status=422,
    title=_("By how much?"),
    detail=_("A change of price makes the price higher or lower."),
    fix=_("Give the difference."),
    constraint="changes_of_price_change_it",
)
declare(
    "amendment-line-exists",
    status=409,
    title=_("This component is in it already"),
    detail=_("A change names each component once."),
    fix=_("Put both changes of the component into one line."),
    constraint="an_amendment_names_a_component_once",
)
declare(
    "amendment-line-empty",
    status=422,
    title=_("Nothing changes"),
    detail=_("A line of a change adds or cancels pieces, or carries a new value."),
    fix=_("Leave the line out."),
    constraint="amendment_lines_change_something",
)
declare(
    "piece-exists",
    status=409,
    title=_("This piece exists"),
    detail=_("The component already has a piece with this number."),
    fix=_("Use the next number."),
    constraint="one_piece_per_number",
)
declare(
    "place-allocated",
    status=409,
    title=_("This place makes another piece"),
    detail=_("One place on a plate makes one piece."),
    fix=_("Use another place."),
    constraint="a_plate_item_makes_one_piece",
)
declare(
    "piece-number-invalid",
    status=422,
    title=_("Pieces start at 1"),
    detail=_("Pieces of a component are numbered from 1."),
    fix=_("Number them from 1."),
    constraint="piece_number_at_least_1",
)
declare(
    "piece-without-reason",
    status=422,
    title=_("Why?"),
    detail=_("A piece in rework, scrapped or cancelled carries a reason."),
    fix=_("Choose the reason."),
    constraint="unhappy_pieces_carry_a_reason",
)
declare(
    "piece-over-on-plate",
    status=409,
    title=_("It is on a plate"),
    detail=_("A shipped, closed or cancelled piece is made by no plate any more."),
    fix=_("Take it off its plate first."),
    constraint="pieces_that_are_over_are_on_no_plate",
)
declare(
    "piece-fact-without-reason",
    status=422,
    title=_("Why?"),
    detail=_("A fact that sends a piece to rework, scrap or cancellation carries a reason."),
    fix=_("Choose the reason."),
    constraint="unhappy_piece_facts_carry_a_reason",
)
declare(
    "piece-fact-without-origin",
    status=422,
    title=_("From which state?"),
    detail=_("Only the promise of a piece comes from nowhere; every later fact says from which state it moved."),
    fix=_("Give the state it was in."),
    constraint="only_first_facts_come_from_nowhere",
)
declare(
    "piece-fact-without-note",
    status=422,
    title=_("What did you see?"),
    detail=_("A reason that is not known needs a note, so that somebody can find out later."),
    fix=_("Write what you saw."),
    constraint="unknown_piece_reasons_carry_a_note",
)
declare(
    "piece-fact-unsigned",
    status=422,
    title=_("Who said so?"),
    detail=_("A fact about a piece names who or what recorded it."),
    fix=_("Say who."),
    constraint="piece_facts_say_who",
)
declare(
    "piece-promised",
    status=409,
    title=_("It is promised already"),
    detail=_("A piece is promised or added once."),
    fix=_("Add a further piece instead."),
    constraint="a_piece_is_promised_once",
)
declare(
    "piece-not-owed",
    status=409,
    title=_("It is not to be made"),
    detail=_("Only a piece that is still to be made goes on a plate; this one is: {state}."),
    fix=_("Choose another piece."),
)
declare(
    "piece-allocated",
    status=409,
    title=_("It is on a plate already"),
    detail=_("Another plate is to make this piece."),
    fix=_("Choose another piece, or take it off that plate first."),
)
