"""What is owed because of what happened to orders, plans and plates."""

from __future__ import annotations

from . import composing, plans, requests, slicing

__all__ = ["composing", "plans", "requests", "slicing"]
