"""Upgrades of a site of 10,000 articles, from the version before the command and back, and killed at each step."""

import json

import pytest

from tests.conftest import database_url
from tests.installation import Installation, Visitor, is_served
from tests.newsroom.upgrading import releases
from tests.servers import fetch, wait_until

ARTICLES = 10_000
LONGEST = 10  # seconds in which no page comes


def states(site):
    """Return what monitoring is told."""
    return json.loads(fetch(f"{site.site.url}/healthz/state")[1])["conditions"]


@pytest.fixture
def installed(tmp_path):
    """Return an installation with a migrated database, and nothing served yet."""
    made = Installation(tmp_path / "newsroom", database_url(), copy_of="tables")
    yield made
    made.remove()


def test_it_leads_from_the_version_before_and_back_with_many_articles(tmp_path):
    site = Installation(tmp_path / "newsroom", database_url())
    try:
        before = site.add_before()
        assert site.manage(before, "migrate", "--no-input").returncode == 0
        site.run(before, releases.FILL.format(count=ARTICLES))
        rows = json.loads(site.run(before, releases.ROWS))
        commands = site.commands()
        site.start_by_command(before)
        new = site.add("new")
        with Visitor(site.site.url + "/") as forward:
            done = site.manage(new, "upgrade", str(new), *commands)
        print(
            done.stdout,
            f"down for {forward.down:.1f} s, {forward.failed} of {len(forward.answers)} turned away",
        )
        assert done.returncode == 0, done.stderr
        assert releases.of_these(json.loads(site.run(new, releases.ROWS)), rows) == rows
        site.run(new, releases.WRITE)
        with Visitor(site.site.url + "/") as backward:
            back = site.manage(new, "upgrade", "--back", "--yes")
        print(
            back.stdout,
            f"down for {backward.down:.1f} s, {backward.failed} of {len(backward.answers)} turned away",
        )
        assert back.returncode == 0, back.stderr
        at_the_end = json.loads(site.run(before, releases.ROWS))
        changed = {table: at_the_end[table]["rows"] - rows[table]["rows"] for table in rows}
        assert changed["articles_article"] == 1 and changed["newsletter_subscriber"] == -1
        # The index follows what was written; all else is as it was.
        written = {"articles_article", "newsletter_subscriber", "newsletter_leftover"}
        others = {table for table in rows if not table.startswith("search_")} - written
        assert {table for table in others if at_the_end[table] != rows[table]} == set(), changed
        assert forward.down < LONGEST and backward.down < LONGEST
    finally:
        site.remove()


@pytest.mark.parametrize(
    "line", ["Looked at", "Collected", "The site stands aside", "Copied", "Migrated", "Switched"]
)
def test_killed_after_each_step_it_is_mended_by_running_again_and_by_going_back(installed, line):
    old, new = installed.add("old"), installed.add("new", releases.with_migration(releases.ADDS))
    installed.serve(old)
    for mend in ([str(new)], ["--back", "--yes"]):
        upgrade = installed.begin(old, "upgrade", str(new))
        for told in upgrade.stdout:
            if told.startswith(line):
                upgrade.kill()
        upgrade.wait()
        wait_until(lambda: is_served(installed.site.url), 60)
        mended = installed.manage(new, "upgrade", *mend)
        if mend[0] == "--back" and line in {"Looked at", "Collected"}:
            assert mended.returncode == 1, "nothing was begun"
        else:
            assert mended.returncode == 0, mended.stdout + mended.stderr
        expected = new if mend[0] != "--back" else old
        assert installed.link.resolve() == expected and is_served(installed.site.url)
        assert installed.manage(expected, "migrate", "--check").returncode == 0
        if expected == new:
            assert installed.manage(new, "upgrade", "--back", "--yes").returncode == 0


def test_a_version_whose_pages_fail_leaves_the_site_as_it_was(installed):
    old, broken = installed.add("old"), installed.add("broken", releases.with_a_broken_page)
    installed.serve(old)
    looked = installed.manage(old, "upgrade", str(broken), "--check")
    assert looked.returncode == 0 and "alerts.0002_next" in looked.stdout
    done = installed.manage(old, "upgrade", str(broken))
    assert done.returncode == 1
    assert "/ fails: TemplateDoesNotExist: not-there.html" in done.stderr
    assert "The version before serves, and the database is as it was." in done.stderr
    assert installed.link.resolve() == old and is_served(installed.site.url)
    assert installed.manage(old, "migrate", "--check").returncode == 0
    assert installed.manage(old, "upgrade", "--back", "--yes").returncode == 1


def test_a_version_that_does_not_serve_after_the_switch_is_left_again(installed):
    old, broken = installed.add("old"), installed.add("broken", releases.without_a_web_process)
    installed.serve(old)
    done = installed.manage(old, "upgrade", str(broken))
    assert done.returncode == 1 and "The version before serves again" in done.stderr, (
        done.stdout + done.stderr
    )
    assert installed.link.resolve() == old and is_served(installed.site.url)
    assert installed.manage(old, "migrate", "--check").returncode == 0


@pytest.mark.parametrize("killed_after", ["", "Put the copy"])
def test_what_cannot_be_undone_is_put_back_from_the_copy_and_the_loss_is_named(installed, killed_after):
    old = installed.add("old")
    new = installed.add("new", releases.with_migration(releases.CANNOT_BE_UNDONE))
    installed.run(old, releases.FILL.format(count=20))
    rows = json.loads(installed.run(old, releases.ROWS))
    installed.serve(old)
    done = installed.manage(old, "upgrade", str(new))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "what is written after the change gets lost" in done.stdout
    installed.run(new, releases.WRITE)
    if killed_after:
        killed = installed.begin(new, "upgrade", "--back", "--yes")
        for told in killed.stdout:
            if told.startswith(killed_after):
                killed.kill()
        killed.wait()
        wait_until(lambda: installed.site.process.poll() is not None, 60)
        assert "run it once more. Nothing is served before" in installed.site.output
        assert installed.manage(new, "migrate").returncode == 1, "as systemd would before each start"
    back = installed.manage(new, "upgrade", "--back", "--yes")
    assert back.returncode == 0, back.stdout + back.stderr
    if not killed_after:
        assert "articles written or changed: 1 (Written since)" in back.stdout
        assert "reader-1@" not in back.stdout
    at_the_end = json.loads(installed.run(old, releases.ROWS))
    assert at_the_end["articles_article"] == rows["articles_article"]
    if killed_after:
        installed.start()
    wait_until(lambda: states(installed)["paused"]["state"] == "failing", 60)  # what the watch says
    # Whoever left stays away.
    assert at_the_end["newsletter_subscriber"]["rows"] == rows["newsletter_subscriber"]["rows"] - 1
