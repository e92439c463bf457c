"""The hand that reaches into the simulation: faults, hands on machines, the world around them. Loopback only, at an address of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .faults import Rule
from .host import Host
from .klippy import GcodeError
from .machine import Machine
from .physical import physical_account

if TYPE_CHECKING:
    from .simulator import Simulator

SIMULATOR: web.AppKey[Simulator] = web.AppKey("simulator")
Given = dict[str, Any]
Action = Callable[["Simulator", Machine, Given], Awaitable[Any]]

FOREIGN = "; somebody's own file\nG28\n{moves}; estimated printing time (normal mode) = {seconds}s\n"


def application(simulator: Simulator) -> web.Application:
    """Return the control application."""
    app = web.Application()
    app[SIMULATOR] = simulator
    app.router.add_get("/sim/printers", _printers)
    app.router.add_get("/sim/account", _account)
    app.router.add_post("/sim/printers/{printer}/{action}", _act)
    app.router.add_post("/sim/faults", _faults_everywhere)
    return app


async def _printers(request: web.Request) -> web.Response:
    return web.json_response(request.app[SIMULATOR].describe())


async def _account(request: web.Request) -> web.Response:
    account = physical_account(request.app[SIMULATOR].log.path)
    return web.json_response({name: [{**asdict(one), "unfinished": one.unfinished} for one in prints] for name, prints in account.items()})


async def _act(request: web.Request) -> web.Response:
    simulator, name = request.app[SIMULATOR], request.match_info["action"]
    host = simulator.hosts.get(request.match_info["printer"])
    if host is None or name not in ACTIONS:
        known = ", ".join(simulator.hosts if host is None else ACTIONS)
        return web.json_response({"error": f"There is no such {'printer' if host is None else 'action'}; there are: {known}"}, status=404)
    given = await request.json() if request.can_read_body else {}
    try:
        answer = await ACTIONS[name](simulator, host, given)
    except (TypeError, ValueError, KeyError, GcodeError) as problem:
        return web.json_response({"error": str(problem)}, status=400)
    return web.json_response({"result": answer})


async def _faults_everywhere(request: web.Request) -> web.Response:
    given = await request.json()
    try:
        for host in request.app[SIMULATOR].hosts.values():
            await _chance(request.app[SIMULATOR], host, given)
    except (TypeError, ValueError, KeyError) as problem:
        return web.json_response({"error": str(problem)}, status=400)
    return web.json_response({"result": "ok"})


async def _fault(_simulator: Simulator, host: Machine, given: Given) -> str:
    host.faults.rules.append(Rule(**given))
    return "ok"


async def _chance(_simulator: Simulator, host: Machine, given: Given) -> str:
    host.faults.by_chance(int(given["seed"]), given["chances"], seconds=float(given.get("seconds", 1.0)))
    return "ok"


async def _calm(_simulator: Simulator, host: Machine, _given: Given) -> str:
    host.faults.clear()
    return "ok"


async def _restart_klippy(_simulator: Simulator, host: Machine, _given: Given) -> str:
    await host.restart_klippy()
    return "ok"


async def _kill_moonraker(simulator: Simulator, host: Machine, given: Given) -> str:
    await simulator.take_down(host, gracefully=bool(given.get("gracefully")))
    return "ok"


async def _start_moonraker(simulator: Simulator, host: Machine, _given: Given) -> str:
    await simulator.bring_up(host)
    return "ok"


async def _hang_moonraker(_simulator: Simulator, host: Machine, _given: Given) -> str:
    host.hang()
    return "ok"


async def _wake_moonraker(_simulator: Simulator, host: Machine, _given: Given) -> str:
    host.wake()
    return "ok"


async def _drop_connections(_simulator: Simulator, host: Machine, _given: Given) -> int:
    dropped = host.lines()
    for line in dropped:
        line.hang_up()
    return len(dropped)


async def _shut_down(_simulator: Simulator, host: Machine, given: Given) -> str:
    host.klippy.shut_down(str(given.get("message", "MCU 'mcu' shutdown: Heater extruder not heating at expected rate")))
    return "ok"


async def _lose_board(_simulator: Simulator, host: Machine, _given: Given) -> str:
    host.klippy.lose_board()
    return "ok"


async def _miss_start(_simulator: Simulator, host: Machine, _given: Given) -> str:
    if not isinstance(host, Host):
        raise ValueError("what the real Moonraker misses cannot be chosen")  # noqa: TRY004 - what was asked for is wrong
    host.history.misses_next = True
    return "ok"


async def _runout(_simulator: Simulator, host: Machine, given: Given) -> str:
    """The filament ends: now, or ``at`` that share of the next print of several objects (null: it lasts after all)."""
    if "at" in given:
        host.klippy.ends_at = None if given["at"] is None else float(given["at"])
    else:
        host.klippy.run_out()
    return "ok"


async def _heater_drift(_simulator: Simulator, host: Machine, given: Given) -> str:
    host.klippy.off_by_c[str(given.get("heater", "extruder"))] = float(given["by_c"])
    return "ok"


async def _heater_off(_simulator: Simulator, host: Machine, given: Given) -> str:
    host.klippy.targets[str(given.get("heater", "extruder"))] = 0.0
    return "ok"


async def _stop_extrusion(_simulator: Simulator, host: Machine, _given: Given) -> str:
    host.klippy.starved_at = host.klippy.job.filament_mm if host.klippy.job else 0.0
    return "ok"


async def _stick(_simulator: Simulator, host: Machine, _given: Given) -> str:
    host.klippy.is_stuck = True
    return "ok"


async def _mend(_simulator: Simulator, host: Machine, _given: Given) -> str:
    host.klippy.mend()
    return "ok"


async def _load_filament(_simulator: Simulator, host: Machine, _given: Given) -> str:
    host.klippy.load_filament()
    return "ok"


async def _foreign_print(_simulator: Simulator, host: Machine, given: Given) -> str:
    name = str(given.get("filename", "somebody/own.gcode"))
    moves = "".join(f"G1 X{number % 100} Y10 E{number}\n" for number in range(1, 50))
    path = host.klippy.gcodes / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FOREIGN.format(moves=moves, seconds=int(given.get("seconds", 600))))
    await host.klippy.script(f'SDCARD_PRINT_FILE FILENAME="{name}"')
    return name


async def _at_machine(_simulator: Simulator, host: Machine, given: Given) -> str:
    """Somebody uses the printer's own screen: CANCEL_PRINT, PAUSE, RESUME, SDCARD_RESET_FILE, any G-code."""
    await host.klippy.script(str(given["script"]))
    return "ok"


