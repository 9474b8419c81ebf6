"""Who is asking, and what no answer may lack."""

import pytest
from django.test import RequestFactory

from newsroom.guard.proxies import client_address


@pytest.mark.parametrize(
    ("peer", "forwarded", "seen"),
    [
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_only_a_trusted_proxy_can_say_who_is_asking(settings, peer, forwarded, seen):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == seen


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/nowhere/", "/admin/login/", "/news/%00/", "/healthz"])
def test_every_answer_carries_the_headers_that_keep_visitors_safe(client, path):
    response = client.get(path)
    assert response["X-Content-Type-Options"] == "nosniff"
    # Forms of the staff show their origin to the site itself, as Django's CSRF check wants over https.
    assert response["Referrer-Policy"] == ("same-origin" if path.startswith("/admin/") else "no-referrer")
    assert response["X-Frame-Options"] == "DENY"
    assert "camera=()" in response["Permissions-Policy"]
    assert response["Cache-Control"] != ""
    assert "frame-ancestors" in response["Content-Security-Policy"]
