"""The evaluation: one policy body, one move, one snapshot of facts → one outcome with every rule that fired. No I/O, deterministic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .facts import FACTS_VERSION, FactValue, wrong
from .predicates import LEVELS, PREDICATES

ALLOW, REQUIRE_APPROVAL, BLOCK = "ALLOW", "REQUIRE_APPROVAL", "BLOCK"
STRENGTH = (ALLOW, REQUIRE_APPROVAL, BLOCK)
OVERRIDDEN = "override"
"""Explanation code of a block that a person passed."""

AUTO = {
    "auto_approve": "plan.approve",
    "auto_slice": "plate.slice",
    "auto_dispatch": "run.dispatch",
    "auto_pause": "run.pause",
    "auto_release": "intent.release",
}
"""Switch of automation → the move it lets go on without a person."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition on one or more moves.

    Args:
        id: Name that decisions show.
        transitions: The moves it guards.
        predicate: The condition that must hold.
        params: The condition's parameters.
        otherwise: BLOCK or REQUIRE_APPROVAL when it does not hold.
        only_automatic: It binds automation, not a person's own action.
    """

    id: str
    transitions: tuple[str, ...]
    predicate: str
    params: Mapping[str, Any]
    otherwise: str
    only_automatic: bool


@dataclass(frozen=True, slots=True)
class Ruling:
    """The outcome, the rules that fired (strongest first) and why, as codes with parameters."""

    outcome: str
    rule_ids: tuple[str, ...]
    explanations: tuple[dict[str, Any], ...]
    can_be_overridden: bool


class PolicyInvalid(Exception):
    """A policy body that cannot be evaluated; ``problems`` says where and why."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


def rules_of(body: Mapping[str, Any]) -> tuple[Rule, ...]:
    """Return every rule of a body: those written as rules, and those its switches stand for.

    Raises:
        PolicyInvalid: the body says something that cannot be meant.
    """
    problems = problems_of(body)
    if problems:
        raise PolicyInvalid(problems)
    switches = tuple(
        Rule(f"{switch}_is_off", (move,), "never", {}, REQUIRE_APPROVAL, only_automatic=True)
        for switch, move in AUTO.items()
        if body.get("auto", {}).get(switch) is False
    )
    return switches + tuple(_rule(entry) for entry in body.get("rules", []))


def _rule(entry: Mapping[str, Any]) -> Rule:
    return Rule(
        id=entry["id"],
        transitions=tuple(entry["transitions"]),
        predicate=entry["predicate"],
        params=dict(entry.get("params", {})),
        otherwise=entry["otherwise"],
        only_automatic=bool(entry.get("only_automatic", False)),
    )


