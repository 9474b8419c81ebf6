"""Promise 10: a backup that is put back sends no mail by itself."""

from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from newsroom.backups import settling
from newsroom.backups.models import PutBack
from newsroom.backups.resuming import matters
from newsroom.outbox import pausing, posting, worker
from newsroom.outbox.models import Mail

pytestmark = pytest.mark.django_db(transaction=True)


def invited(make_user, name):
    """Return an account whose owner has still to choose a password."""
    user = make_user(name, "Editor")
    user.set_unusable_password()
    user.save()
    return user


def work():
    """Let the worker run all its jobs, as often as it takes."""
    for _round in range(3):
        for job in worker.jobs().values():
            job.due_at = 0
        worker.run_due(1)


def resume(*options):
    out = StringIO()
    call_command("resume", *options, stdout=out)
    return out.getvalue()


def test_mail_that_waited_is_dropped_and_what_is_posted_since_is_sent(snapshot, make_user):
    old, new = invited(make_user, "old"), invited(make_user, "new")
    posting.post("invitation", old.pk)
    backup = snapshot()
    backup.put_back()
    posting.post("invitation", new.pk)
    work()
    assert mail.outbox == []
    assert "1 × invitation" in resume("--yes")
    work()
    assert [message.to for message in mail.outbox] == [["new@example.org"]]


def test_it_asks_and_changes_nothing_where_nobody_is_there_to_answer(snapshot, make_user):
    posting.post("invitation", invited(make_user, "old").pk)
    snapshot().put_back()
    with pytest.raises(CommandError, match="--drop-mail or --send-mail"):
        resume()
    with pytest.raises(CommandError, match="not allowed with"):
        resume("--drop-mail", "--send-mail")
    assert pausing.is_paused() and Mail.objects.exists()
    resume("--send-mail")
    work()
    assert len(mail.outbox) == 1


def test_administrators_decide_on_the_first_page(snapshot, make_user, client):
    boss, editor = make_user("boss", "Administrator"), make_user("editor", "Editor")
    posting.post("invitation", editor.pk)
    snapshot().put_back()
    page = reverse("admin:resume")
    client.force_login(editor)
    assert (
        client.get(page).status_code == 403
        and page not in client.get(reverse("admin:index")).content.decode()
    )
    client.force_login(boss)
    assert page in client.get(reverse("admin:index")).content.decode()
    shown = client.get(page).content.decode()
    assert "1 × invitation" in shown and 'value="drop-mail" checked' in shown
    assert client.post(page, {"mail": "drop-mail"}).status_code == 302
    assert not Mail.objects.exists() and not pausing.is_paused() and matters.waiting() is None
    assert "nothing waits for you" in client.get(page).content.decode()


def test_monitoring_is_told_and_nothing_is_served_before_it_is_settled(db):
    assert matters.condition().is_well
    settling.begin(timezone.now())
    assert "paused since" in matters.condition().problem
    assert "restore --continue" in matters.condition().advice
    with pytest.raises(CommandError, match="restore --continue"):
        call_command("worker")
    with pytest.raises(CommandError, match="restore --continue"):
        resume("--yes")
    PutBack.objects.update(settled_at=timezone.now())
    assert "resume" in matters.condition().advice
    resume("--yes")
    assert matters.condition().is_well
