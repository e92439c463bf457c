"""One decision: what the gate saw, which rules fired, and whether the same facts still give the same answer."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Site
from apps.board.badges import badge_of
from apps.board.queries.people import names_of
from apps.console.labels.evidence import FACT_WORDS, value_of
from apps.console.labels.rules import reasons_of
from apps.policy import queries as policy
from apps.policy.domain.facts import FACTS
from apps.policy.models import Decision, Policy
from apps.policy.states import Outcome, PolicyState

from .about import about
from .record import RecordPage


class DecisionPage(RecordPage):
    """Facts, rules, outcome, and the replay."""

    permission = "policy.view_decision"
    title = _("Decision")
    template_name = "console/decision.html"

    def find(self, sites: QuerySet[Site]) -> tuple[Decision, Site] | None:
        """Return the decision."""
        rows = Decision.objects.filter(pk=self.kwargs["decision_id"], site__in=sites)
        found = rows.select_related("site", "policy").first()
        return (found, found.site) if found else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what was seen and what it comes to again."""
        decision: Decision = self.record
        key = (decision.subject_kind, decision.subject_id)
        thing = about([key])[key]
        kept = json.loads(decision.inputs)
        return {
            **super().get_context_data(**kwargs),
            "decision": decision,
            "about": thing,
            "badge": badge_of("decision", decision.outcome),
            "reasons": reasons_of(decision.explanations, currency=thing.currency),
            "facts": facts_of(kept.get("facts", {})),
            "granted": kept.get("granted", []),
            "who": names_of([decision.actor])[decision.actor],
            **self._again(decision),
        }

    def _again(self, decision: Decision) -> dict[str, Any]:
        """Return what the same version says again, and what the one in force would say."""
        active = Policy.objects.filter(site=self.site, state=PolicyState.ACTIVE).first()
        then = _outcome(decision, None) if decision.policy else None
        now = _outcome(decision, active.body) if active and active.pk != decision.policy_id else None
        return {
            "replay": badge_of("decision", then) if then else None,
            "is_same": then == decision.outcome,
            "active": active,
            "today": badge_of("decision", now) if now else None,
        }


def _outcome(decision: Decision, body: Any) -> str | None:
    try:
        outcome = policy.replay(decision, body=body).outcome
    except Exception:
        return None
    return outcome if outcome in Outcome.values else None


def facts_of(facts: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return what was known: each fact's name, what people call it, its value; not known is said as such."""
    rows = []
    for name, value in sorted(facts.items()):
        unit = FACTS[name].unit if name in FACTS else ""
        if value is None:
            said = str(_("not known"))
        elif isinstance(value, bool):
            said = str(_("yes") if value else _("no"))
        else:
            said = f"{value_of(name, value)} {unit}".strip()
        rows.append((name, str(FACT_WORDS.get(name, name)), said))
    return rows
