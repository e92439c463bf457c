"""The codes of commerce and their labels."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PriceListState(models.TextChoices):
    """How far one version of a price list has come."""

    DRAFT = "draft", _("Draft")
    RELEASED = "released", _("In force")
    RETIRED = "retired", _("Retired")


class QuoteState(models.TextChoices):
    """How far a quote has come."""

    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")
    SUPERSEDED = "superseded", _("Replaced")


SETTLED_QUOTES = (QuoteState.ACCEPTED, QuoteState.DECLINED, QuoteState.EXPIRED, QuoteState.SUPERSEDED)
"""Ends of a quote."""


class Acceptance(models.TextChoices):
    """How the customer accepted a quote."""

    CLICK = "click", _("By a click")
    PAYMENT = "payment", _("By paying")
    PO_FILE = "po_file", _("By a purchase order")


class Source(models.TextChoices):
    """Where an order or quote came in."""

    STOREFRONT = "storefront", _("Storefront")
    API = "api", _("API")
    MANUAL = "manual", _("Entered by staff")
    SHOPIFY = "shopify", _("Shopify")
    ETSY = "etsy", _("Etsy")
    WOOCOMMERCE = "woocommerce", _("WooCommerce")


CHANNELS = (Source.SHOPIFY, Source.ETSY, Source.WOOCOMMERCE)
"""Sources with an order number of their own."""


class IntentKind(models.TextChoices):
    """Whom an order is for."""

    CUSTOMER = "customer", _("Customer order")
    STOCK = "stock", _("For stock")
    INTERNAL = "internal", _("For the shop itself")
    REPLACEMENT = "replacement", _("Replacement")


class Priority(models.TextChoices):
    """How urgent an order is."""

    RUSH = "rush", _("Rush")
    NORMAL = "normal", _("Normal")
    FILLER = "filler", _("When there is room")


class IntentState(models.TextChoices):
    """How far an order has come."""

    CREATED = "created", _("Received")
    AWAITING_PAYMENT = "awaiting_payment", _("Waiting for payment")
    PAID = "paid", _("In production")
    FULFILLED = "fulfilled", _("Shipped")
    CANCELED = "canceled", _("Cancelled")


OPEN_INTENTS = (IntentState.CREATED, IntentState.AWAITING_PAYMENT, IntentState.PAID)
"""Orders that are not over."""


class CancelReason(models.TextChoices):
    """Why an order was cancelled."""

    CUSTOMER_REQUEST = "CUSTOMER_REQUEST", _("Customer's wish")
    FRAUD = "FRAUD", _("Fraud")
    OUT_OF_CAPACITY = "OUT_OF_CAPACITY", _("No capacity")
    UNMANUFACTURABLE = "UNMANUFACTURABLE", _("Cannot be made")
    NONPAYMENT = "NONPAYMENT", _("Not paid")


class ReleaseBasis(models.TextChoices):
    """On what basis an order may be produced."""

    PREPAID = "prepaid", _("Paid in advance")
    DEPOSIT = "deposit", _("Deposit paid")
    CREDIT_TERMS = "credit_terms", _("On credit terms")
    FREE = "free", _("Free of charge")
    INTERNAL = "internal", _("For the shop itself")


class Component(models.TextChoices):
    """Where the pieces of a requirement come from."""

    PRINTED = "printed", _("Printed")
    MACHINED = "machined", _("Machined")
    PURCHASED = "purchased", _("Bought")
    STOCK = "stock", _("From stock")


MADE_HERE = (Component.PRINTED, Component.MACHINED)
"""Components that need a part revision."""


class ConstraintKind(models.TextChoices):
    """What a customer may ask of a part beside its shape."""

    NO_SUPPORT_MARKS_FACES = "no_support_marks_faces", _("No support marks on these faces")
    STRENGTH_AXIS = "strength_axis", _("Strong along this axis")
    COSMETIC_FACE = "cosmetic_face", _("This face must look good")
    WATERTIGHT = "watertight", _("Must hold water")
    CUSTOM = "custom", _("Special wish")


class PieceState(models.TextChoices):
    """Where one promised unit stands."""

    OWED = "owed", _("To make")
    PRINTING = "printing", _("Printing")
    COOLING = "cooling", _("Cooling")
    QA = "qa", _("In QA")
    PASSED = "passed", _("Passed")
    REWORK = "rework", _("Rework")
    SCRAPPED = "scrapped", _("Scrapped")
    PACKED = "packed", _("Packed")
    SHIPPED = "shipped", _("Shipped")
    CLOSED = "closed", _("Closed")
    CANCELED = "canceled", _("Cancelled")


TO_MAKE = (PieceState.OWED, PieceState.SCRAPPED)
"""Nothing usable exists: the unit is owed."""

IN_HAND = (PieceState.PRINTING, PieceState.COOLING, PieceState.QA, PieceState.PASSED, PieceState.REWORK, PieceState.PACKED)
"""Something is being made or exists here: the unit is allocated."""

DELIVERED = (PieceState.SHIPPED, PieceState.CLOSED)
"""The unit left the house."""

UNHAPPY_PIECES = (PieceState.REWORK, PieceState.SCRAPPED, PieceState.CANCELED)
"""States that carry a reason."""


class PieceFactKind(models.TextChoices):
    """What happened to a piece."""

    PROMISED = "promised", _("Promised")
    ADDED = "added", _("Added")
    ALLOCATED = "allocated", _("Put on a plate")
    UNALLOCATED = "unallocated", _("Taken off its plate")
    STARTED = "started", _("Printing started")
    NOT_MADE = "not_made", _("Not made after all")
    MADE = "made", _("Came off the printer")
    RECOVERED = "recovered", _("Good after all")
    RECEIVED = "received", _("Taken from stock or received")
    COOLED = "cooled", _("Cooled down")
    PASSED = "passed", _("Passed QA")
    REJECTED = "rejected", _("Rejected by QA")
    REWORKED = "reworked", _("Rework done")
    SCRAPPED = "scrapped", _("Scrapped")
    REOPENED = "reopened", _("Owed again")
    PACKED = "packed", _("Packed")
    SHIPPED = "shipped", _("Shipped or handed over")
    CLAIMED = "claimed", _("Customer complained")
    CLOSED = "closed", _("Closed")
    CANCELED = "canceled", _("Cancelled")


class AmendmentKind(models.TextChoices):
    """What an amendment changes about a promise."""

    CANCEL_QTY = "cancel_qty", _("Fewer pieces")
    ADD_QTY = "add_qty", _("More pieces")
    SUBSTITUTE = "substitute", _("Something else instead")
    PART_REVISION = "part_revision", _("Newer revision of the part")
    ADDRESS = "address", _("Other address")
    DUE = "due", _("Other date")
    PRICE = "price", _("Other price")


class PaymentStatus(models.TextChoices):
    """What the ledger says about an order's money; never stored."""

    UNPAID = "unpaid", _("Unpaid")
    PENDING = "pending", _("Pending")
    REVIEW = "review", _("Being checked")
    PAID = "paid", _("Paid")
    PARTIALLY_REFUNDED = "partially_refunded", _("Partly refunded")
    REFUNDED = "refunded", _("Refunded")
    DISPUTED = "disputed", _("Disputed")


