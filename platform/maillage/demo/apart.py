"""Work in a process of its own, forked from this one: Python has the second core for it too.

What makes papers is done here and never in the process that serves: typst's threads don't outlive a fork, and whoever
asked the workers of such a server for a paper would wait for ever.
"""

from __future__ import annotations

import gc
import signal
import traceback
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import FrameType, TracebackType
from typing import Any, Generic, NoReturn, Self, TypeVar

from django.core.management.base import CommandError
from django.db import OperationalError, connections

R = TypeVar("R")
FORK = get_context("fork")
PARENTS: list[Any] = []  # connections that are left alone here: to close one would say goodbye in the parent's name


class Apart(Generic[R]):
    """Begins at once; `wait()` gives what came of it. As a context: waited for at its end, stopped by an error."""

    def __init__(self, work: Callable[[], R]) -> None:
        self.answer, said = FORK.Pipe(duplex=False)
        self.process = FORK.Process(target=_work, args=(work, said))
        self.process.start()
        said.close()

    def wait(self) -> R:
        """Raises what the work has raised."""
        try:
            went_well, result = self.answer.recv()
        except EOFError:
            raise CommandError("The process that makes the demo was ended from outside.") from None
        except BaseException:
            self.process.terminate()
            raise
        finally:
            self.process.join()
        if not went_well:
            raise result
        found: R = result
        return found

    def stop(self) -> None:
        """It is interrupted, and puts in order what it was doing."""
        self.process.terminate()
        self.process.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            self.wait()
        else:
            self.stop()


def _work(work: Callable[[], Any], said: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C tells every process: the first one passes it on
    signal.signal(signal.SIGTERM, interrupted)
    gc.freeze()  # what the parent has loaded stays, and needn't be copied to be looked through
    for one in connections.all(initialized_only=True):
        PARENTS.append(one.connection)
        one.connection = None
    try:
        result = True, work()
    except (CommandError, OperationalError, KeyboardInterrupt) as error:
        result = False, error
    except Exception:
        traceback.print_exc()
        result = False, CommandError("The demo couldn't be made: the error stands above.")
    connections.close_all()
    said.send(result)


def interrupted(number: int, frame: FrameType | None) -> NoReturn:
    """What to do at SIGTERM: as at Ctrl-C."""
    raise KeyboardInterrupt
