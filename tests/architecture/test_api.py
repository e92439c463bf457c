"""Every command is either asked for by people, and then has an address in the API, or is farmos' own, and then says here why nobody asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern

from apps.accounts import rights
from apps.journal.commands import all_commands
from apps.journal.http.api_view import ApiView
from apps.journal.http.command_view import CommandView
from farmos import api

INTERNAL = {
    "accounts.accept_invitation": "the page behind the link in a mail",
    "accounts.ask_sign_in_link": "the page to sign in, for whoever is in front of it",
    "accounts.issue_token": "the page that shows its secret once; a secret never reaches a command",
    "accounts.note_sign_in": "the page to sign in",
    "accounts.note_token_use": "the token itself",
    "accounts.register_device": "the device itself, in front of whoever sets it up",
    "accounts.set_pin": "a page, after proof",
    "accounts.try_sign_in": "the page to sign in",
    "accounts.use_sign_in_link": "the page behind the link in a mail",
    "notify.acknowledge": "the bell of whoever is signed in",
    "notify.close_notice": "owed when its cause is gone",
    "notify.drop_mail": "the mail",
    "notify.escalate": "its time",
    "notify.mark_read": "the bell of whoever is signed in",
    "notify.mute": "the bell of whoever is signed in",
    "notify.note_mail_sent": "the mail",
    "notify.raise_notice": "owed by what it is about",
    "notify.set_preferences": "the page of whoever is signed in",
    "notify.write_to_customer": "owed by what it is about",
    "accounts.change_password": "only in front of a page, after the old password or the e-mail was proved",
    "accounts.open_shop": "the setup on the farm's own machine",
    "artifacts.collect_orphans": "the sweep of the store",
    "artifacts.report_damage": "the store, when bytes are not what they should be",
    "artifacts.report_repair": "the store, when they are again",
    "artifacts.store_artifact": "bytes come in by what they are: an upload, a profile, an output",
    "fleet.confirm_bed_clear": "people say it by runs.clear_bed, which also ends what the bed was part of",
    "fleet.end_foreign_print": "seen at the machine",
    "fleet.observe_connection": "seen at the machine",
    "fleet.note_unseen_print": "seen at the machine",
    "fleet.see_foreign_print": "seen at the machine",
    "journal.accept_action": "owed by the request",
    "journal.reject_action": "owed by the request",
    "journal.give_up_delivery": "the lanes, after the last attempt",
    "orders.apply_webhook": "owed by the message",
    "orders.expire_quote": "its time",
    "orders.fail_checkout": "the provider's answer",
    "orders.fail_refund": "the provider's answer",
    "orders.record_session": "the provider's answer",
    "orders.store_webhook": "the payment hook, after the signature was proved",
    "parts.record_preflight": "the check of an upload",
    "parts.refuse_upload": "the check of an upload",
    "planning.compose_plate": "owed by planning.request_composition; it needs a layout that was packed and stored",
    "planning.draft_plan": "owed by an order's release; it needs a recipe with its pins",
    "planning.fail_slice": "the slicer",
    "planning.record_output": "the slicer",
    "planning.reuse_output": "the slicer",
    "planning.revise_plan": "the page of a plan; it needs a recipe with its pins, which nobody may say themselves",
    "policy.expire_approval": "its time",
    "policy.lapse_hold": "its time",
    "storefront.add_to_basket": "the shop's pages; programs ask for a quote of the parts they want",
    "storefront.admit_visitor": "the shop's pages, for whoever is signed in",
    "storefront.change_basket_line": "the shop's pages",
    "storefront.forget_visitor": "the shop's pages",
    "storefront.introduce_guest": "the shop's pages, when an order is placed",
    "storefront.keep_offer": "the shop's pages, when a basket is left for the till",
    "storefront.remove_basket_line": "the shop's pages",
    "storefront.reorder": "the shop's pages",
    "storefront.welcome_visitor": "the shop's pages, with the first file of a stranger",
    "runs.open_incident": "recognised by what printers do",
    "runs.begin_upload": "the connector",
    "runs.confirm_start": "the connector",
    "runs.drop_exclusion": "the connector",
    "runs.fail_run": "the connector",
    "runs.keep_snapshot": "the printer's camera",
    "runs.note_excluded": "the connector",
    "runs.note_progress": "the connector",
    "runs.reconcile_run": "the connector",
    "runs.record_start_sent": "the connector",
    "runs.record_upload": "the connector",
    "runs.requeue_run": "the connector",
    "runs.unpark_run": "owed by the answer to its question",
}
"""Commands without an address → who calls them instead."""


def views() -> Iterator[tuple[str, type[ApiView]]]:
    """Yield the address and class of every view below /api/v1."""
    for route in api.urlpatterns:
        assert isinstance(route, URLPattern)
        yield str(route.pattern), getattr(route.callback, "cls")  # noqa: B009 - REST framework puts it there; stubs do not know


def exposed() -> dict[str, type[Any]]:
    """Return every command with an address, with its view."""
    return {str(getattr(view.command, "command_name")): view for _place, view in views() if issubclass(view, CommandView)}  # noqa: B009


class TestEveryCommand:
    def test_has_an_address_or_a_reason(self) -> None:
        known = {name for name, does in all_commands().items() if does.__module__.startswith("apps.")}  # not those of tests

        assert known - set(exposed()) - set(INTERNAL) == set()
        assert set(INTERNAL) & set(exposed()) == set()
        assert set(INTERNAL) - known == set()

    @pytest.mark.parametrize("name", sorted(exposed()))
    def test_is_asked_for_with_the_right_of_its_name(self, name: str) -> None:
        view = exposed()[name]

        assert view.permission_for(view, "POST") == name
        assert rights.is_declared(name)

    @pytest.mark.parametrize("name", sorted(exposed()))
    def test_compares_the_version_of_the_record_it_is_against(self, name: str) -> None:
        view = exposed()[name]
        if view.target:
            versioned = any(field.name == "version" for field in view.model._meta.fields)
            assert bool(view.record) == versioned or name == "parts.ingest_upload"


class TestEveryAddress:
    def test_is_there_once(self) -> None:
        places = [place for place, _view in views()]
        names = [route.name for route in api.urlpatterns if isinstance(route, URLPattern)]

        assert len(places) == len(set(places))
        assert len(names) == len(set(names))

    def test_needs_a_right_that_somebody_declared(self) -> None:
        for place, view in views():
            right = view.permission_for(view, "GET")  # type: ignore[arg-type]
            assert right == "" or rights.is_declared(right), place

    def test_of_a_command_ends_with_its_verb_and_takes_a_post_only(self) -> None:
        for place, view in views():
            if issubclass(view, CommandView):
                assert not hasattr(view, "get"), place
                assert not place.endswith(">"), place
