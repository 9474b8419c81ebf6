"""Pages that are served when the site can't work: whole in one answer, under a policy that allows their style alone."""

import base64
import hashlib
import re

import pytest
from django.db import OperationalError

from tests.oldbrowsers import BOTH, as_read_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def fail(client, monkeypatch):
    """Return a function that lets the page 'Get help' fail, and returns the answer."""

    def fail(error):
        def broken(*args):
            raise error

        client.raise_request_exception = False
        monkeypatch.setattr("articles.places.gethelp.place_of", broken)
        return client.get("/get-help/")

    return fail


@pytest.mark.parametrize(
    ("error", "status"), [(ZeroDivisionError("x"), 500), (OperationalError("it went away"), 503)]
)
def test_the_page_brings_its_style_and_the_policy_allows_that_style_alone(fail, make_country, error, status):
    make_country()
    answer = fail(error)
    page = answer.content.decode()
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert answer.status_code == status
    assert f"style-src 'self' 'sha256-{digest}';" in answer["Content-Security-Policy"] + ";"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "<link" not in page and " style=" not in page
    for words in ['href="/get-help/"', "Leave this site"] if status == 500 else ["Leave this site"]:
        assert words in page
    assert all("background: var(--paper)" in as_read_by(browser, style) for browser in BOTH)


def test_no_other_page_may_bring_a_style(client):
    assert "sha256" not in client.get("/").headers["Content-Security-Policy"]
