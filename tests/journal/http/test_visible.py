"""A view shows records only to those it names."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from rest_framework.request import Request

from apps.journal.http.record_views import RecordView
from tests.toy.models import Jar


class Forgetful(RecordView):
    """A view whose author did not say who may see which jars."""

    model = Jar


class TestAViewThatDoesNotSayWhoMaySeeWhat:
    def test_shows_nothing_to_anybody(self) -> None:
        with pytest.raises(NotImplementedError, match="Forgetful"):
            Forgetful().find(Request(HttpRequest()), "any")