class LedgerKind(models.TextChoices):
    """What kind of entry in the money ledger. Amounts are seen from the shop: what comes in or is billed is positive."""

    PAYMENT = "payment", _("Payment")
    REFUND = "refund", _("Refund")
    REFUND_REVERSAL = "refund_reversal", _("Refund that failed")
    FEE = "fee", _("Fee")
    FEE_REVERSAL = "fee_reversal", _("Fee given back")
    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")
    DISPUTE = "dispute", _("Money withdrawn by a dispute")
    DISPUTE_REVERSAL = "dispute_reversal", _("Money back from a dispute")


INCOMING = (
    LedgerKind.PAYMENT,
    LedgerKind.REFUND_REVERSAL,
    LedgerKind.FEE_REVERSAL,
    LedgerKind.INVOICE,
    LedgerKind.DISPUTE_REVERSAL,
)
"""Kinds with a positive amount; all others are negative."""

NUMBERED = (LedgerKind.INVOICE, LedgerKind.CREDIT_NOTE)
"""Kinds with a number from a gap-free series."""

CORRECTIONS = (
    LedgerKind.REFUND,
    LedgerKind.REFUND_REVERSAL,
    LedgerKind.FEE_REVERSAL,
    LedgerKind.CREDIT_NOTE,
    LedgerKind.DISPUTE,
    LedgerKind.DISPUTE_REVERSAL,
)
"""Kinds that take back another entry, wholly or in part."""


class SeriesKind(models.TextChoices):
    """What is numbered without gaps, per site."""

    QUOTE = "quote", _("Quotes")
    ORDER = "order", _("Orders")
    INVOICE = "invoice", _("Invoices")
    CREDIT_NOTE = "credit_note", _("Credit notes")
    PLATE = "plate", _("Plates")


class Provider(models.TextChoices):
    """Who moves money for the shop."""

    MANUAL = "manual", _("By hand")
    TEST = "test", _("Test payments")


class CheckoutState(models.TextChoices):
    """How far one way to pay has come."""

    REQUESTED = "requested", _("Being opened")
    OPEN = "open", _("Open")
    COMPLETED = "completed", _("Completed")
    EXPIRED = "expired", _("No longer open")
    FAILED = "failed", _("Could not be opened")


OPEN_CHECKOUTS = (CheckoutState.REQUESTED, CheckoutState.OPEN)
"""Checkouts a customer may still pay by."""


class WebhookState(models.TextChoices):
    """What became of a provider's message."""

    STORED = "stored", _("To be applied")
    APPLIED = "applied", _("Applied")
    IGNORED = "ignored", _("Nothing to do")
    PARKED = "parked", _("Waits for the payment it is about")
    REVIEW = "review", _("A person decides")


class RefundState(models.TextChoices):
    """How far giving money back has come."""

    REQUESTED = "requested", _("To be sent")
    ISSUED = "issued", _("Sent back")
    FAILED = "failed", _("Did not work")


class RefundReason(models.TextChoices):
    """Why money goes back."""

    CANCELED = "canceled", _("Order cancelled")
    FEWER = "fewer", _("Fewer pieces")
    LATE = "late", _("Paid after the order was cancelled")
    REVIEW = "review", _("The payment did not fit")
    GOODWILL = "goodwill", _("Goodwill")
    OUTSIDE = "outside", _("Given back at the provider's own page")
