"""Every kind of page of the admin, by whoever uses it: axe in light and dark, the browser's complaints, 360 pixels.

The pages are those of the matrix of permissions, so that a new one is looked at without being named here; what only a form
or a state of a row leads to is below.
"""

import json
import re
from itertools import groupby
from pathlib import Path

import pytest

from tests.browser.accessible import violations
from tests.browser.desk import SIZES, Desk
from tests.conftest import database_url
from tests.servers import PASSWORD, Server, wait_until

pytestmark = pytest.mark.browser
MATRIX = Path(__file__).parents[1] / "newsroom" / "permissions" / "matrix.txt"
USERS = {"E": "editor", "N": "manager", "I": "inquiries", "A": "admin", "S": "admin"}
# Their template is one for all models, or one for all pieces: two or three kinds of rows stand for the others.
ALIKE = re.compile(
    r"/(add|delete|history|preview|share|discard-changes|schedule-changes|review|times|unpublish)/$"
)
FOR_ALL = (
    "articles/article/", "articles/hotline/", "auth/", "inquiries/", "newsletter/import/", "newsletter/issue/",
    "pictures/",
)  # fmt: skip
# Lists and forms take all their colours from one stylesheet: of the models above, they are looked at in the dark too.
STOCK = re.compile(r"\w+/\w+/([\w-]+/change/)?")
LEFT_OUT = {
    "(?P<url>.*)$": "a page that is not there, looked at below",
    "jsi18n/": "a script",
    "articles/resource/tables/": "data for the editor's script",
    "pictures/image/library/": "data for the editor's script",
    "newsletter/issue/<int:object_id>/mail/": "the mail as it is sent, in a frame without scripts; tests/newsletter reads it",
    "newsletter/issue/<int:object_id>/progress/": "leads a draft to its form; one that was sent is looked at below",
    "articles/article/<path:object_id>/delete/": "leads what is public to its form; a draft is looked at below",
    "inquiries/desksettings/": "leads to the one row",
    "sitesettings/sitesettings/": "leads to the one row",
}
STORE = """
import datetime
import json
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.utils import timezone
from articles.models import Article
from inquiries.models import Inquiry
from newsletter.models import Dispatch, Issue, Subscriber
from newsroom.versions import recording, snapshots
from newsroom.versions.workingcopies import working
from newsroom.versions.models import Version
from newsroom.versions.review import steps
from tests.newsroom.permissions import rows

rows.store_what_the_demo_lacks()
people = {name: User.objects.get(username=name) for name in ["editor", "writer"]}
for name, role in [("manager", "Newsletter manager"), ("stranger", "Inquiry officer")]:
    User.objects.create_user(name, f"{name}@newsroom.example.org", PASSWORD, is_staff=True)
    User.objects.get(username=name).groups.add(Group.objects.get(name=role))
public = Article.objects.published().first()
with recording.recording(public, people["editor"], "A better title."):
    public.title += " at last"
    public.save()
content = snapshots.take(public)
content["fields"]["title"] = "A title that waits"
copy = working.keep(public, content, people["editor"])
draft = Article.objects.create(title="A draft", slug="a-draft", body_html="<p>What it says.</p>", created_by=people["writer"])
with recording.recording(draft, people["writer"]):
    draft.dek = "A sentence about it."
    draft.save()
steps.submit(draft, people["writer"], "Please read it.")
first, *_rest = Version.objects.of(public).order_by("pk").values_list("pk", flat=True)
sent = Issue.objects.exclude(published_at=None).first()
ready = Issue.objects.filter(published_at=None).order_by("pk").first()
sending = Issue.objects.create(slug="being-sent", subject="Being sent", state=Issue.State.SENDING, published_at=timezone.now())
later = timezone.now() + datetime.timedelta(days=1)
Dispatch.objects.create(issue=sending, fixed_at=timezone.now(), due_at=later, last_id=Subscriber.objects.latest("pk").pk)
known = {start: row.pk for start, row in rows.of_models().items()}
known |= {"articles/article/": public.pk, "newsletter/issue/": ready.pk, "draft": draft.pk, "old": first, "new": copy.pk, "sent": sent.pk, "sending": sending.pk, "ready": ready.pk}
closed = User.objects.create(username="closed", is_staff=True, is_active=False)
Article.objects.create(title="A draft that nobody has in hand", slug="left", body_html="<p>Why.</p>", created_by=closed)
Inquiry.objects.at_work().first().assign(closed)
known["closed"] = closed.pk
known["auth/user/"] = User.objects.get(username="somebody").pk
print(json.dumps({name: str(key) for name, key in known.items()}))
"""
# What only a query, a state or a person leads to: who, the address, the status.
FURTHER = [
    ("editor", "find/?q=help", 200),
    ("editor", "articles/article/?q=xylophone", 200),
    ("editor", "articles/article/{draft}/change/", 200),
    ("editor", "articles/article/{draft}/delete/", 200),
    ("editor", "articles/article/{draft}/review/", 200),
    ("editor", "articles/article/{articles/article/}/history/compare/?old={old}&new={new}", 200),
    ("editor", "articles/article/{articles/article/}/history/compare/?new={new}", 200),
    ("editor", "articles/article/{articles/article/}/change/?version={old}", 200),
    ("editor", "articles/country/{articles/country/}/change/", 200),
    ("editor", "no/such/page/", 404),
    ("admin", "auth/user/{closed}/in-hand/", 200),
    ("", "password/", 200),
    ("", "password/sent/", 200),
    ("", "password/set/", 200),
    ("", "password/MQ/no-such-token/", 200),
    ("manager", "newsletter/issue/{sent}/progress/", 200),
    ("manager", "newsletter/issue/{sending}/progress/", 200),
    ("manager", "newsletter/issue/{ready}/change/", 200),
    ("manager", "newsletter/issue/{ready}/preview/", 200),
    ("manager", "newsletter/issue/{ready}/send/", 200),
    ("writer", "", 200),
    ("writer", "articles/article/", 200),
    ("writer", "articles/article/{articles/article/}/change/", 200),
    ("writer", "articles/article/{draft}/change/", 200),
    ("writer", "articles/article/{draft}/review/?submit", 200),
    ("writer", "pictures/image/{pictures/image/}/change/", 200),
    ("writer", "articles/callout/", 403),
    ("stranger", "inquiries/inquiry/", 403),
]
# What colours, a narrow screen and what is unfolded can change.
IN_THE_DARK = {
    "runOnly": {
        "type": "rule",
        "values": [
            "color-contrast",
            "link-in-text-block",
            "target-size",
            "label",
            "link-name",
            "button-name",
            "list",
        ],
    }
}
# A colour that changes over a part of a second would be waited for on every page, twice.
AT_ONCE = """const sheet = new CSSStyleSheet();
sheet.replaceSync("*, ::before, ::after { transition: none !important }");
document.adoptedStyleSheets = [sheet];"""
# What is folded, but for the menus, of which only one can be open; they are looked at by themselves.
UNFOLD = "document.querySelectorAll('details:not([name])').forEach(details => { details.open = true })"
READY = "!window.CKEDITOR || Object.values(CKEDITOR.instances).every(editor => editor.status === 'ready')"
WIDER = "document.documentElement.scrollWidth > 360"


