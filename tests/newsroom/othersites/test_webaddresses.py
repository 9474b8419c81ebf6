"""Addresses that people type: http and https, and nothing in them that hides or turns round."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from newsroom.othersites import outbound
from newsroom.richtext.sanitiser import sanitise

GOOD = [
    "https://example.org/", "http://example.org:8080/a?b=c#d", "https://bücher.example/",
    "https://xn--bcher-kva.example/", "https://ລາວ.example/ຂ່າວ", "https://ar.example/می\u200cخواهم",
    "https://[2606:4700::1]/", "https://192.0.2.1/x", "https://example.org/%E2%80%AE",
]  # fmt: skip
BAD = [
    "ftp://example.org/a", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "mailto:ann@example.org",
    "https://exam\u200bple.org/", "https://exam\u200dple.org/", "https://exam\u00adple.org/", "https://example.org\u202e/",
    "https://example.org/\u202egpj.exe", "https://example.org/a\u2066b", "https://example\u3164.org/",
    "https://example.org\ufe0f/", "https://ex\u2800ample.org/", "https://bank.example@evil.example/",
    "https://user:word@example.org/", "https://ｅxample.org/", "https://example。org/", "https://ⓔxample.org/",
    "https://xn--exmple-ucd12w.example/\u200b", "https://example.org\\@evil.example/", "https://example.org/a\\b",
    "https://example.org:99999999/", "https://[::1/", "https://example.org/\x07", "https://a\u034fb.example/",
]  # fmt: skip


def address_fields():
    """Return every field of our models that holds an address, by its name or by its kind."""
    named = {"link", "url", "source_url", "archive_url", "exit_url"}
    return [
        field
        for model in apps.get_models()
        if model._meta.app_label in {"articles", "newsletter", "inquiries", "sitesettings", "search"}
        for field in model._meta.fields
        if isinstance(field, models.URLField) or (isinstance(field, models.CharField) and field.name in named)
        if field.editable
    ]


def test_the_fields_are_found():
    assert len(address_fields()) >= 9


@pytest.mark.parametrize("field", address_fields(), ids=str)
def test_every_field_takes_what_is_sound(field):
    for address in GOOD:
        field.clean(address, None)
        field.formfield().clean(address)


@pytest.mark.parametrize("field", address_fields(), ids=str)
@pytest.mark.parametrize("address", BAD)
def test_every_field_refuses_what_is_not(field, address):
    with pytest.raises(ValidationError):
        field.clean(address, None)


@pytest.mark.parametrize(
    "address", [address for address in BAD if address.startswith("http") and "\x07" not in address]
)
def test_a_text_keeps_no_link_that_deceives(address):
    assert "href" not in str(sanitise(f'<p><a href="{address}">x</a></p>'))


@pytest.mark.parametrize("address", [*GOOD, "mailto:ann@example.org", "tel:+856 21 123", "/news/"])
def test_a_text_keeps_the_others(address):
    assert "href" in str(sanitise(f'<p><a href="{address}">x</a></p>'))


@pytest.mark.parametrize("address", [
    "fec0::1", "feff::1", "3fff::1", "3fff:fff::1", "3ffe::1", "5f00::1", "2001::1", "2001:1::1", "2001:10::1",
    "2001:db8::1", "2002:a00:1::", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "::ffff:10.0.0.1", "::10.0.0.1", "::", "::1",
    "fd00::1", "fe80::1%eth0", "ff02::1", "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1",
    "192.0.0.9", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "4000::1", "1::1", "", "x", "1.1", "0x7f000001",
])  # fmt: skip
def test_what_no_registry_gives_to_the_public_is_not_asked(address):
    assert not outbound.is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "2a00:1450::1", "2002:808:808::", "64:ff9b::808:808"])  # fmt: skip
def test_the_public_internet_is(address):
    assert outbound.is_public(address)
