"""Structured logs: what every line carries, and what none may.

Any logger works (``logging.getLogger`` or ``structlog.get_logger``). Lines carry what is bound to the work in hand: ``request_id``,
``correlation_id``, ``command``, ``delivery``. Values whose name sounds secret, passwords inside addresses and the long random part of a link's path
never reach a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog
from structlog.contextvars import bound_contextvars

HIDDEN = "[hidden]"
SECRET_NAME = re.compile(r"passw|secret|token|credential|authori[sz]ation|cookie|api_?key|signature|session_?key|dsn", re.IGNORECASE)
SECRET_IN_TEXT = re.compile(
    r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)[^\s/@:]*:[^\s@]+@"  # user:password@ in an address
    r"|(?P<word>\b(?:bearer|basic|token)\s+)[A-Za-z0-9._~+/=-]{8,}"
    r"|(?P<place>/|%2F)(?![0-9a-f]{64}(?![\w.~:=-]))[A-Za-z0-9_.~:=-]{40,}",  # what opens something, in a path; not a file by its SHA-256
    re.IGNORECASE,
)
BOUND = ("request_id", "correlation_id", "command", "delivery", "printer")


@contextmanager
def bound(**values: object) -> Iterator[None]:
    """Put ``values`` on every log line of this thread or task until the block ends; None is left out.

    Raises:
        ValueError: a name is not one of ``BOUND``; free text belongs into the line itself.
    """
    unknown = set(values) - set(BOUND)
    if unknown:
        raise ValueError(f"cannot bind {', '.join(sorted(unknown))} to log lines; known: {', '.join(BOUND)}")
    with bound_contextvars(**{name: str(value) for name, value in values.items() if value is not None}):
        yield


def hide_secrets(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace secret-sounding values, at any depth, and inside text credentials and the tokens of links."""
    return {name: HIDDEN if SECRET_NAME.search(name) else _hidden(value) for name, value in line.items()}


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return SECRET_IN_TEXT.sub(_without_secret, value)
    if isinstance(value, dict):
        return {name: HIDDEN if SECRET_NAME.search(str(name)) else _hidden(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(inner) for inner in value]
    return value


def _without_secret(found: re.Match[str]) -> str:
    kept = found["scheme"] or found["word"] or found["place"]
    return f"{kept}{HIDDEN}{'@' if found['scheme'] else ''}"


def configuration(*, as_json: bool, level: str) -> dict[str, Any]:
    """Return the ``logging.config.dictConfig`` of farmos: everything to standard error, through the same processors; also set structlog up."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    plain = structlog.dev.plain_traceback
    renderer: Any = structlog.processors.JSONRenderer(default=str) if as_json else structlog.dev.ConsoleRenderer(exception_formatter=plain)
    last = [structlog.processors.format_exc_info, hide_secrets, renderer] if as_json else [hide_secrets, renderer]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*shared, structlog.stdlib.ExtraAdder(allow=set(BOUND))],
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True, "level": level},
            "django.server": {"handlers": [], "propagate": True, "level": level},
            "uvicorn.access": {"level": "WARNING"},
            "botocore": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
        },
    }