def in_matrix():
    """Return who may open each address of the matrix, and its route, but for what is like another or no page."""
    for line in MATRIX.read_text(encoding="utf-8").splitlines():
        route, gets, _posts = line.replace("(the first page)", "(first)").rsplit(None, 2)
        letter = next((one for one in USERS if one in gets), "")
        route = route.strip().replace("(first)", "")
        if line.startswith("#") or gets in {"404", "405", "none"} or not letter or route in LEFT_OUT:
            continue
        if route.startswith(("^", "r/")) or route.endswith("/<path:object_id>/"):
            continue  # asked for with the name of an app; leads to the site; leads to the form
        if not ALIKE.search(route) or route.startswith(FOR_ALL):
            yield USERS[letter], route


PARTS = {
    f"{user}: {part}": [route for _user, route in rows]
    for (user, part), rows in groupby(
        sorted(in_matrix(), key=lambda one: (one[0], one[1].partition("/")[0])),
        key=lambda one: (one[0], one[1].partition("/")[0]),
    )
}


@pytest.fixture(scope="module")
def desks(browser):
    """Return a function that gives somebody's desk at a demo with rows of every model, signed in once."""
    server, made = Server(database_url(), copy_of="demo"), {}
    try:
        server.start()
        done = server.manage("shell", "--no-imports", "-c", STORE.replace("PASSWORD", repr(PASSWORD)))
        assert done.returncode == 0, done.stderr
        known = json.loads(done.stdout.splitlines()[-1])

        def desk_of(username):
            if username not in made:
                made[username] = desk = Desk(browser.new_context(**SIZES["desk"]), server, "desk")
                desk.context.add_init_script(AT_ONCE)
                desk.known = known
                if username:
                    desk.sign_in(username)
            return made[username]

        yield desk_of
    finally:
        for desk in made.values():
            desk.leave()
        server.remove()


