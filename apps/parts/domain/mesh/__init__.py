"""Triangles: read, brought to millimetres at the origin, measured, understood as bodies, written again."""
