"""Being asked to stop while a step works: Ctrl-C, a service manager, somebody who terminates the run in Dagster's UI.

Belongs here: the first request as a wish that is heeded in order, the second as an end at once.
Does not belong here: what is put in order before the end (orchestration/backfill.py).

Dagster raises an exception in a step at the first signal, wherever it is; a step that has pages in hand would lose them.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import dagster as dg

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def heeding(stop: Callable[[], None]) -> Iterator[None]:
    """While this lasts the first signal calls ``stop``; the second raises DagsterExecutionInterruptedError.

    Changes nothing in another thread than the main one, where no signal arrives.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked = False

    def heed(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise dg.DagsterExecutionInterruptedError
        asked = True
        stop()

    before = {number: signal.signal(number, heed) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
