"""For a command that `devdb --at-once run` begins while the server still starts: it loads its modules meanwhile."""

from __future__ import annotations

import os

READY_VARIABLE = "MAILLAGE_DATABASE_READY"  # names a pipe, in which a byte says that the server answers


def wait_until_ready() -> bool:
    """Before the first query. False: there is no server, and devdb says why. Every other command finds it ready."""
    pipe = os.environ.pop(READY_VARIABLE, "")
    if not pipe:
        return True
    said = os.read(int(pipe), 1)
    os.close(int(pipe))
    return bool(said)