def problems_of(body: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a policy body, each with its place; empty when it can be evaluated."""
    found = [f"{key}: is no part of a policy" for key in body if key not in ("auto", "rules", "limits")]
    auto = body.get("auto", {})
    if not isinstance(auto, Mapping):
        found.append("auto: must be switches with true or false")
    else:
        found += [f"auto.{key}: must be one of {', '.join(AUTO)}" for key in auto if key not in AUTO]
        found += [f"auto.{key}: must be true or false" for key, value in auto.items() if not isinstance(value, bool)]
    rules = body.get("rules", [])
    if not isinstance(rules, list):
        return [*found, "rules: must be a list"]
    seen: set[str] = set()
    for number, entry in enumerate(rules):
        found += [f"rules[{number}]: {problem}" for problem in _rule_problems(entry)]
        name = entry.get("id") if isinstance(entry, Mapping) else None
        if name in seen:
            found.append(f"rules[{number}].id: {name} is there twice")
        seen.add(str(name))
    return found


def _rule_problems(entry: Any) -> list[str]:
    if not isinstance(entry, Mapping):
        return ["must be an object"]
    found = [f"{key}: is no part of a rule" for key in entry if key not in Rule.__dataclass_fields__]
    if not isinstance(entry.get("id"), str) or not entry["id"]:
        found.append("id: is missing")
    moves = entry.get("transitions")
    if not isinstance(moves, list) or not moves or not all(isinstance(move, str) for move in moves):
        found.append("transitions: must name at least one move")
    if entry.get("otherwise") not in (REQUIRE_APPROVAL, BLOCK):
        found.append("otherwise: must be BLOCK or REQUIRE_APPROVAL")
    condition = PREDICATES.get(str(entry.get("predicate")))
    if condition is None:
        return [*found, f"predicate: there is no {entry.get('predicate')!r}"]
    params = entry.get("params", {})
    if not isinstance(params, Mapping) or set(params) != set(condition.parameters):
        return [*found, f"params: {condition.name} takes {', '.join(condition.parameters) or 'none'}"]
    return found + [
        f"params.{name}: must be {kind.__name__}" for name, kind in condition.parameters.items() if not _is(kind, params[name], name)
    ]


def _is(kind: type, value: Any, name: str) -> bool:
    if name == "level":
        return value in LEVELS
    return isinstance(value, kind) and not (kind is int and isinstance(value, bool))


def evaluate(
    body: Mapping[str, Any],
    *,
    transition: str,
    facts: Mapping[str, FactValue],
    is_automatic: bool,
    granted: Iterable[str] = (),
    override: bool = False,
) -> Ruling:
    """Return what the policy says about one move.

    Args:
        body: The policy version's body.
        transition: The move.
        facts: The snapshot. A fact that a rule needs and that is not there is not known: the rule fires.
        is_automatic: No person asked for exactly this.
        granted: Rules that a person's approval already covers.
        override: A person passes blocks that may be passed.

    Raises:
        PolicyInvalid: the body, or a fact, is not what it should be.
    """
    if bad := wrong(facts):
        raise PolicyInvalid([f"fact {name}: nobody declared it, or its value is of another kind" for name in bad])
    given = dict.fromkeys((name for condition in PREDICATES.values() for name in condition.reads), None) | dict(facts)
    covered = frozenset(granted)
    outcome, fired, can_be = ALLOW, [], True
    for rule in rules_of(body):
        if transition not in rule.transitions or (rule.only_automatic and not is_automatic):
            continue
        condition = PREDICATES[rule.predicate]
        finding = condition.test(given, **rule.params)
        if finding.holds or (rule.otherwise == REQUIRE_APPROVAL and rule.id in covered):
            continue
        fired.append((STRENGTH.index(rule.otherwise), rule, finding))
        can_be = can_be and not (rule.otherwise == BLOCK and condition.nobody_overrides)
        outcome = max(outcome, rule.otherwise, key=STRENGTH.index)
    fired.sort(key=lambda entry: -entry[0])
    explanations = [{"code": rule.predicate, "rule": rule.id, **finding.params} for _strength, rule, finding in fired]
    if override and fired and can_be:
        outcome, explanations = ALLOW, [{"code": OVERRIDDEN}, *explanations]
    return Ruling(outcome, tuple(rule.id for _s, rule, _f in fired), tuple(explanations), can_be)


def snapshot(*, facts: Mapping[str, FactValue], is_automatic: bool, granted: Iterable[str], override: bool) -> dict[str, Any]:
    """Return everything the evaluation looked at, as it is kept with the decision."""
    return {
        "facts_version": FACTS_VERSION,
        "facts": dict(facts),
        "is_automatic": is_automatic,
        "granted": sorted(granted),
        "override": override,
    }


def replay(body: Mapping[str, Any], *, transition: str, inputs: Mapping[str, Any]) -> Ruling:
    """Evaluate a kept snapshot again: the same body gives the same outcome for ever; another body says what it would have said."""
    return evaluate(
        body,
        transition=transition,
        facts=inputs["facts"],
        is_automatic=inputs["is_automatic"],
        granted=inputs["granted"],
        override=inputs["override"],
    )
