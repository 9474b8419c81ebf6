"""Whether the kernel's clock is kept right by NTP, by whichever program."""

import ctypes

SIZE = 512  # bytes, more than struct timex has on any platform
UNSYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)


def is_synchronised() -> bool | None:
    """Return whether it is, or None where the kernel does not tell."""
    try:
        # modes=0, the first field, only asks.
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(SIZE))
    except (OSError, AttributeError):  # not Linux
        return None
    return None if state < 0 else bool(state != UNSYNCHRONISED)
