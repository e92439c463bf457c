"""What can be done with price lists, quotes, orders and their money."""

from __future__ import annotations

from apps.orders.domain.requests import CustomerDetails, QuoteRequestLine

from .amending import FewerPieces, amend_cancel_qty, cancel_intent
from .checkouts import close_checkout, fail_checkout, open_checkout, record_session
from .internal import order_internally
from .price_lists import release_price_list
from .quotes import decline_quote, expire_quote, issue_quote
from .receiving import record_manual_payment, settle_payment_review
from .refunds import fail_refund, issue_refund, request_refund
from .releasing import release_intent
from .taking import accept_quote
from .webhooks import apply_webhook, store_webhook

__all__ = [
    "CustomerDetails",
    "FewerPieces",
    "QuoteRequestLine",
    "accept_quote",
    "amend_cancel_qty",
    "apply_webhook",
    "cancel_intent",
    "close_checkout",
    "decline_quote",
    "expire_quote",
    "fail_checkout",
    "fail_refund",
    "issue_quote",
    "issue_refund",
    "open_checkout",
    "order_internally",
    "record_manual_payment",
    "record_session",
    "release_intent",
    "release_price_list",
    "request_refund",
    "settle_payment_review",
    "store_webhook",
]
