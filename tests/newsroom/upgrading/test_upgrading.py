"""`manage.py upgrade`: to another release and back, while somebody reads; long forms stand in tests/soak."""

import json

import pytest

from tests.conftest import database_url
from tests.installation import Installation, Visitor, is_served
from tests.newsroom.upgrading import releases
from tests.servers import fetch, wait_until


@pytest.fixture
def installed(tmp_path):
    """Return an installation with a migrated database, and nothing served yet."""
    made = Installation(tmp_path / "newsroom", database_url(), copy_of="tables")
    yield made
    made.remove()


@pytest.fixture
def installed_before(tmp_path):
    """Return an installation of the version before this command, with a few articles."""
    made = Installation(
        tmp_path / "newsroom", database_url(), WORKERS="1"
    )  # each loads that version for itself
    try:
        before = made.add_before()
        assert made.manage(before, "migrate", "--no-input").returncode == 0
        made.run(before, releases.FILL.format(count=30))
        yield made, before
    finally:
        made.remove()


def test_it_leads_from_the_version_before_and_back_and_keeps_what_is_written(installed_before):
    site, before = installed_before
    rows = json.loads(site.run(before, releases.ROWS))
    commands = site.commands()
    site.start_by_command(before)
    new = site.add("new")
    with Visitor(site.site.url + "/news/", rate=4) as visitor:
        code, there = site.watch(new, "upgrade", str(new), *commands)
        assert code == 0, there
        assert site.link.resolve() == new
        after = json.loads(site.run(new, releases.ROWS))
        assert releases.of_these(after, rows) == rows
        site.run(new, releases.WRITE)
        # Without an answer nothing happens.
        asked = site.manage(new, "upgrade", "--back", timeout=60)
        assert asked.returncode == 1 and site.link.resolve() == new
        assert asked.stderr.startswith("Nobody is there to answer") and asked.stderr.count("\n") == 1
        code, back = site.watch(new, "upgrade", "--back", "--yes")
        assert code == 0, back
    assert any("What was written since stays, but for:" in line for _when, line in back)
    assert site.link.resolve() == before
    assert visitor.failed_outside(there, back) == []
    at_the_end = json.loads(site.run(before, releases.ROWS))
    assert at_the_end["articles_article"]["rows"] == rows["articles_article"]["rows"] + 1
    assert at_the_end["newsletter_subscriber"]["rows"] == rows["newsletter_subscriber"]["rows"] - 1
    assert at_the_end["articles_topic"] == rows["articles_topic"]


def test_without_migrations_no_visitor_is_turned_away_and_a_killed_upgrade_mends_itself(installed):
    old, new = installed.add("old"), installed.add("new")
    next_one = installed.add("next", releases.with_migration(releases.ADDS))
    variables = installed.folder / "newsroom.env"
    variables.write_text("TIME_ZONE=Asia/Bangkok")
    installed.site.env["NEWSROOM_ENV"] = str(variables)
    installed.serve(old)
    url = installed.site.url
    variables.write_text("TIME_ZONE=Europe/Vienna")
    with Visitor(url + "/", rate=10) as visitor:
        done = installed.manage(old, "upgrade", "newsroom/releases/new".replace("newsroom/", ""))
        assert done.returncode == 0, done.stdout + done.stderr
    assert visitor.failed == 0 and len(visitor.answers) > 20
    assert installed.link.resolve() == new
    wait_until(
        lambda: b"Europe/Vienna" in fetch(f"{url}/healthz/state")[1], 60
    )  # what was changed for it is read

    # Killed while the site stands aside, it leaves a supervisor that goes on with what fits the database.
    upgrade = installed.begin(new, "upgrade", str(next_one))
    for line in upgrade.stdout:
        if line.startswith("The site stands aside"):
            upgrade.kill()
    upgrade.wait()
    wait_until(lambda: is_served(url), 60)
    with Visitor(url + "/get-help/", rate=10) as in_need, Visitor(url + "/", rate=10) as visitor:
        again = installed.manage(new, "upgrade", str(next_one))
    assert again.returncode == 0, again.stdout + again.stderr
    assert {status for _asked, _answered, status in in_need.answers} == {200}, (
        "Get help is there the whole time",
        in_need.errors,
    )
    assert {status for _asked, _answered, status in visitor.answers} == {200, 503}, (
        "nobody finds a closed door"
    )
    assert installed.link.resolve() == next_one and is_served(url)
    assert installed.manage(next_one, "migrate", "--check").returncode == 0


@pytest.mark.parametrize(("folder", "told"), [("empty", "holds no release"), ("releases/old", "names")])
def test_what_is_no_release_or_served_already_is_told_in_one_line(installed, folder, told):
    old = installed.add("old")
    (installed.folder / "empty").mkdir()
    installed.link.symlink_to(old)
    done = installed.manage(old, "upgrade", str(installed.folder / folder))
    assert done.returncode == 1
    assert told in done.stderr and done.stderr.count("\n") == 1