def looked_at(desk, status=200, in_the_dark=True):
    """Return what is wrong with the page that is shown: to axe, to the browser, and on a phone."""
    page = desk.page
    wait_until(lambda: page.evaluate(READY))  # an editor that is half made has names before it has its role
    found = [violations(page)]
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 740})
    page.evaluate(UNFOLD)
    found += ["wider than 360 pixels"] if page.evaluate(WIDER) else []
    found += [violations(page, **IN_THE_DARK)] if in_the_dark else []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(SIZES["desk"]["viewport"])
    found += [one for one in desk.complaints if f"status of {status}" not in one or status == 200]
    desk.complaints.clear()
    return [f"{page.url}: {one}" for one in found if one]


def opened(desk, address, status=200):
    """Open a page, and return what is wrong with it."""
    desk.complaints.clear()
    answer = desk.page.goto(f"{desk.server.url}/admin/{address}")
    path = desk.page.url.removeprefix(f"{desk.server.url}/admin/")
    if (answer.status, path) != (status, address):
        return [f"{address}: {answer.status}, led to {path}"]
    return looked_at(desk, status, not STOCK.fullmatch(address) or address.startswith(FOR_ALL))


@pytest.mark.parametrize("part", PARTS)
def test_pages_of_the_matrix(desks, part):
    desk = desks(part.partition(":")[0])
    found = []
    for route in PARTS[part]:
        row = next((row for start, row in desk.known.items() if route.startswith(start)), "")
        found += opened(desk, re.sub("<[^>]+>", row, route))
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("username", sorted({user for user, _address, _status in FURTHER}))
def test_pages_of_a_query_a_state_or_a_person(desks, username):
    desk, found = desks(username), []
    for user, address, status in FURTHER:
        if user == username:
            filled = re.sub(r"\{([^}]+)\}", lambda name: desk.known[name[1]], address)
            found += opened(desk, filled, status)
    assert found == [], "\n".join(found)


def test_menus_that_are_unfolded(desks):
    desk, found = desks("editor"), []
    desk.open("/admin/")
    for menu in desk.page.locator("details[name]").all():
        menu.evaluate("menu => { menu.open = true }")
        found += looked_at(desk)
    assert len(found) == 0 and desk.page.locator("details[name]").count() == 2, "\n".join(found)


ACTIONS = [
    ("articles/article/", ["publish_many", "unpublish_many", "add_topic", "delete_selected"]),
    ("articles/topic/", ["delete_selected"]),
    ("search/bestbet/", ["delete_selected"]),
    ("pictures/image/", ["withdraw"]),
]


@pytest.mark.parametrize(("path", "actions"), ACTIONS)
def test_pages_of_actions(desks, path, actions):
    desk, found = desks("editor"), []
    for action in actions:
        desk.open(f"/admin/{path}")
        desk.page.locator(".action-select").first.check()
        desk.page.select_option("select[name=action]", action)
        with desk.page.expect_navigation():
            desk.page.locator(".actions [type=submit], .actions button").first.click()
        assert desk.page.locator("[name=action]").count() < 2, action
        found += looked_at(desk)
    assert found == [], "\n".join(found)


