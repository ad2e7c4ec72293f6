"""The places of the workers: work that has to wait for a moment leaves its place to other work."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Semaphore, local


class Places:
    """So many pieces of work go on at once, whatever else was begun and waits."""

    def __init__(self, number: int, sleep: Callable[[float], None] = time.sleep) -> None:
        self._free = Semaphore(number)
        self._sleep = sleep
        self._mine = local()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Waits for a place, and has it until the block ends."""
        self._free.acquire()
        self._mine.has = True
        try:
            yield
        finally:
            self._mine.has = False
            self._free.release()

    def wait(self, seconds: float) -> None:
        """Sleeps without a place; who has none just sleeps."""
        if not getattr(self._mine, "has", False):
            self._sleep(seconds)
            return
        self._free.release()
        try:
            self._sleep(seconds)
        finally:
            self._free.acquire()
