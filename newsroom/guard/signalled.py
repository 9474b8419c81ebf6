"""Acts on signals in a thread of its own, told by Python's wakeup descriptor.

A handler in Python runs in the main thread: one that sets an event may interrupt the very wait for it and then wait for
its lock for ever, and one for a signal that comes just before an endless wait begins is not run at all.
"""

import os
import signal
import threading
from collections.abc import Callable

_calls: dict[int, Callable[[], object]] = {}


def set_at(event: threading.Event, *numbers: int) -> None:
    """Set the event whenever one of these signals comes."""
    call_at(event.set, *numbers)


def call_at(function: Callable[[], object], *numbers: int) -> None:
    """Call the function whenever one of these signals comes; call this from the main thread.

    Processes that are forked later handle the signals as if this had not been called.
    """
    if not _calls:
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        os.register_at_fork(after_in_child=_forget)
        threading.Thread(target=_pass_on, args=[reading], name="signals", daemon=True).start()
    for number in numbers:
        _calls[number] = function
        signal.signal(number, lambda *_: None)  # without a handler, nothing is written


def _pass_on(reading: int) -> None:
    while True:
        for number in os.read(reading, 64):
            _calls.get(number, bool)()


def _forget() -> None:
    signal.set_wakeup_fd(-1)
    for number in _calls:
        signal.signal(number, signal.SIG_DFL)
