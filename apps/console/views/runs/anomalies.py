"""Anomalies on the page of a print attempt: what was seen, what to do first, and saying what was done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.queries import colleagues
from apps.board.badges import ANOMALY, BADGES, Badge
from apps.board.queries import ActionWords, step_words
from apps.console.views.page import Act
from apps.console.views.seen import run_for
from apps.journal.http.page_command import Form
from apps.runs import commands as runs
from apps.runs import queries
from apps.runs.domain.anomaly import PLAYBOOKS, Step
from apps.runs.models import Anomaly, Run
from apps.runs.states import PlaybookAnswer

COMMANDS = ("runs.assign_anomaly", "runs.acknowledge_anomaly", "runs.complete_playbook", "runs.abort_and_requeue", "runs.raise_anomaly")


@dataclass(frozen=True, slots=True)
class Shown:
    """One anomaly on the page; ``step`` and ``other`` are the two things to do, with their words."""

    anomaly: Anomaly
    badge: Badge
    sentence: str
    checklist: tuple[tuple[str, Any], ...]
    done: tuple[Any, ...]
    step: tuple[Step, ActionWords] | None
    other: tuple[Step, ActionWords] | None


def shown(run: Run, anomalies: Iterable[Anomaly], *, can_exclude: bool) -> Iterator[Shown]:
    """Yield the anomalies of an attempt as its page shows them: those that are not done first. ``can_exclude``: one part can be left out."""
    for one in sorted(anomalies, key=lambda one: (one.resolved_at is not None, one.created_at)):
        book = PLAYBOOKS[one.kind]
        first, other = book.steps(state=str(run.state), wish=run.wish, can_exclude=can_exclude)
        is_open = one.resolved_at is None
        yield Shown(
            anomaly=one,
            badge=BADGES["anomaly", one.state] if one.resolved_at else ANOMALY,
            sentence=queries.explain_anomaly(one.kind, one.evidence),
            checklist=tuple((code, PlaybookAnswer(code).label) for code in book.checklist),
            done=tuple(PlaybookAnswer(code).label for code in one.answers),
            step=(first, step_words(first)) if is_open else None,
            other=(other, step_words(other)) if is_open and other is not None else None,
        )


def people_at(site_id: UUID) -> list[tuple[str, str]]:
    """Return who can be given an anomaly: ids and names."""
    return [(str(one.pk), one.name or one.email) for one in colleagues(site_id)]


class OnAnomaly(Act):
    """A button about one anomaly."""

    home = "/admin/"

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the site of its attempt, if the asker works there."""
        anomaly = Anomaly.objects.filter(pk=place["anomaly_id"]).first()
        site_id: UUID = run_for(self.request, anomaly.run_id if anomaly else place["anomaly_id"]).plate.site_id
        return site_id


class Acknowledge(OnAnomaly):
    """Somebody sees to it."""

    command = staticmethod(runs.acknowledge_anomaly)
    receipt = _("Noted: you see to it. It stays here until you say what was done.")


class Assign(OnAnomaly):
    """It is for somebody to see to."""

    command = staticmethod(runs.assign_anomaly)
    receipt = _("Noted who sees to it.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read who."""
        return {"to": form.uuid("to")}


class Complete(OnAnomaly):
    """What was done about it."""

    command = staticmethod(runs.complete_playbook)
    receipt = _("Noted. The print stays as it is: let it go on, or stop it.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read what was marked."""
        return {"answers": answers_in(self.request), "note": form.text("note", most=2000)}


def answers_in(request: HttpRequest) -> tuple[str, ...]:
    """Return the answers that were marked; the command knows which there are."""
    return tuple(one[:40] for one in request.POST.getlist("answer"))
