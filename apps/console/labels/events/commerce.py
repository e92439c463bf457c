"""Sentences of quotes, orders, their money, models and customers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.accounts.states import Role
from apps.orders.states import AmendmentKind, CancelReason, Provider, ReleaseBasis, Source, WebhookState

from .words import say

say("PriceListReleased", _("Price list {key}, version {list_version}, is in force"), "banknote", key=True)
say("QuoteSent", _("A price was offered: {money}"), "file-text", key=True)
say("QuoteAccepted", _("The customer took the offer"), "check", key=True)
say("QuoteDeclined", _("The customer declined the offer"), "x")
say("QuoteExpired", _("The offer ended without an answer"), "clock")
say("QuoteSuperseded", _("The offer was replaced by a newer one"), "repeat")
say("IntentCreated", _("Order {order} came in: {pieces} pieces for {money}"), "package", key=True, source=Source)
say("IntentAwaitingPayment", _("It waits for {money}"), "credit-card", key=True)
say("CheckoutOpened", _("The customer was sent to pay {money}"), "credit-card", provider=Provider)
say("CheckoutReady", _("The customer can pay"), "credit-card")
say("CheckoutClosed", _("A way to pay was closed"), "credit-card")
say("WebhookStored", _("A payment provider wrote: {kind}"), "message-square", provider=Provider)
say("WebhookLeft", _("A payment provider's message: {state}"), "message-square", state=WebhookState)
say("PaymentReceived", _("Payment of {money} arrived"), "banknote", key=True, provider=Provider)
say("PaymentRejected", _("A payment did not work"), "credit-card", key=True, tone="amber", provider=Provider)
say("PaymentReviewRequired", _("{money} came that does not fit: a person decides"), "scan-eye", key=True, tone="violet")
say("PaymentReviewSettled", _("A person decided about money that did not fit"), "scan-eye", key=True, decision=True)
say("IntentPaid", _("Order {order} is settled or secured"), "circle-check", key=True)
say("IntentReleased", _("Released to production. Basis: {basis}"), "factory", key=True, basis=ReleaseBasis)
say("IntentAmended", _("The order was changed: {kind}"), "pencil", key=True, kind=AmendmentKind)
say("IntentFulfilled", _("Order {order} is complete"), "package-check", key=True, tone="green")
say("IntentReopened", _("A piece is owed again: order {order} is in production again"), "rotate-ccw", key=True, tone="amber")
say("IntentCanceled", _("Order {order} was cancelled: {reason}"), "circle-x", key=True, reason=CancelReason)
say("RefundRequested", _("{money} is to go back"), "undo-2", key=True)
say("RefundIssued", _("{money} went back"), "undo-2", key=True, provider=Provider)
say("RefundFailed", _("A refund did not work: somebody must see to it"), "octagon-alert", key=True, tone="red")
say("ModelIngested", _("A file was taken in"), "upload", key=True)
say("UploadRefused", _("The file cannot be used"), "octagon-alert", key=True, tone="red")
say("PreflightPassed", _("The model passed its check"), "scan-line", key=True)
say("PreflightWarned", _("The model passed its check with notes"), "scan-line", key=True, tone="amber")
say("PreflightFailed", _("The model cannot be made as it is"), "octagon-alert", key=True, tone="red")
say("ReviewResolved", _("A finding in the model was answered"), "clipboard-check", decision=True)
say("SiteOpened", _("The site was opened"), "house", key=True)
say("PersonAdded", _("Somebody can sign in"), "user")
say("PasswordChanged", _("Somebody changed their password"), "key-round")
say("RoleGranted", _("Somebody got a role: {role}"), "users", decision=True, role=Role)
say("RoleRevoked", _("Somebody lost a role: {role}"), "users", decision=True, role=Role)
say("AccountOpened", _("A customer opened an account"), "user")
say("GuestOpened", _("A customer orders as a guest"), "user")
say("MemberJoined", _("Somebody may act for a customer"), "users")
