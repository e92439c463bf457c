"""What Klippy tells about itself, object by object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .klippy import Klippy


def status_of(klippy: Klippy) -> dict[str, dict[str, Any]]:
    """Return every object as Klippy tells it."""
    job = klippy.job
    position, size = klippy.position, klippy.file_size
    return {
        "webhooks": {"state": klippy.state, "state_message": klippy.state_message},
        "print_stats": {
            "filename": klippy.filename,
            "total_duration": round(job.total_s if job else klippy.last_total_s, 3),
            "print_duration": round(job.print_s if job else klippy.last_print_s, 3),
            "filament_used": round(_pushed(klippy), 3),
            "state": klippy.print_state,
            "message": klippy.print_message,
            "info": {"total_layer": klippy.layers, "current_layer": klippy.layer},
        },
        "virtual_sdcard": {
            "file_path": str(klippy.gcodes / job.path) if job else None,
            "progress": position / size if size else 0.0,
            "is_active": klippy.is_active,
            "file_position": position,
            "file_size": size,
        },
        "pause_resume": {"is_paused": klippy.is_paused},
        "exclude_object": {
            "objects": [{"name": name} for name in klippy.objects],
            "excluded_objects": list(klippy.excluded),
            "current_object": (job.in_object or None) if job else None,
        },
        "idle_timeout": {"state": "Printing" if klippy.is_active else "Ready", "printing_time": job.total_s if job else 0.0},
        "display_status": {"progress": position / size if size else 0.0, "message": klippy.display or None},
        "extruder": _heater(klippy, "extruder"),
        "heater_bed": _heater(klippy, "heater_bed"),
        "filament_switch_sensor runout": {"filament_detected": klippy.has_filament, "enabled": True},
        "toolhead": {"position": [0.0, 0.0, 0.0, 0.0], "homed_axes": "xyz" if klippy.is_active else ""},
    }


def _heater(klippy: Klippy, name: str) -> dict[str, float]:
    target = klippy.targets[name]
    temperature = klippy.temperatures[name] + klippy.off_by_c.get(name, 0.0)
    return {"temperature": temperature, "target": target, "power": 0.4 if target else 0.0}


def _pushed(klippy: Klippy) -> float:
    if klippy.starved_at is not None:
        return klippy.starved_at
    return klippy.job.filament_mm if klippy.job else klippy.last_filament


def difference(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """Return what is new in ``now``."""
    return {name: value for name, value in now.items() if name not in before or before[name] != value}
