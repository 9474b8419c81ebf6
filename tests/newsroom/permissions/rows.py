"""One row of every model that the admin shows, for addresses that name one."""

import datetime

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core import signing
from django.utils import timezone

from newsroom import demo
from newsroom.guard import spamtrap
from tests.articles.test_admin import picture_file

PASSWORD = "never typed here"


def store(client):
    """Store the demo's content, and a row of each model that it leaves out."""
    from newsroom.sitesettings.models import SiteSettings

    demo.load_content()
    SiteSettings.objects.create(**demo.SITE)
    store_what_the_demo_lacks()
    store_an_inquiry(client)


def store_what_the_demo_lacks():
    """Store a row of each model that the demo leaves out, beside its content."""
    from articles.models import Article, FormerAddress, FrontStory, Link, ReturningPiece, StyleWord, Topic
    from newsletter.models import DomainPause, Export, Import, Issue, Subscriber, Suppression
    from newsroom.outbox.models import LostMail
    from newsroom.pictures.models import Image
    from newsroom.search.models import BestBet, NeedList, SameWords
    from newsroom.signin.models import SignInEvent
    from newsroom.versions.models import Purge
    from newsroom.versions.trash.putting import to_trash

    now = timezone.now()
    article = Article.objects.published().first()
    User.objects.create(username="somebody", is_staff=True)
    Image.objects.create_from_upload(picture_file(), alt_text="A door.", credit="Ours")
    FormerAddress.objects.create(path="/old/", current_path="/new/")
    FrontStory.objects.create(article=article)
    ReturningPiece.objects.get_or_create(article=article)
    Link.objects.get_or_create(url="https://www.example.org/linked")
    StyleWord.objects.get_or_create(words="utilise", instead="use")
    BestBet.objects.create(queries="help", title="Help", link="/get-help/")
    SameWords.objects.get_or_create(language="en", defaults={"words": "shelter, safe house"})
    NeedList.objects.get_or_create(language="en", defaults={"sentences": "help me"})
    Issue.objects.create(slug="issue", subject="News of the month", preheader="What is new.")
    address = "reader@example.org"
    Subscriber.objects.create(address=address, address_key=address, state=Subscriber.State.CONFIRMED)
    Suppression.objects.create(address_hash="0" * 64, reason="complaint")
    Import.objects.create(file_name="readers.csv", consent="By form", state="waiting")
    Export.objects.create(readers=1)
    DomainPause.objects.create(domain="example.net", until=now + datetime.timedelta(hours=1))
    LostMail.objects.create(kind="letter", key="1", wanted_at=now)
    SignInEvent.objects.create(kind="rights", account="somebody")
    topic = Topic.objects.create(name="Deleted", slug="deleted")
    with to_trash([topic]):
        topic.delete()
    Purge.objects.create()


def store_an_inquiry(client):
    """Send an inquiry as a visitor does, to an office with an officer."""
    from inquiries.mailbox.receipts import new_nonce
    from inquiries.models import Admission, CannedAnswer, DeskSettings

    on_duty = User.objects.create(username="on-duty", is_staff=True)
    on_duty.groups.add(Group.objects.get(name="Inquiry officer"))
    Admission.admit(on_duty)
    desk = DeskSettings.load()
    desk.confidence_limits = "Only our officers read this."
    desk.save()
    CannedAnswer.objects.create(title="Thank you", text="We have read it.")
    sent = {
        "kind": "question", "message": "Where do I find the report of 2006?", "country": "LA", "language": "en", "reply_by": "receipt",
        "opened": signing.dumps(int(timezone.now().timestamp()) - 60, salt=spamtrap.SALT), "nonce": new_nonce(),
    }  # fmt: skip
    assert client.post("/inquiries/", sent).status_code == 303


def of_models():
    """Return a row of every model that the admin shows, by the first two parts of its addresses."""
    found = {}
    for model in admin.site._registry:
        row = model._base_manager.first()
        assert row is not None, f"no row of {model._meta.label}"
        found[f"{model._meta.app_label}/{model._meta.model_name}/"] = row
    return found
