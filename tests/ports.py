"""Ports of this machine for servers that tests start."""

from __future__ import annotations

import os
import socket
from itertools import count

_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_ports = count(20_000 + 500 * _WORKER)


def free_port() -> int:
    """Below those that the kernel deals out, from a row of this process's own, and never twice: between the asking and
    the server's start nobody else takes it."""
    for port in _ports:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("every port is taken")
