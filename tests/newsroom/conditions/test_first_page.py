"""What Administrators read of the site's state on the admin's first page."""

import pytest

from newsroom.conditions import reports
from newsroom.conditions.conditions import Condition, Weight
from newsroom.outbox.models import Trouble
from newsroom.storage import keptstate

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored(settings, tmp_path):
    """Return a function that stores what the watch has found."""
    settings.DATA_DIR = tmp_path
    return lambda *found: reports.store(list(found))


def state_on(client):
    page = client.get("/admin/").content.decode()
    if "site-state" not in page:
        return ""
    return page.split('class="site-state"')[1].split("</section>")[0]


def test_it_lists_what_is_not_well_the_gravest_first_and_tells_nothing_twice(client, admin_user, stored):
    Trouble.objects.create(kind="sign-in", words="535 no")
    stored(
        Condition("disk"),
        Condition("time zone", "It was never chosen.", "Set `TIME_ZONE`.", Weight.UNREADY),
        Condition("mail", "The server refuses <our> sign-in.", page="admin:clock"),
    )
    client.force_login(admin_user)
    page, state = client.get("/admin/").content.decode(), state_on(client)
    assert state.index("Mail") < state.index("Time zone") and "Disk" not in state
    assert "refuses &lt;our&gt; sign-in" in state and "<code>TIME_ZONE</code>" in state
    assert '<a href="/admin/clock/">Mail</a>' in state
    assert "No mail has left for" not in page


def test_one_line_says_that_all_is_well_and_when_that_was_looked_at(client, admin_user, stored):
    client.force_login(admin_user)
    client.get("/admin/")  # the first answer of a process takes longer
    stored(Condition("disk"), Condition("mail"))
    shown = state_on(client)
    assert "All is well." in shown and "Looked at 0 seconds ago." in shown


def test_a_report_that_is_old_says_nothing_and_its_age_is_the_problem(
    client, admin_user, stored, monkeypatch
):
    stored(Condition("disk"))
    uptime = reports._uptime()
    monkeypatch.setattr(reports, "_uptime", lambda: uptime + 600)
    client.force_login(admin_user)
    assert "Nobody has looked at the site for 10 minutes." in state_on(client)
    assert "All is well" not in state_on(client)


def test_a_report_of_another_version_breaks_no_page(client, admin_user, stored, settings):
    client.force_login(admin_user)
    stored(Condition("cache", "It is away.", page="admin:of-a-later-version"))
    assert "It is away." in state_on(client)
    later = {"name": "cache", "weight": "failing", "colour": "red"}
    for state in ({}, {"at": 0, "uptime": 0, "told": [], "conditions": [later]}):
        keptstate.write(settings.DATA_DIR / "watch" / "report.json", state)
        assert "Nobody has looked at the site yet." in state_on(client)
        assert not reports.has_told("cache")


def test_others_are_told_what_concerns_them_and_nothing_of_the_machine(client, editor, stored):
    Trouble.objects.create(kind="sign-in", words="535 no")
    stored(Condition("disk", "It is full."))
    client.force_login(editor)
    page = client.get("/admin/").content.decode()
    assert "It is full." not in page and not state_on(client)
    assert "No mail has left for" in page


def test_the_state_costs_no_query(client, admin_user, editor, stored, django_assert_num_queries, settings):
    stored(Condition("disk", "It is full."))
    client.force_login(admin_user)
    client.get("/admin/")
    with django_assert_num_queries(0):
        from newsroom.adminpages.firstpage import state_for

        assert state_for(admin_user).rows