SAVED_BY_SOMEBODY = """async () => {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const sent = new FormData(page.querySelector("form[id$=_form]"));
    sent.set("title", "Saved by somebody else");
    sent.set("_save", "Save");
    await fetch(location.href, {method: "POST", body: sent});
}"""


def test_a_form_that_somebody_else_has_saved(desks):
    desk = desks("editor")
    desk.open(f"/admin/articles/callout/{desk.known['articles/callout/']}/change/")
    desk.page.evaluate(SAVED_BY_SOMEBODY)
    desk.page.fill("#id_title", "Saved by me")
    with desk.page.expect_navigation():
        desk.page.locator("input[name=_save]").last.click()
    assert desk.page.locator(".conflict").count() == 1
    assert looked_at(desk) == []


def test_words_that_were_left_are_offered(desks):
    desk = desks("editor")
    desk.open("/admin/articles/topic/add/")
    desk.page.fill("#id_name", "Left where it stood")
    desk.page.locator(".unsaved-state p", has_text=re.compile(r"\w")).first.wait_for()
    desk.page.goto("about:blank")
    desk.open("/admin/articles/topic/add/")
    desk.page.locator(".unsaved-offer").wait_for()
    assert looked_at(desk) == []


def test_inquiries_that_were_sought(desks):
    desk = desks("inquiries")
    desk.open("/admin/inquiries/inquiry/")
    desk.page.locator(".desk-search input[type=search], .desk-search input:not([type=hidden])").first.fill(
        "report"
    )
    with desk.page.expect_navigation():
        desk.page.locator(".desk-search [type=submit], .desk-search button").click()
    assert looked_at(desk) == []


IDLE = """
from django.contrib.sessions.models import Session
from newsroom.signin.sessionstore import SessionStore
from inquiries.desk.access import SEEN_AT
for key in Session.objects.values_list("pk", flat=True):
    session = SessionStore(key)
    if SEEN_AT in session:
        session[SEEN_AT] = 0
        session.save()
"""


def test_the_desk_asks_for_the_password_again(desks):
    desk = desks("inquiries")
    desk.open("/admin/inquiries/inquiry/")
    done = desk.server.manage("shell", "--no-imports", "-c", IDLE)
    assert done.returncode == 0, done.stderr
    desk.open("/admin/inquiries/inquiry/")
    desk.page.fill("[name=desk_password]", "not the one")
    with desk.page.expect_navigation():
        desk.page.locator("[name=desk_password]").press("Enter")
    assert "That was not your password." in desk.page.locator("#content").inner_text()
    assert looked_at(desk) == []
    desk.page.fill("[name=desk_password]", PASSWORD)
    with desk.page.expect_navigation():
        desk.page.locator("[name=desk_password]").press("Enter")
    assert desk.page.locator("[name=desk_password]").count() == 0


REFUSED = [
    "articles/article/add/",
    "articles/resource/add/",
    "articles/country/add/",
    "newsletter/import/add/",
]


def test_forms_that_are_refused(desks):
    found = []
    for address in REFUSED:
        desk = desks("manager" if address.startswith("newsletter") else "editor")
        desk.open(f"/admin/{address}")
        desk.page.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true })")
        with desk.page.expect_navigation():
            desk.page.locator("input[name=_save]").last.click()
        found += looked_at(desk)
    assert found == [], "\n".join(found)


def test_signing_in_wrong_passwords_and_the_locked_door(desks):
    """It comes last: what it counts closes the door to the account alone, and to this browser."""
    desk = desks("")
    found = opened(desk, "login/?next=/admin/")
    for number in range(30):
        desk.page.fill("#id_username", "somebody")
        desk.page.fill("#id_password", f"wrong {number}")
        with desk.page.expect_navigation() as answer:
            desk.page.locator("#login-form input[type=submit]").click()
        if number == 0 or answer.value.status == 429:
            found += looked_at(desk, answer.value.status)
        if answer.value.status == 429:
            break
    assert answer.value.status == 429
    assert found == [], "\n".join(found)
