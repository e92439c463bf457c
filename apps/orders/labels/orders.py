"""Refusals about orders, their lines and components."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "order-number-taken",
    status=409,
    title=_("This order number is taken"),
    detail=_("The site already has an order with this number."),
    fix=_("Take the next number of the series."),
    constraint="one_order_per_number",
)
declare(
    "order-exists",
    status=409,
    title=_("This order exists"),
    detail=_("An order with this number came from the same shop already."),
    fix=_("Use the existing order; changes come as amendments."),
    constraint="one_order_per_external_reference",
)
declare(
    "quote-ordered",
    status=409,
    title=_("This quote was ordered already"),
    detail=_("A quote makes one order, and that order exists."),
    fix=_("Use the existing order, or ask for a new quote."),
    constraint="one_order_per_quote",
)
declare(
    "order-currency-invalid",
    status=422,
    title=_("That is not a currency"),
    detail=_("A currency is three capital letters."),
    fix=_("Use an ISO 4217 code such as EUR."),
    constraint="intent_currency_is_a_currency",
)
declare(
    "order-unnumbered",
    status=422,
    title=_("The order needs a number and a maker"),
    detail=_("An order names its number and who or what made it."),
    fix=_("Take the next number of the series and say who."),
    constraint="orders_have_a_number_and_a_maker",
)
declare(
    "order-without-customer",
    status=422,
    title=_("For which customer?"),
    detail=_("A customer's order names the customer."),
    fix=_("Choose the customer, or make it an order for stock or for the shop itself."),
    constraint="customer_orders_have_a_customer",
)
declare(
    "replacement-without-original",
    status=422,
    title=_("Which order does it replace?"),
    detail=_("A replacement names the order it replaces; no other order does."),
    fix=_("Name the original order."),
    constraint="replacements_name_what_they_replace",
)
declare(
    "channel-order-without-reference",
    status=422,
    title=_("What is the shop's own number?"),
    detail=_("An order from a shop channel keeps the channel's order number, so that it is taken in once."),
    fix=_("Send the channel's order number."),
    constraint="channel_orders_keep_their_reference",
)
declare(
    "order-price-inconsistent",
    status=422,
    title=_("The price does not add up"),
    detail=_("Shipping and tax are contained in the price and none of them is negative."),
    fix=_("Calculate the price again."),
    constraint="order_prices_contain_shipping_and_tax",
)
declare(
    "order-payment-undated",
    status=422,
    title=_("When was it paid?"),
    detail=_("An order in production says since when its price is settled or secured."),
    fix=_("Release it with its command."),
    constraint="paid_orders_say_when",
)
declare(
    "order-fulfilment-undated",
    status=422,
    title=_("When was it fulfilled?"),
    detail=_("A fulfilled order says when; no other order does."),
    fix=_("Fulfil it with its command."),
    constraint="fulfilled_orders_say_when",
)
declare(
    "order-cancellation-undated",
    status=422,
    title=_("When was it cancelled?"),
    detail=_("A cancelled order says when; no other order does."),
    fix=_("Cancel it with its command."),
    constraint="canceled_orders_say_when",
)
declare(
    "order-cancellation-without-reason",
    status=422,
    title=_("Why was it cancelled?"),
    detail=_("A cancelled order carries a reason and who cancelled it."),
    fix=_("Give both."),
    constraint="canceled_orders_carry_a_reason",
)
declare(
    "customer-details-exist",
    status=409,
    title=_("These details exist"),
    detail=_("The order already has customer details with this number."),
    fix=_("Use the next number."),
    constraint="one_customer_snapshot_per_number",
)
declare(
    "customer-details-number-invalid",
    status=422,
    title=_("Details start at 1"),
    detail=_("Customer details of an order are numbered from 1."),
    fix=_("Use 1 for those promised."),
    constraint="customer_snapshot_number_at_least_1",
)
declare(
    "customer-details-hash-invalid",
    status=422,
    title=_("That is not a SHA-256"),
    detail=_("What was agreed is proved by a SHA-256: 64 hexadecimal digits."),
    fix=_("Store the hash of the details' canonical JSON."),
    constraint="customer_snapshot_sha256_is_a_sha256",
)
declare(
    "customer-details-erasure-unsigned",
    status=422,
    title=_("Who erased them?"),
    detail=_("Erased details name who erased them and when."),
    fix=_("Give both."),
    constraint="erased_snapshots_say_who_and_when",
)
declare(
    "order-released",
    status=409,
    title=_("It is released already"),
    detail=_("The order may already be produced, on the basis its release names."),
    fix=_("Nothing needs to be done."),
    constraint="one_release_per_order",
)
declare(
    "release-unsigned",
    status=422,
    title=_("Who released it?"),
    detail=_("A release to production names who gave it."),
    fix=_("Say who."),
    constraint="releases_say_who",
)
declare(
    "line-position-taken",
    status=409,
    title=_("This line number is taken"),
    detail=_("The order already has a line with this number."),
    fix=_("Use the next number."),
    constraint="one_line_per_position",
)
declare(
    "line-position-invalid",
    status=422,
    title=_("Lines start at 1"),
    detail=_("A line number is a whole number from 1 on."),
    fix=_("Number the lines from 1."),
    constraint="line_item_position_at_least_1",
)
declare(
    "line-quantity-invalid",
    status=422,
    title=_("How many?"),
    detail=_("A quantity is a whole number from 1 on."),
    fix=_("Order one or more."),
    constraint="line_item_quantity_at_least_1",
)
declare(
    "line-empty",
    status=422,
    title=_("One of what?"),
    detail=_("A line names a part or a product."),
    fix=_("Choose a part, or give the product's SKU."),
    constraint="lines_say_what",
)
declare(
    "line-price-negative",
    status=422,
    title=_("Less than nothing"),
    detail=_("A price cannot be negative."),
    fix=_("Give a discount as a lower price."),
    constraint="line_prices_are_not_negative",
)
declare(
    "component-position-taken",
    status=409,
    title=_("This component number is taken"),
    detail=_("The line already has a component with this number."),
    fix=_("Use the next number."),
    constraint="one_component_per_position",
)
declare(
    "component-position-invalid",
    status=422,
    title=_("Components start at 1"),
    detail=_("A component number is a whole number from 1 on."),
    fix=_("Number the components from 1."),
    constraint="requirement_position_at_least_1",
)
declare(
    "component-quantity-invalid",
    status=422,
    title=_("How many per set?"),
    detail=_("A component is in a set at least once."),
    fix=_("Leave it out, or use 1 or more."),
    constraint="requirement_qty_per_set_at_least_1",
)
declare(
    "component-without-revision",
    status=422,
    title=_("Which revision of the part?"),
    detail=_("What is printed or machined here names the exact revision of the part."),
    fix=_("Choose the revision."),
    constraint="components_made_here_have_a_part_revision",
)
declare(
    "component-empty",
    status=422,
    title=_("One of what?"),
    detail=_("A component names a part revision, or the SKU that is bought or taken from stock."),
    fix=_("Give one of them."),
    constraint="components_say_what",
)
declare(
    "component-change-unexplained",
    status=422,
    title=_("By which change?"),
    detail=_("A component that replaces another names the change to the order that did so."),
    fix=_("Make the change as an amendment."),
    constraint="replaced_components_name_their_amendment",
)
