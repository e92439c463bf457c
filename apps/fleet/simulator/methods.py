"""The JSON-RPC methods of the simulated Moonraker."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from .connection import Connection, Wanted, chosen
from .errors import RpcError
from .host import Host
from .telling import status_of

VERSION = "0.11.0"
COMPONENTS = ["klippy_connection", "authorization", "file_manager", "history", "klippy_apis", "websockets"]
SNAPSHOT = "/webcam/snapshot"
PUBLIC = frozenset({"server.connection.identify", "access.info"})
"""Answered without a key; ``identify`` is where one can be shown."""

Params = dict[str, Any]
Method = Callable[[Host, Params, Connection | None], Awaitable[Any]]


async def call(host: Host, method: str, params: Params, connection: Connection | None = None) -> Any:
    """Follow one request of somebody who is let in."""
    if method not in METHODS:
        raise RpcError(-32601, "Method not found")
    return await METHODS[method](host, params, connection)


def argument(params: Params, name: str) -> Any:
    """Return a required argument."""
    if name not in params:
        raise RpcError(400, f"No data for argument: {name}")
    return params[name]


async def _server_info(host: Host, _params: Params, _connection: Connection | None) -> Any:
    return {
        "klippy_connected": host.klippy_is_connected,
        "klippy_state": host.klippy.state,
        "components": COMPONENTS,
        "failed_components": [],
        "registered_directories": ["gcodes"],
        "warnings": [],
        "websocket_count": len(host.connections),
        "moonraker_version": VERSION,
        "missing_klippy_requirements": [],
        "api_version": [1, 5, 0],
        "api_version_string": "1.5.0",
    }


async def _identify(host: Host, params: Params, connection: Connection | None) -> Any:
    if connection is None:
        raise RpcError(400, "No connection detected")
    for name in ("client_name", "version", "type", "url"):
        argument(params, name)
    if "api_key" in params:
        if not host.accepts(key=str(params["api_key"]), token=None):
            raise RpcError(401, "Invalid API Key")
        connection.is_known = True
    if not connection.is_known:
        raise RpcError(401, "Unauthorized")
    if params["type"] == "agent":
        name = str(params["client_name"])
        if any(other.agent == name for other in host.connections):
            raise RpcError(400, f"Agent '{name}' already registered and connected'")
        connection.agent = name
    return {"connection_id": id(connection)}


async def _printer_info(host: Host, _params: Params, _connection: Connection | None) -> Any:
    klippy = _connected(host)
    return {
        "state": klippy.state,
        "state_message": klippy.state_message,
        "hostname": host.name,
        "process_id": klippy.pid,
        "user_id": 1000,
        "group_id": 1000,
        "software_version": "farmos-simulator",
        "cpu_info": "1 core simulated",
    }


async def _system_info(host: Host, _params: Params, _connection: Connection | None) -> Any:
    card = ":".join(["b8", "27", "eb", *(host.board[at : at + 2] for at in (0, 2, 4))])
    network = {"wlan0": {"mac_address": card, "ip_addresses": []}}
    return {"system_info": {"cpu_info": {"cpu_count": 4, "serial_number": host.board, "model": "Simulated"}, "network": network}}


async def _database_item(host: Host, params: Params, _connection: Connection | None) -> Any:
    namespace, key = str(argument(params, "namespace")), str(argument(params, "key"))
    if (namespace, key) != ("moonraker", "instance_id"):
        raise RpcError(-32601, f"Key '{key}' in namespace '{namespace}' not found")
    return {"namespace": namespace, "key": key, "value": host.installation}


def _connected(host: Host) -> Any:
    if not host.klippy_is_connected:
        raise RpcError(503, "Klippy Host not connected")
    return host.klippy


async def _objects_list(host: Host, _params: Params, _connection: Connection | None) -> Any:
    return {"objects": list(status_of(_connected(host)))}


async def _objects_query(host: Host, params: Params, _connection: Connection | None) -> Any:
    klippy, wanted, status = _connected(host), _wanted(params), status_of(host.klippy)
    return {"eventtime": klippy.uptime, "status": {name: chosen(status.get(name, {}), fields) for name, fields in wanted.items()}}


async def _objects_subscribe(host: Host, params: Params, connection: Connection | None) -> Any:
    if connection is None:
        raise RpcError(-32601, "Subscriptions not available for HTTP transport")
    answer = await _objects_query(host, params, connection)
    connection.subscribe(_wanted(params))
    return answer


def _wanted(params: Params) -> Wanted:
    objects = argument(params, "objects")
    if not isinstance(objects, dict):
        raise RpcError(400, "Invalid argument: objects")
    return objects


async def _start(host: Host, params: Params, _connection: Connection | None) -> Any:
    filename = str(argument(params, "filename")).replace('"', "")
    return await host.script(f'SDCARD_PRINT_FILE FILENAME="{filename}"')


def _macro(text: str) -> Method:
    async def run(host: Host, _params: Params, _connection: Connection | None) -> Any:
        return await host.script(text)

    return run


async def _script(host: Host, params: Params, _connection: Connection | None) -> Any:
    return await host.script(str(argument(params, "script")))


async def _emergency_stop(host: Host, _params: Params, _connection: Connection | None) -> Any:
    _connected(host).emergency_stop()
    return "ok"


def _restart(*, firmware: bool) -> Method:
    async def restart(host: Host, _params: Params, _connection: Connection | None) -> Any:
        _connected(host)
        host.spawn(host.restart_klippy(firmware=firmware))
        return "ok"

    return restart


async def _metadata(host: Host, params: Params, _connection: Connection | None) -> Any:
    return host.files.metadata(str(argument(params, "filename")))


async def _files_list(host: Host, _params: Params, _connection: Connection | None) -> Any:
    return host.files.listing()


async def _directory(host: Host, params: Params, _connection: Connection | None) -> Any:
    return host.files.directory(str(params.get("path", "gcodes")))


async def _delete_file(host: Host, params: Params, connection: Connection | None) -> Any:
    if connection is None:
        raise RpcError(-32601, "Method not found")
    return remove_file(host, params)


def remove_file(host: Host, params: Params) -> Any:
    """Delete a file, whichever way it was asked for."""
    item = host.files.remove(str(argument(params, "path")))
    host.notify("notify_filelist_changed", {"action": "delete_file", "item": item})
    return {"item": item, "action": "delete_file"}


async def _history_list(host: Host, params: Params, _connection: Connection | None) -> Any:
    return host.history.listing(
        limit=_whole(params.get("limit", 50)), start=_whole(params.get("start", 0)), order=str(params.get("order", "desc"))
    )


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError) as problem:
        raise RpcError(400, f"Unable to convert argument to int: {value}") from problem


async def _history_job(host: Host, params: Params, _connection: Connection | None) -> Any:
    return host.history.job(str(argument(params, "uid")))


async def _webcams(host: Host, _params: Params, _connection: Connection | None) -> Any:
    camera = {"name": "bed", "enabled": True, "service": "mjpegstreamer", "flip_horizontal": False, "flip_vertical": False, "rotation": 0}
    return {"webcams": [{**camera, "snapshot_url": f"http://localhost:{host.port}{SNAPSHOT}", "stream_url": ""}]}


async def _oneshot(host: Host, _params: Params, _connection: Connection | None) -> Any:
    return host.oneshot()


async def _access_info(_host: Host, _params: Params, _connection: Connection | None) -> Any:
    return {"default_source": "moonraker", "available_sources": ["moonraker"], "login_required": False, "trusted": False}


async def _api_key(host: Host, _params: Params, _connection: Connection | None) -> Any:
    return host.api_key


async def _new_api_key(host: Host, _params: Params, _connection: Connection | None) -> Any:
    return host.rotate_key()


METHODS: dict[str, Method] = {
    "server.info": _server_info,
    "server.connection.identify": _identify,
    "machine.system_info": _system_info,
    "server.database.get_item": _database_item,
    "printer.info": _printer_info,
    "printer.objects.list": _objects_list,
    "printer.objects.query": _objects_query,
    "printer.objects.subscribe": _objects_subscribe,
    "printer.print.start": _start,
    "printer.print.pause": _macro("PAUSE"),
    "printer.print.resume": _macro("RESUME"),
    "printer.print.cancel": _macro("CANCEL_PRINT"),
    "printer.gcode.script": _script,
    "printer.emergency_stop": _emergency_stop,
    "printer.restart": _restart(firmware=False),
    "printer.firmware_restart": _restart(firmware=True),
    "server.files.metadata": _metadata,
    "server.files.list": _files_list,
    "server.files.get_directory": _directory,
    "server.files.delete_file": _delete_file,
    "server.history.list": _history_list,
    "server.history.get_job": _history_job,
    "server.webcams.list": _webcams,
    "access.oneshot_token": _oneshot,
    "access.info": _access_info,
    "access.get_api_key": _api_key,
    "access.post_api_key": _new_api_key,
}

REST: dict[tuple[str, str], str] = {
    ("GET", "/server/info"): "server.info",
    ("GET", "/machine/system_info"): "machine.system_info",
    ("GET", "/server/database/item"): "server.database.get_item",
    ("GET", "/printer/info"): "printer.info",
    ("GET", "/printer/objects/list"): "printer.objects.list",
    ("POST", "/printer/objects/query"): "printer.objects.query",
    ("POST", "/printer/print/start"): "printer.print.start",
    ("POST", "/printer/print/pause"): "printer.print.pause",
    ("POST", "/printer/print/resume"): "printer.print.resume",
    ("POST", "/printer/print/cancel"): "printer.print.cancel",
    ("POST", "/printer/gcode/script"): "printer.gcode.script",
    ("POST", "/printer/emergency_stop"): "printer.emergency_stop",
    ("POST", "/printer/restart"): "printer.restart",
    ("POST", "/printer/firmware_restart"): "printer.firmware_restart",
    ("GET", "/server/files/list"): "server.files.list",
    ("GET", "/server/files/directory"): "server.files.get_directory",
    ("GET", "/server/files/metadata"): "server.files.metadata",
    ("GET", "/server/history/list"): "server.history.list",
    ("GET", "/server/history/job"): "server.history.get_job",
    ("GET", "/server/webcams/list"): "server.webcams.list",
    ("GET", "/access/oneshot_token"): "access.oneshot_token",
    ("GET", "/access/info"): "access.info",
    ("GET", "/access/api_key"): "access.get_api_key",
    ("POST", "/access/api_key"): "access.post_api_key",
}
