"""Sends what the script of a form sends while somebody types."""

import json
import re
from html import unescape

from tests.pageforms import values_on

OURS = {"sec-fetch-site": "same-origin"}


def keep(client, page, address="", headers=OURS, **changes):
    """Send the fields of a page with changes, to its own address or to another one."""
    text = page.content.decode()
    named = dict(re.findall(r'data-(url|page|who|draft)="([^"]*)"', text))
    fields = [
        (name, one)
        for name, value in (values_on(page) | changes).items()
        for one in ([value] if isinstance(value, str) else value)
    ]
    taken = re.findall(r'name="_taken" value="([^"]*)"', text)
    body = {"page": named["page"], "taken": taken, "who": named["who"], "fields": fields}
    address = address or unescape(named["url"])
    return client.post(address, json.dumps(body), content_type="application/json", headers=headers)


def taken_up(client, page):
    """Follow the first offer of a page."""
    return client.get(unescape(re.search(r'href="([^"]*unsaved=[\w:-]+)"', page.content.decode())[1]))
