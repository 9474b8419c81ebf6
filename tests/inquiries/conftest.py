"""People who ask, and the officer who answers."""

import time

import pytest
from django.core import signing

from newsroom.guard import spamtrap
from tests.pageforms import value
from tests.soak import asking

FORM = "/inquiries/"
MAILBOX = "/inquiries/mailbox/"
DESK = "/admin/inquiries/inquiry/"


def a_form(**values):
    """Return what a browser sends for a filled form that was opened a minute ago."""
    from inquiries.mailbox.receipts import new_nonce

    return {
        "kind": "question",
        "message": "Where do I find the report of 2006?",
        "country": "LA",
        "language": "en",
        "reply_by": "receipt",
        "address": "",
        "name": "",
        "organisation": "",
        "about": "",
        "help_seen": "",
        "website": "",
        "opened": signing.dumps(int(time.time()) - 60, salt=spamtrap.SALT),
        "nonce": new_nonce(),
    } | values


def shown(answer):
    """Return the page that a form leads to: the answer itself, or the one that it redirects to."""
    return answer.client.get(answer["Location"]) if answer.status_code == 303 else answer


def receipt_on(answer):
    """Return the words of the receipt that a form leads to."""
    return asking.words_on(shown(answer).content.decode())


def reference_on(answer):
    return asking.reference_on(shown(answer).content.decode())


def hidden(page, name):
    """Return the value of the first hidden field of that name."""
    return value(page.content.decode(), name)


@pytest.fixture(autouse=True)
def open_office(request):
    """Let there be an officer and limits of confidence: without them the form takes no messages."""
    if not {"db", "transactional_db"} & set(request.fixturenames) and not request.node.get_closest_marker(
        "django_db"
    ):
        return
    request.getfixturevalue("_django_db_helper")
    if "file_database" in request.fixturenames:
        request.getfixturevalue("file_database")
    open_an_office()


def open_an_office():
    """Make an officer without a mail address, and say what this office has to tell others."""
    from django.contrib.auth.models import Group, User

    from inquiries.models import Admission, DeskSettings

    user = User.objects.create(username="on-duty", is_staff=True)
    user.groups.add(Group.objects.get(name="Inquiry officer"))
    Admission.admit(user)
    desk = DeskSettings.load()
    desk.confidence_limits = "Only our officers read this."
    desk.save()


@pytest.fixture
def empty_office(open_office):
    """Take the officer away again, and every trace of them."""
    from django.contrib.auth.models import User

    from inquiries.models import AccountChange, Admission, Event
    from newsroom.outbox.models import Mail

    for model in (User, AccountChange, Admission, Event, Mail):
        model.objects.all().delete()


@pytest.fixture
def ask(client, db):
    """Return a function that sends an inquiry and returns the page that it leads to."""

    def send(**values):
        return client.post(FORM, a_form(**values), follow=True)

    return send


@pytest.fixture
def inquiry(ask):
    """Return an inquiry that came just now, with its receipt's words in `.receipt`."""
    from inquiries.models import Inquiry

    words = receipt_on(ask())
    found = Inquiry.objects.get()
    found.receipt = words
    return found


@pytest.fixture
def officer(make_user):
    return make_user("officer", "Inquiry officer")


@pytest.fixture
def desk(client, officer):
    """Return the browser of a signed-in officer."""
    client.force_login(officer)
    return client


@pytest.fixture
def at_desk(desk):
    """Return a function that does something with an inquiry, as its page offers it."""

    def do(inquiry, deed, **values):
        page = desk.get(f"{DESK}{inquiry.pk}/")
        found = page.context
        form = {"action": deed, "once": found["once"], "last_entry": found["last_entry"]} | values
        return desk.post(f"{DESK}{inquiry.pk}/", form)

    return do
