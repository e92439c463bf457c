"""The addresses of the shop."""

from __future__ import annotations

from django.urls import path

from .views import basket, changing, checkout, files, forgetting, orders, parts, start, uploads

urlpatterns = [
    path("", start.Start.as_view(), name="start"),
    path("uploads/", uploads.Uploads.as_view(), name="shop-uploads"),
    path("uploads/<uuid:upload_id>/", uploads.OneUpload.as_view(), name="shop-upload"),
    path("parts/<uuid:revision_id>/", parts.PartPage.as_view(), name="shop-part"),
    path("parts/<uuid:revision_id>/basket/", parts.PutIntoBasket.as_view(), name="shop-part-basket"),
    path("parts/<uuid:revision_id>/answer/", parts.AnswerFinding.as_view(), name="shop-part-answer"),
    path("parts/<uuid:revision_id>/unit/", uploads.ReadInUnit.as_view(), name="shop-part-unit"),
    path("parts/<uuid:revision_id>/poster.png", files.Poster.as_view(), name="shop-part-poster"),
    path("parts/<uuid:revision_id>/thumb.png", files.Thumb.as_view(), name="shop-part-thumb"),
    path("parts/<uuid:revision_id>/shown.stl", files.ShownMesh.as_view(), name="shop-part-mesh"),
    path("basket/", basket.BasketPage.as_view(), name="shop-basket"),
    path("basket/offer/", basket.AskForOffer.as_view(), name="shop-offer"),
    path("basket/<uuid:line_id>/", basket.ChangeLine.as_view(), name="shop-basket-line"),
    path("basket/<uuid:line_id>/remove/", basket.RemoveLine.as_view(), name="shop-basket-remove"),
    path("checkout/<uuid:quote_id>/", checkout.Checkout.as_view(), name="shop-checkout"),
    path("checkout/<uuid:quote_id>/again/", checkout.AskAgain.as_view(), name="shop-checkout-again"),
    path("orders/", orders.Orders.as_view(), name="shop-orders"),
    path("orders/<slug:token>/", orders.OneOrder.as_view(), name="shop-order"),
    path("orders/<slug:token>/pay/", orders.PayOrder.as_view(), name="shop-pay"),
    path("orders/<slug:token>/change/", changing.ChangeOrder.as_view(), name="shop-change"),
    path("orders/<slug:token>/cancel/", changing.CancelOrder.as_view(), name="shop-cancel"),
    path("orders/<slug:token>/again/", orders.OrderAgain.as_view(), name="shop-again"),
    path("orders/<slug:token>/receipt/", orders.Receipt.as_view(), name="shop-receipt"),
    path("orders/<slug:token>/parts/<uuid:revision_id>/thumb.png", files.Thumb.as_view(), name="shop-order-thumb"),
    path("forget-me/", forgetting.ForgetMe.as_view(), name="shop-forget"),
]
