"""Small files of state that can be written again while the disk is full: their room is taken once, and kept."""

import json
import os
from pathlib import Path
from typing import Any

LARGEST = 32 * 1024  # bytes of one state

type State = dict[str, Any]  # of JSON


def write(path: Path, state: State, room: int = LARGEST) -> None:
    """Write the state over the former one, in place; raises OSError, and ValueError where it exceeds the room."""
    text = json.dumps(state).encode()
    if len(text) > room:
        raise ValueError("The state is larger than its room.")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.pwrite(descriptor, text.ljust(room), 0)
    finally:
        os.close(descriptor)


def read(path: Path, *names: str) -> State | None:
    """Return the state, or None where there is none that can be read, or one without these names: of another version."""
    for _attempt in range(3):  # a reader can meet a state that is half written
        try:
            state = json.loads(path.read_bytes())
        except OSError:
            return None
        except ValueError:
            continue
        return state if isinstance(state, dict) and state.keys() >= set(names) else None
    return None
