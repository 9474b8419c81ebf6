"""The few threads of a web process that make pages, called from the event loop.

concurrent.futures could do it too, at three times the cost per request.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue


class AllBusy(Exception):
    """No thread became free in time."""


class PageThreads:
    """A pool of threads with a bounded wait for a free one."""

    def __init__(self, number: int, longest_queue: float) -> None:
        self.longest_queue = longest_queue  # seconds
        self._free = asyncio.Semaphore(number)
        self._work: SimpleQueue[Callable[[], None]] = SimpleQueue()
        for one in range(number):
            threading.Thread(target=self._run, name=f"page-{one}", daemon=True).start()

    def _run(self) -> None:
        while True:
            self._work.get()()

    async def call[**P, Result](
        self, function: Callable[P, Result], *args: P.args, **kwargs: P.kwargs
    ) -> Result:
        """Return what the function returns in a thread; raises AllBusy, and whatever the function raises."""
        if self._free.locked():
            await self._wait()
        else:
            await self._free.acquire()  # at once, and without the cost of a timeout
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()

        def tell(finish: Callable[[], None]) -> None:
            if not future.done():  # else the caller was cancelled
                finish()

        def work() -> None:
            try:
                finish = partial(future.set_result, function(*args, **kwargs))
            except BaseException as error:  # raised in the caller; the thread goes on
                finish = partial(future.set_exception, error)
            with suppress(RuntimeError):  # the process ends
                loop.call_soon_threadsafe(tell, finish)

        self._work.put(work)
        try:
            return await future
        finally:
            self._free.release()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self.longest_queue):
                await self._free.acquire()
        except TimeoutError:
            raise AllBusy from None
