"""``./farm manage reference_docs``: the reference is read from the code and never behind it."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from apps.journal import reference
from apps.journal.integrity import unique_field_name
from apps.orders.models import Intent
from apps.planning.models import Layout
from apps.policy.models import Policy
from apps.runs.models import Run

OURS = [model for config in reference.our_apps() for model in config.get_models()]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return reference.pages()


class TestTheCommittedReference:
    def test_is_current(self) -> None:
        call_command("reference_docs", check=True, stdout=StringIO())


class TestChecking:
    def test_names_a_page_that_is_behind(self, tmp_path: Path) -> None:
        call_command("reference_docs", folder=tmp_path, stdout=StringIO())
        page = tmp_path / "states.md"
        page.write_text(page.read_text().replace("queued", "waiting", 1))

        with pytest.raises(CommandError, match=r"states\.md\. Run"):
            call_command("reference_docs", folder=tmp_path, check=True)

    def test_names_a_page_that_is_missing_and_writes_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match=r"states\.md, entities\.md, constraints\.md"):
            call_command("reference_docs", folder=tmp_path / "nowhere", check=True)

        assert not (tmp_path / "nowhere").exists()

    def test_finds_nothing_wrong_with_what_was_just_written(self, tmp_path: Path) -> None:
        call_command("reference_docs", folder=tmp_path, stdout=StringIO())

        call_command("reference_docs", folder=tmp_path, check=True, stdout=StringIO())


class TestThePages:
    def test_are_the_same_every_time(self, pages: dict[str, str]) -> None:
        assert reference.pages() == pages

    def test_draw_every_move_of_a_state_machine(self, pages: dict[str, str]) -> None:
        drawn = pages["states.md"].split(f"(`{Run._meta.label}.state`)")[1].split("```")[1]

        assert "[*] --> queued" in drawn
        assert "queued --> uploading: dispatch" in drawn
        assert "completed --> [*]" in drawn
        assert drawn.count("-->") == 1 + 18 + 3

    def test_draw_every_machine_once(self, pages: dict[str, str]) -> None:
        machines = [
            f"{model._meta.label}.{field.name}" for model in OURS for field in model._meta.concrete_fields if hasattr(field, "transitions")
        ]

        assert len(machines) > 15
        assert re.findall(r"^### .*\(`(\w+\.\w+\.\w+)`\)$", pages["states.md"], flags=re.M) == machines

    def test_label_every_code(self, pages: dict[str, str]) -> None:
        assert "| `OUT_OF_CAPACITY` | No capacity |" in pages["states.md"]
        assert "| `pending_approval` | Needs approval |" in pages["states.md"]

    def test_hold_every_record_with_its_relations(self, pages: dict[str, str]) -> None:
        text = pages["entities.md"]

        assert all(f"    {model.__name__} {{" in text for model in OURS)
        assert "Intent ||--o{ LineItem : intent" in text
        assert "Intent ||--o| Release : intent" in text
        assert "Account |o--o{ Intent : account" in text

    def test_hold_every_constraint_with_its_refusal(self, pages: dict[str, str]) -> None:
        for model in OURS:
            columns = [field for field in model._meta.concrete_fields if field.unique and not field.primary_key]
            names = [constraint.name for constraint in model._meta.constraints]
            for name in [*names, *(unique_field_name(model._meta.db_table, str(field.column)) for field in columns)]:
                assert f"| `{name}` | `" in pages["constraints.md"], name
        assert "{" not in pages["constraints.md"], "a sentence with a parameter nobody filled"

    def test_fit_into_tables(self, pages: dict[str, str]) -> None:
        for text in pages.values():
            for line in text.splitlines():
                assert not line.startswith("|") or line.endswith("|"), line


class TestWhatIsKept:
    def test_is_said_in_words(self) -> None:
        assert reference.kept(Layout) == "append-only: never changed, never deleted"
        assert reference.kept(Intent).startswith("never deleted; never changed: `site`, `number`")
        assert reference.kept(Policy).startswith("once `OLD.state <> 'draft'`: never deleted")
        assert reference.kept(apps.get_model("journal.Event")) == "append-only; filled once: `feed_seq`, `chain_hash`"
        assert reference.kept(apps.get_model("accounts.Site")) == "may change (by commands only)"
