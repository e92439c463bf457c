"""Addresses of pages about orders, plans, approvals, reviews and timelines."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.console.views import (
    approvals,
    decision,
    hold_acts,
    order,
    order_acts,
    order_changes,
    orders,
    plan,
    plan_acts,
    plans,
    review,
    timeline,
    why,
)

urlpatterns: list[URLPattern] = [
    path("orders/", orders.Orders.as_view(), name="orders"),
    path("orders/<uuid:intent_id>/do/pay", order_acts.Pay.as_view(), name="pay"),
    path("orders/<uuid:intent_id>/do/release", order_acts.Release.as_view(), name="release"),
    path("orders/<uuid:intent_id>/do/fewer", order_acts.Fewer.as_view(), name="amend-fewer"),
    path("orders/<uuid:intent_id>/do/refund", order_acts.Refund.as_view(), name="request-refund"),
    path("orders/<uuid:intent_id>/do/cancel", order_acts.Cancel.as_view(), name="cancel-order"),
    path("orders/<str:number>/", order.OrderPage.as_view(), name="order"),
    path("orders/<str:number>/cancel/", order_changes.CancelOrder.as_view(), name="cancel"),
    path("orders/<str:number>/fewer/", order_changes.FewerPiecesPage.as_view(), name="fewer"),
    path("orders/<str:number>/refund/", order_changes.RefundPage.as_view(), name="refund"),
    path("plans/", plans.Plans.as_view(), name="plans"),
    path("plans/<uuid:plan_id>/", plan.PlanPage.as_view(), name="plan"),
    path("plans/<uuid:plan_id>/approve", plan_acts.Approve.as_view(), name="approve-plan"),
    path("plans/<uuid:plan_id>/revise", plan_acts.Revise.as_view(), name="revise-plan"),
    path("plans/<uuid:plan_id>/void", plan_acts.VoidPlan.as_view(), name="void-plan"),
    path("plans/<uuid:plan_id>/acknowledge", plan_acts.Acknowledge.as_view(), name="acknowledge-plan"),
    path("plans/<uuid:plan_id>/review", plan_acts.RequestReview.as_view(), name="request-review"),
    path("review/", review.Review.as_view(), name="review"),
    path("review/<uuid:review_id>/resolve", plan_acts.ResolveReview.as_view(), name="resolve-review"),
    path("review/model/<uuid:preflight_id>/let-through", review.ReviewFinding.as_view(), name="review-finding"),
    path("review/money/<uuid:webhook_id>/settle", review.SettleMoney.as_view(), name="settle-money"),
    path("approvals/", approvals.Approvals.as_view(), name="approvals"),
    path("approvals/<uuid:approval_id>/", approvals.ApprovalPage.as_view(), name="approval"),
    path("approvals/<uuid:approval_id>/grant", approvals.Grant.as_view(), name="grant-approval"),
    path("approvals/<uuid:approval_id>/deny", approvals.Deny.as_view(), name="deny-approval"),
    path("approvals/<uuid:approval_id>/revoke", approvals.Revoke.as_view(), name="revoke-approval"),
    path("decisions/<uuid:decision_id>/", decision.DecisionPage.as_view(), name="decision"),
    path("holds/on/<str:scope>/<uuid:scope_id>", hold_acts.PlaceHold.as_view(), name="hold"),
    path("holds/<uuid:hold_id>/release", hold_acts.ReleaseHold.as_view(), name="release-hold"),
    path("why/<str:kind>/<uuid:record_id>/", why.Why.as_view(), name="why"),
    path("timeline/", timeline.Timeline.as_view(), name="timeline"),
    path("timeline/<str:kind>/<uuid:record_id>/", timeline.Trace.as_view(), name="trace"),
]
