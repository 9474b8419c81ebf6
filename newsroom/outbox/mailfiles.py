"""A mail backend that writes .eml files, for the demo; a file is complete or absent."""

import uuid
from collections.abc import Sequence
from email.policy import SMTP
from pathlib import Path
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class MailFileBackend(BaseEmailBackend):
    """Writes each message to a file of its own, under a name that sorts by time."""

    def __init__(self, file_path: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.folder = Path(file_path)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages; return how many."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{timezone.now():%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}.eml"
            unfinished = self.folder / f"{name}.unfinished"
            unfinished.write_bytes(message.message(policy=SMTP).as_bytes())
            unfinished.replace(self.folder / name)
        return len(email_messages)
