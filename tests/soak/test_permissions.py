"""The whole matrix of permissions: every role at every address of the admin, by GET and POST."""

import os

import pytest
from django.contrib import admin

from tests.newsroom.permissions.test_matrix import HEAD, MATRIX, addresses, lines_of, site

__all__ = ["site"]
pytestmark = pytest.mark.django_db


def test_every_role_at_every_address_gets_in_or_is_refused_in_the_admins_look(site):
    lines, odd = lines_of(site, sorted(set(addresses(admin.site.get_urls()))))
    assert odd == []
    text = HEAD + "\n".join(lines) + "\n"
    if os.environ.get("WRITE_MATRIX"):
        MATRIX.write_text(text)
    print(f"{len(lines)} addresses, {len(lines) * 2 * 8} requests")
    assert MATRIX.read_text() == text
