"""Owed work lives in the database: Celery only wakes lanes up. No retry, eta or countdown (on Redis they deliver twice), tasks only in tasks.py."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from .source import TREE, Finding, Module, assert_none, called_name, decorator_names, findings, sample

SENDER = "apps/journal/wakeups.py"
"""The one file that puts a message on the broker."""

SENDING = frozenset({"apply_async", "send_task", "delay"})
SIGNATURES = frozenset({"signature", "s", "si", "set", "retry", *SENDING})
SCHEDULING = frozenset({"eta", "countdown", "retry_policy"})
RETRYING = frozenset({"autoretry_for", "max_retries", "retry_backoff", "retry_kwargs", "default_retry_delay", "retry_jitter"})
TASKS = frozenset({"shared_task", "task", "periodic_task"})


def celery_scheduling(module: Module) -> Iterator[Finding]:
    """Find uses of Celery as anything but a wake-up."""
    for call in module.calls():
        name, keywords = called_name(call), {keyword.arg for keyword in call.keywords if keyword.arg}
        if isinstance(call.func, ast.Attribute) and name in SENDING and module.path != SENDER:
            yield module.finding(
                call, f".{name}() sends work through the broker; record an event and subscribe to it, the lane does the rest"
            )
        if name in SIGNATURES and keywords & SCHEDULING:
            yield module.finding(
                call, f"{sorted(keywords & SCHEDULING)} schedules in the broker; owed work waits in the database (available_at)"
            )
        if name in TASKS and keywords & RETRYING:
            yield module.finding(call, f"{sorted(keywords & RETRYING)}: a failed delivery backs off in the database, tasks never retry")
        if name == "retry" and isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) in {"self", "task"}:
            yield module.finding(call, ".retry(): a failed delivery backs off in the database, tasks never retry")


def stray_tasks(module: Module) -> Iterator[Finding]:
    """Find Celery tasks outside ``tasks.py``."""
    for function in module.functions():
        if TASKS.intersection(decorator_names(function)) and module.role != "tasks":
            yield module.finding(function, f"task {function.name} lives outside tasks.py")


class TestTheCheck:
    @pytest.mark.parametrize(
        "code",
        [
            "drain.delay('dispatch')",
            "drain.apply_async(args=['dispatch'])",
            "drain.apply_async(countdown=3)",
            "drain.s('dispatch').set(eta=later)",
            "app.send_task('x')",
            "self.retry(countdown=3)",
            "raise self.retry()",
            "@shared_task(autoretry_for=(OSError,))\ndef x(): ...",
            "@app.task(max_retries=3)\ndef x(): ...",
        ],
    )
    def test_sees_work_in_the_broker(self, code: str) -> None:
        assert list(celery_scheduling(sample(code, "apps/runs/tasks.py")))

    @pytest.mark.parametrize(
        "code", ["Estimate(eta=later)", "promise(countdown=3)", "client.retry()", "@shared_task(acks_late=True)\ndef x(): ..."]
    )
    def test_leaves_other_meanings_alone(self, code: str) -> None:
        assert not list(celery_scheduling(sample(code, "apps/runs/tasks.py")))

    @pytest.mark.parametrize("decorator", ["@shared_task", "@shared_task(acks_late=True)", "@app.task"])
    def test_sees_a_task_elsewhere(self, decorator: str) -> None:
        assert list(stray_tasks(sample(f"{decorator}\ndef x(): ...", "apps/runs/views.py")))
        assert not list(stray_tasks(sample(f"{decorator}\ndef x(): ...", "apps/runs/tasks.py")))


class TestTheTree:
    def test_celery_is_only_a_wake_up(self) -> None:
        assert_none(findings(celery_scheduling, *TREE), "The database is the truth, the broker a wake-up (ARCHITECTURE.md, rule 2):")

    def test_tasks_are_in_tasks(self) -> None:
        assert_none(findings(stray_tasks, *TREE), "Celery tasks live in tasks.py:")
