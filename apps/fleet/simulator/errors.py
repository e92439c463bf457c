"""How the simulated Moonraker says no."""

from __future__ import annotations


class RpcError(Exception):
    """An answer that is an error: Moonraker's own code (an HTTP status, or JSON-RPC's) and its words."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def over_rpc(self) -> int:
        """The code as JSON-RPC has it: whatever is not found is an unknown method."""
        return {404: -32601, 401: -32602}.get(self.code, self.code)
