"""The verbs of ``./farm``."""