async def _told(_simulator: Simulator, host: Machine, _given: Given) -> list[tuple[float, str]]:
    return list(host.told) if isinstance(host, Host) else []


async def _clear_bed(_simulator: Simulator, host: Machine, _given: Given) -> str:
    host.klippy.bed.clear()
    return "ok"


async def _set_key(_simulator: Simulator, host: Machine, given: Given) -> str:
    await host.change_key(str(given["key"]))
    return "ok"


async def _set_clock(_simulator: Simulator, host: Machine, given: Given) -> str:
    host.klippy.set_clock(replace(host.klippy.clock, **{name: float(value) for name, value in given.items()}))
    return "ok"


async def _corruption(_simulator: Simulator, host: Machine, given: Given) -> str:
    host.corrupt_simultaneous(on=bool(given["on"]))
    return "ok"


async def _storage(_simulator: Simulator, host: Machine, given: Given) -> str:
    host.limit_storage(None if given["free"] is None else int(given["free"]))
    return "ok"


async def _set_back(_simulator: Simulator, host: Machine, given: Given) -> str:
    host.set_back(float(given["hours"]))
    return "ok"


async def _clone(simulator: Simulator, host: Machine, given: Given) -> str:
    host.clone(simulator.hosts[str(given["of"])])
    return "ok"


async def _new_board(_simulator: Simulator, host: Machine, _given: Given) -> str:
    if not isinstance(host, Host):
        raise ValueError("the computer of a real Moonraker is this one")  # noqa: TRY004 - what was asked for is wrong
    host.replace_board()
    return "ok"


ACTIONS: dict[str, Action] = {
    "fault": _fault,
    "chance": _chance,
    "calm": _calm,
    "restart-klippy": _restart_klippy,
    "kill-moonraker": _kill_moonraker,
    "start-moonraker": _start_moonraker,
    "hang-moonraker": _hang_moonraker,
    "wake-moonraker": _wake_moonraker,
    "drop-connections": _drop_connections,
    "shutdown": _shut_down,
    "lose-board": _lose_board,
    "miss-start": _miss_start,
    "runout": _runout,
    "load-filament": _load_filament,
    "heater-drift": _heater_drift,
    "heater-off": _heater_off,
    "stop-extrusion": _stop_extrusion,
    "stick": _stick,
    "mend": _mend,
    "foreign-print": _foreign_print,
    "at-machine": _at_machine,
    "told": _told,
    "clear-bed": _clear_bed,
    "key": _set_key,
    "clock": _set_clock,
    "corruption": _corruption,
    "storage": _storage,
    "set-back": _set_back,
    "clone": _clone,
    "new-board": _new_board,
}
