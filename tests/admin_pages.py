"""Open the read-only admin of an app as its owner would, with a row in every table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Pages:
    """What the admin answered for one model."""

    change_list: int
    search: int
    detail: int
    add: int

    @property
    def read_only(self) -> bool:
        """Everything can be looked at and nothing added?"""
        return (self.change_list, self.search, self.detail, self.add) == (HTTPStatus.OK, HTTPStatus.OK, HTTPStatus.OK, HTTPStatus.FORBIDDEN)


def unseen(app: str, factories: dict[str, Callable[..., Any]]) -> set[str]:
    """Return the models of ``app`` for which no factory was given."""
    return {model.__name__ for model in apps.get_app_config(app).get_models()} - set(factories)


def open_pages(owner: Any, row: models.Model) -> Pages:
    """Ask for every admin page of ``row``'s model as ``owner``."""
    client = Client()
    client.force_login(owner)
    base = f"admin:{row._meta.app_label}_{row._meta.model_name}"
    asked = [
        reverse(f"{base}_changelist"),
        f"{reverse(f'{base}_changelist')}?q={row.pk}",
        reverse(f"{base}_change", args=[row.pk]),
        reverse(f"{base}_add"),
    ]
    return Pages(*[client.get(url).status_code for url in asked])
