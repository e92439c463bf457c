"""``/problems/<code>``: the type of every problem document leads to an explanation."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.journal.refusals import WORDS


class TestAProblemPage:
    @pytest.mark.parametrize("code", sorted(WORDS))
    def test_explains_every_code_to_people_and_programs(self, stranger: Client, code: str) -> None:
        page = stranger.get(f"/problems/{code}", headers={"Accept": "text/html,*/*;q=0.8"})
        document = stranger.get(f"/problems/{code}", headers={"Accept": "application/json"}).json()

        assert page.status_code == 200
        assert "<h1>" in page.content.decode()
        assert (document["code"], document["status"], document["type"]) == (code, WORDS[code].status, f"/problems/{code}")
        assert all(document[name] and "{" not in document[name] for name in ("label", "detail", "fix"))

    def test_names_what_a_particular_case_would_fill_in(self, stranger: Client) -> None:
        document = stranger.get("/problems/not-found", headers={"Accept": "application/json"}).json()

        assert document["detail"] == "There is no such <kind>."
        assert b"There is no such &lt;kind&gt;." in stranger.get("/problems/not-found").content

    def test_of_no_code_is_404(self, stranger: Client) -> None:
        response = stranger.get("/problems/<script>")

        assert response.status_code == 404
        assert b"<script>" not in response.content

    def test_is_only_for_reading(self, stranger: Client) -> None:
        assert stranger.post("/problems/not-found").status_code == 405
