"""Must hold: two people on one form, in turns: every text that anybody saved is in the piece or in its history."""

import pytest
from django.test import Client

from articles.models import Article, Callout, Country, Page, Resource, Topic
from newsroom.sitesettings.models import SiteSettings
from newsroom.versions import registry
from newsroom.versions.models import Version
from newsroom.versions.workingcopies import working
from tests.pageforms import values_on

from .test_recording import change

pytestmark = pytest.mark.django_db
ROUNDS = 4  # 50 in tests/soak/test_interleaving.py

# What two people change: one field each, and one that both change.
FIELDS = {
    Article: ("body_html", "dek", "title"),
    Callout: ("text", "label", "title"),
    Country: ("intro_html", "slug", "name"),
    Page: ("body_html", "menu_order", "title"),
    Resource: ("body_html", "summary", "title"),
    SiteSettings: ("tagline", "organisation", "name"),
    Topic: ("intro_html", "slug", "name"),
}  # fmt: skip


def value(field, who, number):
    if field == "menu_order":
        return str(number * 2 + (who == "ben"))
    text = f"{who}-{number}"
    return f"<p>{text}</p>" if field.endswith("_html") else text


def play(two, row, rounds, button):
    """Let two people save the same form in turns, and return what each was told to be saved, by field."""
    public = type(row).objects.filter(pk=row.pk).values()[0]
    url, (first_field, second_field, both) = change(row), FIELDS[type(row)]
    saved, refused = [], 0
    for number in range(rounds):
        (first, one), (second, other) = two.items() if number % 2 else reversed(two.items())
        loaded = [values_on(client.get(url)) for client in (one, other)]
        mine = {first_field: value(first_field, first, number)} | (
            {both: value(both, first, number)} if number % 3 == 0 else {}
        )
        theirs = {second_field: value(second_field, second, number)} | (
            {both: value(both, second, number)} if number % 3 == 0 else {}
        )
        assert one.post(url, loaded[0] | mine | {button: ""}).status_code == 302
        saved.append(mine)
        answer = other.post(url, loaded[1] | theirs | {button: ""})
        if answer.status_code == 200:  # both changed one field: the second decides
            refused += 1
            answer = other.post(url, values_on(answer) | {button: ""})
        assert answer.status_code == 302, (number, first)
        saved.append(theirs)
        if button == "_draft":
            assert type(row).objects.filter(pk=row.pk).values()[0] == public
            stored = working.of(row).as_row()
        else:
            stored = type(row).objects.get(pk=row.pk)
        assert str(getattr(stored, first_field)) == mine[first_field]
        assert str(getattr(stored, second_field)) == theirs[second_field]
    return saved, refused


def test_every_registered_model_is_played():
    assert set(FIELDS) == set(registry.registered())


@pytest.mark.parametrize("button", ["_save", "_draft"])
@pytest.mark.parametrize("model", FIELDS, ids=lambda model: model.__name__)
def test_promise_6_nothing_that_was_saved_is_lost(make_user, request, model, button, rounds=ROUNDS):
    two = {}
    for name in ("ann", "ben"):
        two[name] = Client()
        two[name].force_login(make_user(name, "Administrator", is_superuser=True))
    if model is SiteSettings:
        row = SiteSettings.objects.create(pk=1)
    else:
        row = request.getfixturevalue(f"make_{model._meta.model_name}")()
    saved, refused = play(two, row, rounds, button)
    assert refused == len(range(0, rounds, 3))
    if button == "_draft":
        publish = values_on(two["ann"].get(change(row))) | {"_save": ""}
        assert two["ann"].post(change(row), publish).status_code == 302
        stored = type(row).objects.get(pk=row.pk)
        assert all(str(getattr(stored, name)) == text for name, text in saved[-1].items())
    kept = [version.read()["fields"] for version in Version.objects.of(row)]
    for texts in saved:
        assert any(all(fields[name] == text for name, text in texts.items()) for fields in kept), texts
