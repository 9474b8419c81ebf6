"""Promise 10 at full length: a backup from the middle of sending 3,000 mails is put back, on either database."""

import pytest
from django.core import mail
from django.utils import timezone

from newsletter.models import Batch, Delivery, Subscriber
from newsletter.sending import enqueuing, jobs, lifecycle, putback
from newsletter.sending.batch import Sender
from newsroom.outbox import leases
from tests.newsletter.conftest import make_issue, site  # noqa: F401 - fixtures
from tests.newsroom.backups.test_resuming import resume, work

pytestmark = pytest.mark.django_db(transaction=True)
READERS, SENT = 3000, 1503


@pytest.fixture
def halfway(site, make_issue, make_article, snapshot):  # noqa: F811
    """Return an issue that half of its readers have got, the addresses of these, and a backup of that moment."""
    names = [f"reader-{number}@example.org" for number in range(READERS)]
    Subscriber.objects.bulk_create(
        Subscriber(address=name, address_key=name, state=Subscriber.State.CONFIRMED) for name in names
    )
    issue = make_issue(articles=[make_article()])
    lifecycle.schedule(issue, timezone.now())
    lifecycle.start(issue)
    enqueuing.enqueue_due()

    def is_over():
        return len(mail.outbox) >= SENT

    while not is_over():
        (batch,) = leases.claim(Batch.objects.filter(issue=issue), 1)
        Sender(batch).run(is_over)
    had_it = {message.to[0] for message in mail.outbox}
    backup = snapshot()
    mail.outbox.clear()
    jobs.send_due(2)  # some more get it, and then the machine dies
    mail.outbox.clear()
    return issue, had_it, backup


def test_the_default_sends_none_of_3000(halfway):
    issue, had_it, backup = halfway
    backup.put_back()
    work()
    resume("--yes")
    work()
    assert mail.outbox == []
    lacking = set(putback.lacking(issue).values_list("address_key", flat=True))
    assert len(lacking) == READERS - len(had_it) and not lacking & had_it


def test_finishing_sends_to_each_who_lacks_a_row_as_sent_and_to_nobody_else(halfway):
    _issue, had_it, backup = halfway
    backup.put_back()
    resume("--finish-issues")
    while Delivery.objects.filter(state__in=["queued", "sending"]).exists():
        jobs.send_due()
    got_it = [message.to[0] for message in mail.outbox]
    assert len(got_it) == len(set(got_it)) == READERS - len(had_it) and not set(got_it) & had_it
