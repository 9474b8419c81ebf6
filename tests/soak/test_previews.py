"""`make soak`: a word that is only previewed or shared stands on no page of the whole demo, whoever looks meanwhile."""

import re
import threading

from tests.pageforms import values_on
from tests.soak.crawling import public_addresses
from tests.staff import Staff

WORD = "xylophonist"
ROUNDS = 3
# Addresses of lists in the admin, and the fields of each form that a visitor reads.
FORMS = {
    "articles/article": ["title", "dek", "bylines"], "articles/page": ["title"], "articles/resource": ["title", "summary"],
    "articles/country": ["name"], "articles/topic": ["name"], "articles/callout": ["title", "text"],
    "sitesettings/sitesettings": ["tagline", "footer_text"],
}  # fmt: skip


def forms_of(staff):
    """Yield the address of each change form, and what it would send with the word in it."""
    for model, names in FORMS.items():
        _status, page = staff.get(f"/admin/{model}/")
        keys = set(re.findall(rf"/admin/{model}/(\d+)/change/", page)) or {"1"}
        for key in sorted(keys)[:3]:
            _status, form = staff.get(f"/admin/{model}/{key}/change/")
            yield f"/admin/{model}/{key}", values_on(form) | dict.fromkeys(names, WORD)


def look(server, staff):
    """Send every form to its preview, and share each piece; return how many showed the word."""
    shown = 0
    for address, values in forms_of(staff):
        change = f"{address}/change/"
        status, page = staff.post(f"{address}/preview/", values, form=change)
        assert status == 200 and WORD in page, address
        status, made = staff.post(f"{address}/share/", {"days": "1", "shows": "latest"})
        path = re.search(r'value="http://[^/]+(/share/[^"]+)"', made)[1]
        status, body = server.get(path)
        assert status == 200 and b"<form" in body and WORD.encode() not in body
        shown += 1
    return shown


def test_no_public_address_shows_what_is_previewed_or_shared(server):
    staff = Staff(server, "admin")
    asked = public_addresses(server)
    before = {path: server.get(path) for path in asked}
    done = threading.Event()
    found = []

    def crawl():
        while not done.is_set():
            found.extend(path for path in asked if WORD.encode() in server.get(path)[1])

    crawler = threading.Thread(target=crawl)
    crawler.start()
    try:
        shown = [look(server, staff) for _round in range(ROUNDS)]
    finally:
        done.set()
        crawler.join()
    assert min(shown) > 15
    assert found == []
    after = {path: server.get(path) for path in public_addresses(server)}
    assert after.keys() == before.keys()
    assert not [
        path for path, (_status, body) in after.items() if WORD.encode() in body or b"/share/" in body
    ]
    assert WORD not in server.output and "/share/" not in server.output
