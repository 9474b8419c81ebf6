"""What readers do: fill in forms, wait for the worker, open mails and press the buttons behind their links."""

import re
from urllib.parse import urlsplit

from django.core import mail

from newsletter.readers.signup import take_up_wishes
from newsroom.outbox import sending


def work():
    """Let the worker take up wishes and send what waits in the outbox."""
    take_up_wishes()
    while sending.send_due():
        pass


def links(message):
    """Return the paths that a message links to, in both of its parts."""
    parts = [message.body, *(part.content for part in message.alternatives)]
    found = [set(re.findall(r'https?://[^\s"<>]+', part)) for part in parts]
    return sorted({urlsplit(url).path for urls in found for url in urls})


def last_link(purpose):
    """Return the path of the newest mail's link for a purpose, such as 'confirm'."""
    message = mail.outbox[-1]
    return next(path for path in links(message) if path.startswith(f"/newsletter/{purpose}/"))
