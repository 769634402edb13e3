"""What nobody caught ends in the log, without content, instead of as Python's own traceback on stderr."""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType

logger = logging.getLogger(__name__)


def install() -> None:
    """For commands and threads. `manage COMMAND --traceback` shows Python's own, values and all, to whoever asks."""
    if "--traceback" not in sys.argv:
        sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        logger.critical("the process ends with an error that nobody caught", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
        logger.critical(
            "a thread ends with an error that nobody caught",
            exc_info=(args.exc_type, args.exc_value, args.exc_traceback),
        )
