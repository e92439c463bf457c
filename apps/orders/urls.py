"""Where payment providers write to, and the page of test payments."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("hooks/payments/<str:provider>", views.payment_hook, name="payment-hook"),
    path("pay/test/<str:token>", views.TestPayment.as_view(), name="test-payment"),
]
