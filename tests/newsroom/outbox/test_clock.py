"""A clock that jumps ahead deletes nothing until staff say that it is right."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from newsroom.outbox import clock, sending, worker
from newsroom.outbox.clock import Running
from newsroom.outbox.models import Clock, Mail

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def at(monkeypatch):
    """Return a function that sets the clock ahead, and lets the machine run on for so long."""
    began, real = clock.running(), timezone.now

    def go(ahead=dt.timedelta(0), ran=dt.timedelta(0), boot="this"):
        monkeypatch.setattr(timezone, "now", lambda: real() + ahead)
        machine = Running(boot, began.seconds + ran.total_seconds() + 7200)
        monkeypatch.setattr(clock, "running", lambda: machine)
        return clock.may_purge()

    return go


@pytest.fixture
def old_things(make_article):
    """Return a function that counts what a wrong clock would delete: an inquiry, a reader, a list and a mail."""
    from inquiries.models import Inquiry
    from newsletter.models import Import, Subscriber, Wish

    Inquiry(lookup="x", due_on=timezone.localdate()).save()
    for name in ("pending", "unsubscribed"):
        reader = Subscriber(state=name)
        reader.set_address(f"{name}@example.org")
        reader.save()
    Wish.objects.create(kind=Wish.Kind.LINK, address="c@example.org", due_at=timezone.now() + 9999 * DAY)
    Import.objects.create(consent="By form", state="waiting")
    Mail.objects.create(kind="unknown", key="1")
    kinds = [Inquiry, Subscriber, Wish, Import.objects.filter(state="waiting"), Mail]
    return lambda: sum((getattr(kind, "objects", kind)).count() for kind in kinds)


def work():
    """Let the worker do what deletes by age."""
    for name in ["inquiries", "newsletter: what is over", "orphaned pictures", "orphaned documents"]:
        if name in worker.jobs():
            worker.jobs()[name].run()
    from newsletter import tidying

    tidying.tidy()
    sending.send_due()


def test_a_jump_of_two_years_deletes_nothing_and_says_so(at, old_things, caplog, client, admin_user):
    assert at()
    before = old_things()
    assert not at(730 * DAY, dt.timedelta(minutes=5))
    work()
    assert old_things() == before == 6
    assert "The clock has jumped ahead by 7" in caplog.text
    client.force_login(admin_user)
    assert "clock has jumped ahead" in client.get("/admin/").text


def test_its_page_tells_a_jump_that_the_worker_has_not_seen_yet(at, client, admin_user, monkeypatch):
    at()
    jumped = timezone.now() + 400 * DAY
    monkeypatch.setattr(timezone, "now", lambda: jumped)
    client.force_login(admin_user)
    assert client.get("/admin/clock/").context["stopped"]


def test_once_it_is_confirmed_the_same_goes_and_the_log_says_how_many(
    at, old_things, caplog, client, make_user
):
    at()
    at(730 * DAY)
    client.force_login(make_user("officer", "Inquiry officer"))
    page = client.get("/admin/clock/")
    assert "Is the clock right?" in page.text
    assert client.post("/admin/clock/").status_code == 302
    assert "clock has jumped" not in client.get("/admin/").text
    work()
    assert old_things() <= 1  # the mail may wait for another try
    for words in ["1 inquiries", "1 sign-ups", "1 readers who left", "1 wishes", "1 lists"]:
        assert f"Deleted, because their time was over: {words}" in caplog.text


def test_a_clock_that_is_set_right_again_goes_on_by_itself(at):
    at()
    assert not at(730 * DAY)
    assert clock.stopped()
    assert at(dt.timedelta(minutes=10), dt.timedelta(minutes=10))
    assert clock.stopped() is None


def test_time_that_really_passed_is_no_jump(at):
    assert at()
    assert at(3 * DAY, 3 * DAY)  # the worker was off, or the machine slept
    assert at(3.9 * DAY, 3 * DAY)
    assert at(3.9 * DAY, 3.9 * DAY)
    assert at(4.5 * DAY, dt.timedelta(0), boot="the next")  # off for some hours


def test_steps_of_less_than_a_day_are_a_jump_together(at):
    assert at()
    assert at(0.9 * DAY)
    assert not at(1.8 * DAY)
    assert not at(2.7 * DAY)


def test_after_a_restart_of_the_machine_nobody_knows_how_long_it_was_off(at):
    assert at()
    assert not at(2 * DAY, boot="the next")
    clock.confirm()
    assert at(2 * DAY, boot="the next")


def test_a_clock_that_begins_behind_and_is_then_set_is_no_jump(at, monkeypatch):
    assert at()
    monkeypatch.setattr(clock, "SETTLED", 10**12)
    assert at(-20_000 * DAY, boot="the next")
    assert at(dt.timedelta(minutes=5), boot="the next")


def test_the_first_look_ever_has_nothing_to_compare(at):
    assert at(9 * DAY)
    assert Clock.objects.count() == 1


def test_commands_refuse_and_confirm(at, capsys):
    at()
    at(730 * DAY)
    with pytest.raises(CommandError, match="jumped ahead"):
        call_command("purge_inquiries")
    call_command("confirm_clock")
    assert "Confirmed" in capsys.readouterr().out
    call_command("purge_inquiries")


def test_mail_is_not_given_up_by_a_wrong_clock(at, monkeypatch):
    from newsroom.outbox.replies import Answer, Result

    at()
    mail = Mail.objects.create(kind="x", key="1")
    at(730 * DAY)
    sending._postpone(mail, Answer(Result.UNREACHABLE))
    assert Mail.objects.count() == 1
    clock.confirm()
    sending._postpone(mail, Answer(Result.UNREACHABLE))
    assert Mail.objects.count() == 0


@pytest.mark.parametrize(("role", "status"), [("Writer", 403), ("Editor", 403), ("Newsletter manager", 200)])
def test_only_those_whose_work_it_deletes_confirm_it(client, make_user, role, status):
    client.force_login(make_user("somebody", role))
    assert client.get("/admin/clock/").status_code == status
    assert client.post("/admin/clock/").status_code == (302 if status == 200 else 403)


def test_what_people_deleted_is_swept_all_the_same(at, monkeypatch):
    from inquiries import retention

    at()
    at(730 * DAY)
    swept = []
    monkeypatch.setattr(retention, "sweep", lambda: swept.append(True))
    retention.run()
    assert swept
