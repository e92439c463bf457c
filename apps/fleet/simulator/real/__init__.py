"""Simulated Klippys behind the real Moonraker: its history, uploads, access and order of telling are the real ones.

Moonraker is GPL-3.0: it is installed from the package registry into an environment of its own, runs as a process of its own, and is never imported.
"""
