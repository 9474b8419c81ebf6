"""Advice names the command that works where it is read."""

import pytest

from newsroom.conditions import commands
from newsroom.conditions.conditions import Condition


@pytest.fixture
def wrapper(monkeypatch, tmp_path, settings):
    """Return where the installation lays its wrapper; the site is one of its releases."""
    monkeypatch.setattr(commands, "WRAPPER", tmp_path / "newsroom")
    settings.BASE_DIR = tmp_path / "releases" / "old"
    for name in ("old", "new"):
        (tmp_path / "releases" / name).mkdir(parents=True)
    (tmp_path / "current").symlink_to(tmp_path / "releases" / "new")
    commands.runs_by.cache_clear()
    yield tmp_path / "newsroom"
    commands.runs_by.cache_clear()


def test_an_installed_site_names_its_wrapper(wrapper, tmp_path):
    laid = (commands.Path(__file__).parents[3] / "deploy" / "newsroom").read_text()
    wrapper.write_text(laid.replace("/opt/newsroom/current", str(tmp_path / "current")))
    told = Condition("x", "Bad.", "Run `manage.py doctor`; see /opt/manage.py now.")
    assert told.advice == "Run `sudo newsroom doctor`; see /opt/manage.py now."


def test_any_other_names_what_it_has(wrapper):
    told = "Run `manage.py doctor` with manage.py."
    assert commands.here(told) == told
    commands.runs_by.cache_clear()
    wrapper.write_text("exec /srv/another-site/manage.py\n")
    assert commands.here(told) == told
