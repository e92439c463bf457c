"""Where people come in. The work surfaces' pages are under ``/admin/``."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("admin/login/", views.StaffSignIn.as_view(), name="staff-sign-in"),
    path("admin/logout/", views.SignOut.as_view(), name="staff-sign-out"),
    path("admin/prove/", views.Prove.as_view(), name="prove"),
    path("admin/pin/", views.SetPin.as_view(), name="set-pin"),
    path("admin/switch/", views.SwitchPerson.as_view(), name="switch-person"),
    path("admin/devices/set-up/", views.SetUpDevice.as_view(), name="set-up-device"),
    path("invitation/<str:token>", views.AcceptInvitation.as_view(), name="invitation"),
    path("sign-in/", views.CustomerSignIn.as_view(), name="sign-in"),
    path("sign-in/link", views.AskForLink.as_view(), name="ask-sign-in-link"),
    path("sign-in/<str:token>", views.UseLink.as_view(), name="sign-in-link"),
    path("sign-out/", views.SignOut.as_view(), name="sign-out"),
]
