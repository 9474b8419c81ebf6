"""Every role × every address of the admin × GET and POST: allowed, or a refusal in the admin's look; no other outcome."""

import json
import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import URLResolver

from newsroom.accounts.roles import ROLES
from tests.newsroom.permissions import rows

pytestmark = pytest.mark.django_db
MATRIX = Path(__file__).with_name("matrix.txt")
NOBODY, PLAIN, SUPERUSER = "nobody", "no role", "superuser"
WHO = [NOBODY, PLAIN, *ROLES, SUPERUSER]
LETTERS = dict(zip(WHO, "-·WENIAS", strict=True))
LET_IN = {200, 201, 204, 302, 303, 400, 409, 422}  # also where the empty form is refused for what it lacks
FIRST = "(the first page)"
EXPECTED = {"let in", "refused", "not there", "no such way"}
SHORT = {"not there": "404", "no such way": "405"}
STOCK = re.compile(
    r"/(add|history|delete|unsaved|unsaved/discard|preview|share|history/compare|<path:object_id>)/$"
)
HEAD = """\
# Who is let in at each address of the admin: by GET, and by a POST of an empty form.
# W writer, E editor, N newsletter manager, I inquiry officer, A administrator, S superuser, · staff without a role.
# A POST that is let in may still be refused for what it holds. Nobody comes in without signing in but where - stands.
# Written by tests/soak/test_permissions.py with WRITE_MATRIX=1: read every line that changes.
"""


def addresses(patterns, before=""):
    """Return the routes of all addresses below some patterns, with the names that they have."""
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, route)
        else:
            yield route


def filled(route, known):
    """Return an address for a route, with the values of a stored row."""
    row = next((row for start, row in known.items() if route.startswith(start)), None)
    values = {
        "<int:content_type_id>": ContentType.objects.get(app_label="articles", model="article").pk,
        "<uuid:key>": getattr(row, "uuid", ""),
        **dict.fromkeys(["<path:object_id>", "<int:object_id>", "<int:pk>", "<uuid:pk>", "<id>"], getattr(row, "pk", 1)),
        "^(?P<app_label>": "articles/ (?P<",
        "(?P<url>.*)$": "no/such/page/",
    }  # fmt: skip
    for part, value in values.items():
        route = route.replace(part, str(value))
    return "/admin/" + route.partition(" (?P<")[0]


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker, tmp_path_factory):
    """Store rows once, and somebody of each role with a browser that has signed in."""
    from django.test import override_settings

    media = str(tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MEDIA_ROOT=media):
        rows.store(Client(REMOTE_ADDR="192.0.2.7"))
        yield {who: browser_of(who) for who in WHO}
        transaction.set_rollback(True)


def browser_of(who):
    client = Client(raise_request_exception=True)
    if who == NOBODY:
        return client
    name = who.lower().replace(" ", "-")
    user = User.objects.create(username=name, is_staff=True, is_superuser=who == SUPERUSER)
    if who in ROLES:
        user.groups.add(Group.objects.get(name=who))
    if who == "Inquiry officer":
        from inquiries.models import Admission

        Admission.admit(user)
    client.force_login(user)
    return client


def outcome(client, method, address):
    """Return whether somebody is let in, is refused in the admin's look, or what else comes; nothing of it stays."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer = client.generic(method, address, content_type="application/x-www-form-urlencoded")
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    client.cookies = cookies
    return judged(answer, body.decode(errors="replace"))


def judged(answer, text):
    """Return the outcome that an answer is; what stands for none of them is returned as it came."""
    status, kind = answer.status_code, answer.headers.get("Content-Type", "").partition(";")[0]
    led_to = answer.headers.get("Location", "")
    if led_to.startswith("/admin/login/") or (kind == "application/json" and status in {401, 403}):
        return "refused"
    if kind == "application/json" and json.loads(text).get("state") in {"signed-out", "refused"}:
        return "refused"
    if status in {403, 404, 410} and kind == "text/html" and 'id="user-tools"' in text:
        return "refused" if status == 403 else "not there"
    if led_to == "/admin/":  # what one may not see is as good as not there
        return "not there"
    if status == 405:
        return "no such way"
    return "let in" if status in LET_IN else f"{status} {kind}: {text[:200]}"


def lines_of(site, routes):
    """Return a line of the matrix for each route, and what is neither let in nor refused as it should be."""
    known, lines, odd = rows.of_models(), [], []
    for route in routes:
        address, cells = filled(route, known), []
        for method in ["GET", "POST"]:
            found = {who: outcome(site[who], method, address) for who in WHO}
            odd += [
                f"{method} {address} by {who}: {what}" for who, what in found.items() if what not in EXPECTED
            ]
            cells.append(cell(found))
        lines.append(f"{route or FIRST:<66} {cells[0]:<9} {cells[1]}".rstrip())
    return lines, odd


def cell(found):
    let_in = "".join(LETTERS[who] for who in WHO if found[who] == "let in")
    return let_in or next((short for what, short in SHORT.items() if what in found.values()), "none")


def is_of_its_own(route):
    """Return whether an address is asked in the short form: of the stock views of a model, two stand for the others."""
    return not STOCK.search(route) or route.startswith(("articles/article/", "auth/user/", "inquiries/"))


@pytest.mark.parametrize("part", range(4))
def test_every_role_gets_in_or_is_refused_in_the_admins_look(site, part):
    routes = [route for route in sorted(set(addresses(admin.site.get_urls()))) if is_of_its_own(route)][
        part::4
    ]
    lines, odd = lines_of(site, routes)
    assert odd == []
    known = MATRIX.read_text().splitlines()
    assert [line for line in lines if line not in known] == []


def test_the_matrix_names_every_address():
    named = [line.rsplit(None, 2)[0] for line in MATRIX.read_text().splitlines() if not line.startswith("#")]
    assert named == [route or FIRST for route in sorted(set(addresses(admin.site.get_urls())))]
