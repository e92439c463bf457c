"""Runs all of farmos' processes on one machine: starts them, restarts what dies, keeps their logs, stops them together.

Small on purpose and without a framework, so that it can hardly fail itself. Only ``preload.py`` touches Django and Celery.
"""
