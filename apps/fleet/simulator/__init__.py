"""Simulated printers: many Moonrakers in one process, each at its own address, that lie as the real ones do and keep a log of what really happened.

It is a process of its own and shares nothing with farmos but HTTP. docs/integrators/simulator.md says how to use it.
"""
