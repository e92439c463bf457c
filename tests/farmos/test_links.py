"""Mails lead to the page on which customers follow their order, without signing in, and to nobody else's."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client

from apps.notify import links
from tests.factories.orders import make_intent, make_line_item


@pytest.mark.django_db
class TestTheLinkOfAnOrder:
    def test_opens_its_page(self) -> None:
        intent = make_line_item(intent=make_intent()).intent

        page = Client().get(links.order_url(intent).removeprefix(links.absolute("")))

        assert page.status_code == HTTPStatus.OK
        assert intent.number in page.content.decode()

    def test_is_not_its_number(self) -> None:
        intent = make_intent()

        assert intent.number not in links.order_url(intent)
        assert Client().get(f"/orders/{intent.number}/").status_code == HTTPStatus.NOT_FOUND
