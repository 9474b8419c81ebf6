"""The lines of the ledger: one erasure each, signed, so that what is cut or forged is known and left out."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from newsroom.backups.models import Erasure

type Hash = Callable[[str], str]


@dataclass(frozen=True)
class Entry:
    """One erasure, as it stands in the ledger."""

    uid: str
    at: datetime
    kind: str
    subject: str  # keyed hash
    details: dict[str, object]  # JSON


def line_of(row: Erasure, hashed: Hash) -> str:
    """Return the row as a line of the ledger; hashed() is key.hasher()."""
    told = {
        "id": row.uid.hex,
        "at": row.at.isoformat(),
        "kind": row.kind,
        "subject": row.subject,
        "details": row.details,
    }
    text = json.dumps(told, ensure_ascii=True, sort_keys=True)
    return f"{hashed(text)[:32]} {text}\n"


def entry_in(line: str, hashed: Hash) -> Entry | None:
    """Return the Entry of a line, or None where it is cut, forged or written under another key."""
    signature, _space, text = line.strip().partition(" ")
    if not text or signature != hashed(text)[:32]:
        return None
    told = json.loads(text)
    at = datetime.fromisoformat(told["at"])
    return Entry(uuid.UUID(told["id"]).hex, at, told["kind"], told["subject"], told["details"])
