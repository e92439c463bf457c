"""The customer's pages."""

from __future__ import annotations
