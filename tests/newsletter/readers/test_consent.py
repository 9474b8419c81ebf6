"""Must hold 3: whatever happens in whatever order, nobody gets what they did not ask for.

The machine does what readers, strangers, newsletter managers and mail servers do, by the same pages and
functions, and keeps its own simple account of who has asked for the newsletter.
"""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.contrib.auth.models import User
from django.core import mail
from django.db.models import F
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from newsletter import tidying
from newsletter.models import AddressChange, Import, Issue, Item, Subscriber, Suppression, Wish
from newsletter.readers import imports, tokens
from newsletter.sending import bounces, enqueuing, jobs, lifecycle
from newsroom.guard import counters
from newsroom.outbox.models import Mail
from newsroom.sitesettings.models import SiteSettings
from tests.newsletter.mailboxes import links, work

ADDRESSES = [f"{name}@example.org" for name in ("ann", "ben", "cleo")]
SPELLINGS = [str, str.upper, str.title]
addresses = st.sampled_from(ADDRESSES)


class Audience(RuleBasedStateMachine):
    """Three people and one newsletter."""

    def __init__(self):
        super().__init__()
        for model in [Wish, AddressChange, Mail, Issue, Subscriber, Suppression, Import, User]:
            model.objects.all().delete()
        SiteSettings(postal_address="1 Example Street", newsletter_reason="You signed up.").save()
        jobs._silent_until = 0.0
        mail.outbox = []
        counters.clear()
        self.visitor = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})
        self.manager = User.objects.create(username="manager")
        self.want = set()  # who has asked for the newsletter, and not taken it back since
        self.known = set()  # whom no import may touch
        self.asked = dict.fromkeys(ADDRESSES, 0)  # how many mails somebody has asked us to send there
        self.under_way = {}  # the issues that have started and not been sent, with their readers
        self.over = set()  # ways back that lead to what another event has overtaken
        self.ways_back = []  # what pages have offered to those who had just unsubscribed

    @initialize(standings=st.tuples(*[st.sampled_from(["stranger", "reader", "left", "erased"])] * 3))
    def some_were_here_before(self, standings):
        for address, standing in zip(ADDRESSES, standings, strict=True):
            if standing != "stranger":
                reader = Subscriber()
                reader.set_address(address)
                reader.save()
                reader.confirm()
                self.known.add(address)
            if standing == "reader":
                self.want.add(address)
            elif standing == "left":
                reader.unsubscribe()
            elif standing == "erased":
                reader.erase()

    def reader(self, address):
        return Subscriber.objects.filter(address_key=address).first()

    def mailbox(self, address):
        return [message for message in mail.outbox if message.to[0].casefold() == address]

    def press(self, address, purpose, **values):
        """Press the button behind the newest link for a purpose in somebody's mailbox; return the answer."""
        found = [
            path
            for message in self.mailbox(address)
            for path in links(message)
            if path.startswith(f"/newsletter/{purpose}/")
        ]
        return self.visitor.post(found[-1], values) if found else None

    @rule(address=addresses, spelling=st.sampled_from(SPELLINGS))
    def somebody_signs_an_address_up(self, address, spelling):
        self.asked[address] += 1
        somewhere = f"10.0.{sum(self.asked.values())}.1"  # one network sends no more than a few an hour
        form = {"address": spelling(address)}
        assert self.visitor.post("/newsletter/", form, REMOTE_ADDR=somewhere).status_code == 302
        work()
        self.known.add(address)

    @rule(address=addresses)
    def somebody_asks_for_the_link(self, address):
        self.asked[address] += 1
        Wish.objects.create(kind=Wish.Kind.LINK, address=address, language="en")
        work()

    @rule()
    def hours_pass(self):
        Subscriber.objects.exclude(mailed_at=None).update(mailed_at=F("mailed_at") - timedelta(hours=2))
        counters.clear()

    @rule()
    def weeks_pass(self):
        long_ago = F("mailed_at") - timedelta(days=15)
        Subscriber.objects.exclude(mailed_at=None).update(mailed_at=long_ago)
        tidying.tidy()
        counters.clear()
        # A sign-up that nobody confirmed is as if it had not been, but for who had themselves erased.
        gone = {one for one in ADDRESSES if not self.reader(one) and not Suppression.objects.of(one).exists()}
        assert not gone & self.want
        self.known -= gone

    @rule(address=addresses)
    def a_reader_confirms(self, address):
        answer = self.press(address, "confirm")
        if answer is None or answer.status_code != 302:
            return
        if "/confirm/" in answer["Location"]:
            self.want.add(address)
            self.asked[address] += 1  # the welcome
            work()
        else:  # a link from before the reader left asks in the mailbox
            self.asked[address] += 1

    @rule(address=addresses)
    def a_reader_unsubscribes_by_one_click(self, address):
        reader = self.reader(address)
        if reader is not None:
            path = urlsplit(tokens.UNSUBSCRIBE.url(reader)).path
            answer = self.visitor.post(path, {"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 200
            self.want.discard(address)
            if "way_back" in answer.context:
                self.ways_back.append((path, answer.context["way_back"], reader))

    @precondition(lambda self: self.ways_back)
    @rule(data=st.data())
    def somebody_uses_a_way_back(self, data):
        path, way_back, reader = data.draw(st.sampled_from(self.ways_back))
        is_last = (
            way_back not in self.over
            and [way_back] == [way for _path, way, one in self.ways_back if one == reader][-1:]
        )
        now = Subscriber.objects.filter(pk=reader.pk, state=Subscriber.State.UNSUBSCRIBED).first()
        self.visitor.post(path, {"back": way_back})
        if now is not None and is_last:
            self.want.add(now.address_key)

    @rule(address=addresses)
    def somebody_with_an_old_newsletter_tries_to_bring_a_reader_back(self, address):
        reader = self.reader(address)
        if reader is not None and reader.state == Subscriber.State.UNSUBSCRIBED:
            path = urlsplit(tokens.UNSUBSCRIBE.url(reader)).path
            for back in ["", "1", tokens.UNSUBSCRIBE.token(reader)]:
                self.visitor.post(path, {"back": back})
            assert "way_back" not in self.visitor.post(path, {"unsubscribe": "yes"}).context

    @rule(address=addresses)
    def a_reader_has_everything_erased(self, address):
        reader = self.reader(address)
        if reader is not None:
            answer = self.visitor.post(f"{urlsplit(tokens.MANAGE.url(reader)).path}erase/")
            assert answer.status_code == 200
            assert self.reader(address) is None
            self.want.discard(address)

    @rule(address=addresses, to=addresses)
    def a_reader_moves(self, address, to):
        reader = self.reader(address)
        if reader is None or not reader.is_confirmed or address == to:
            return
        page = urlsplit(tokens.MANAGE.url(reader)).path
        counters.clear()  # a mailbox gets a few mails a day only
        self.visitor.post(page, {"action": "address", "address": to})
        work()
        self.asked[address] += 1
        self.asked[to] += 1
        self.press(to, "change/to")
        assert self.reader(address) == reader
        if self.press(address, "change/from").status_code == 200:
            self.want -= {address, to}
            self.want.add(to)
            self.known.discard(address)
            if Suppression.objects.of(address).exists():
                self.known.add(address)
            self.known.add(to)

    @rule(chosen=st.sets(addresses, min_size=1))
    def a_manager_imports_a_list(self, chosen):
        source = Import(consent="They signed up on paper.")
        imports.start(source, "\n".join(["address", *sorted(chosen)]).encode(), "list.csv", self.manager)
        while imports.work():
            pass
        imports.decide(source.pk, Import.State.IMPORTING)
        while imports.work():
            pass
        self.want |= chosen - self.known
        self.known |= chosen

    @rule(address=addresses, kind=st.sampled_from([EventType.BOUNCED, EventType.COMPLAINED]))
    def a_mail_server_sends_a_mail_back(self, address, kind):
        reader = self.reader(address)
        self.over |= {way for _path, way, one in self.ways_back if one == reader}
        bounces.take_event(
            AnymailTrackingEvent(event_type=kind, recipient=address, reject_reason=RejectReason.INVALID),
            is_signed=True,
        )
        self.want.discard(address)

    @rule(leaving=addresses, how=st.sampled_from(["unsubscribe", "erase", "suppress", None]))
    def an_issue_goes_out_and_somebody_leaves_meanwhile(self, leaving, how):
        self.an_issue_starts()
        if how == "unsubscribe":
            self.a_reader_unsubscribes_by_one_click(leaving)
        elif how == "erase":
            self.a_reader_has_everything_erased(leaving)
        elif how == "suppress":
            self.a_mail_server_sends_a_mail_back(leaving, EventType.COMPLAINED)
        self.what_has_started_is_sent()

    @rule()
    def an_issue_starts(self):
        issue = Issue.objects.create(slug=f"issue-{Issue.objects.count()}", subject="News")
        Item.objects.create(issue=issue, kind=Item.Kind.EVENT, title="A meeting")
        lifecycle.schedule(issue, timezone.now())
        assert lifecycle.start(issue)
        enqueuing.enqueue_due()
        self.under_way[issue.pk] = {self.reader(address).pk for address in self.want}

    @precondition(lambda self: self.under_way)
    @rule()
    def what_has_started_is_sent(self):
        before = len(mail.outbox)
        jobs.send_due()
        got = sorted(message.to[0].casefold() for message in mail.outbox[before:])
        left = [Subscriber.objects.filter(pk__in=readers) for readers in self.under_way.values()]
        assert got == sorted(one.address_key for some in left for one in some if one.address_key in self.want)
        self.under_way = {}

    @precondition(lambda self: mail.outbox)
    @rule()
    def a_scanner_opens_every_link_of_every_mail(self):
        before = self.everything()
        for message in mail.outbox[-4:]:
            for path in links(message):
                self.visitor.get(path)
                self.visitor.head(path)
        assert self.everything() == before

    def everything(self):
        models = [Subscriber, Suppression, AddressChange, Wish, Mail]
        return [list(model.objects.order_by("pk").values()) for model in models]

    @invariant()
    def an_issue_would_go_to_exactly_those_who_want_it(self):
        receiving = Subscriber.objects.receiving().values_list("address_key", flat=True)
        assert set(receiving) == self.want

    @invariant()
    def nobody_confirmed_is_suppressed(self):
        assert not any(Suppression.objects.of(address).exists() for address in self.want)

    @invariant()
    def nobody_gets_a_mail_that_nobody_asked_for(self):
        for address, asked in self.asked.items():
            assert sum("List-Id" not in one.extra_headers for one in self.mailbox(address)) <= asked


def run(examples, steps, phases=tuple(Phase)):
    """Run the machine that often, with up to so many steps; return how often it ran to the end with all holding."""
    ended = []

    class Counted(Audience):
        def teardown(self):
            ended.append(self)

    run_state_machine_as_test(
        Counted,
        settings=settings(
            max_examples=examples,
            phases=phases,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
    return len(ended)


@pytest.mark.django_db
def test_must_hold_3_only_those_who_want_it_get_anything():
    # The soak also looks for the shortest way. Hypothesis begins anew where it can't go on with an example.
    assert run(examples=20, steps=20, phases=[Phase.generate]) >= 20
