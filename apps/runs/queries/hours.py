"""What working hours ask of attempts that start by themselves, for those who plan ahead of the gate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID

from apps.accounts.domain.hours import Calendar, Wish
from apps.accounts.queries import calendar_of
from apps.policy.domain.engine import BLOCK, Rule
from apps.policy.domain.predicates import MET, WATCHED
from apps.policy.queries import rules_in, rules_of
from apps.policy.states import GatedTransition
from apps.runs.domain.hours import Keeping


def wish_of(site_id: UUID) -> Wish:
    """Return what the site's policy blocks by working hours; what it asks a person about is asked when it comes to that."""
    return _wish(_blocks(site_id))


def keeping(site_id: UUID) -> Keeping | None:
    """Return what working hours keep back at a site; None: nothing, no hours are kept or the policy does not block by them."""
    calendar = calendar_of(site_id)
    return _keeping(calendar, _blocks(site_id)) if calendar.shifts else None


def keeping_in(calendar: Calendar, policy: Mapping[str, object]) -> Keeping | None:
    """Return the same from what was read already: the calendar, and what the policy in force says."""
    rules = partial(rules_in, policy, transition=GatedTransition.RUN_DISPATCH)
    return _keeping(calendar, _Blocks(*(_blocking(rules(predicate=one)) for one in (WATCHED, MET)))) if calendar.shifts else None


def hours_bind_people(site_id: UUID) -> bool:
    """Does a rule of the site's policy block a start by working hours also when a person asks for it?"""
    return _binds_people(_blocks(site_id))


class _Blocks(NamedTuple):
    """The rules that block a start by working hours: those about its beginning, and those about its end."""

    watched: list[Rule]
    met: list[Rule]


def _keeping(calendar: Calendar, blocks: _Blocks) -> Keeping | None:
    wish = _wish(blocks)
    return None if wish == Wish() else Keeping(calendar, wish, _binds_people(blocks))


def _wish(blocks: _Blocks) -> Wish:
    watched = [rule.params["minutes"] for rule in blocks.watched]
    grace = [rule.params["grace_minutes"] for rule in blocks.met]
    return Wish(
        watched=timedelta(minutes=max(watched)) if watched else None,
        grace=timedelta(minutes=min(grace)) if grace else None,
    )


def _binds_people(blocks: _Blocks) -> bool:
    return any(not rule.only_automatic for rules in blocks for rule in rules)


def _blocks(site_id: UUID) -> _Blocks:
    return _Blocks(*(_blocking(rules_of(site_id, transition=GatedTransition.RUN_DISPATCH, predicate=one)) for one in (WATCHED, MET)))


def _blocking(rules: list[Rule]) -> list[Rule]:
    return [rule for rule in rules if rule.otherwise == BLOCK]
