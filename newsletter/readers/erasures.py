"""Readers in the ledger of erasures: nobody gets mail after a backup was put back who would not have got it before.

Of each address the last entry counts. It holds no address and no interest, only what became of the reader.
"""

import datetime

from newsroom.backups import ledger

STATE = "reader"  # confirmed, unsubscribed, moved to another address, or suppressed for one of the reasons
PAUSE = "reader's pause"
LIST = "list of readers"
CONFIRMED, UNSUBSCRIBED, MOVED = "confirmed", "unsubscribed", "moved"


def note(address_key: str, state: str, suppressed: str = "") -> None:
    """Note what became of an address; `suppressed`: the keyed hash of its suppression."""
    ledger.note(STATE, address_key, state=state, suppressed=suppressed)


def note_pause(address_key: str, until: datetime.date | None) -> None:
    """Note until when a reader pauses."""
    ledger.note(PAUSE, address_key, until=until.isoformat() if until else "")
