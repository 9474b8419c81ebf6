"""Every save of a piece writes a version that can be read back, in the same transaction."""

import importlib
import itertools
import pkgutil

import pytest
from django.db import migrations
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from articles.dates import PartialDate
from articles.models import Article, Callout, Country, Fact, Law, Page, Resource, Topic
from newsroom.sitesettings.models import SiteSettings
from newsroom.versions import comparing, registry, schema, snapshots
from newsroom.versions import content as contents
from newsroom.versions.models import Version
from newsroom.versions.recording import record, recording
from tests.pageforms import values_on

pytestmark = pytest.mark.django_db


def change(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


@pytest.fixture
def make(request):
    def row_of(model):
        if model is SiteSettings:
            return SiteSettings.objects.create(pk=1)
        return request.getfixturevalue(f"make_{model._meta.model_name}")()

    return row_of


ALL = {
    Article: "title", Callout: "title", Country: "name", Page: "title", Resource: "title", SiteSettings: "name", Topic: "name",
}  # fmt: skip


def test_it_keeps_what_editors_write():
    assert set(registry.registered()) == set(ALL)


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.__name__)
def test_each_save_in_the_admin_writes_a_version(client, admin_user, make, model):
    client.force_login(admin_user)
    row, name = make(model), ALL[model]
    before = getattr(row, name)
    for number in range(2):
        values = values_on(client.get(change(row)))
        assert client.post(change(row), values | {name: f"Name {number}", "_save": ""}).status_code == 302
    found = list(Version.objects.of(row))
    assert [one.read()["fields"][name] for one in found] == ["Name 1", "Name 0", before]
    assert [one.created_by for one in found] == [admin_user, admin_user, None]
    assert [one.based_on for one in found] == [found[1], found[2], None]
    assert found[0].object_uuid == getattr(row, "uuid", None)


def test_a_new_piece_has_a_version_and_what_is_deleted_has_none(client, admin_user, make_article):
    client.force_login(admin_user)
    form = values_on(client.get(reverse("admin:articles_topic_add")))
    client.post(reverse("admin:articles_topic_add"), form | {"name": "New", "slug": "new", "_save": ""})
    topic = Topic.objects.get()
    assert Version.objects.of(topic).count() == 1
    client.post(reverse("admin:articles_topic_delete", args=[topic.pk]), {"post": "yes", "_for_safety": ""})
    assert not Version.objects.exists()


def test_a_save_that_changes_nothing_writes_none(client, admin_user, make_article):
    client.force_login(admin_user)
    row = make_article()
    for _number in range(2):
        client.post(change(row), values_on(client.get(change(row))) | {"_save": ""})
    assert Version.objects.of(row).count() == 1


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_how_lines_end_is_no_change(client, admin_user, make_article, ends):
    client.force_login(admin_user)
    row = make_article(bylines=f"Ann{ends}Ben")
    client.post(change(row), values_on(client.get(change(row))) | {"dek": "Another", "_save": ""})
    new, old = Version.objects.of(row)
    assert comparing.names_of_changed(Article, old.read(), new.read()) == ["Summary"]
    row.refresh_from_db()
    assert row.bylines == "Ann\nBen"


def test_it_is_written_in_the_transaction_of_the_save(make_article, editor):
    row = make_article(title="Before")
    with pytest.raises(RuntimeError), recording(row, editor):
        row.title = "After"
        row.save()
        raise RuntimeError
    assert Article.objects.get().title == "Before"
    assert not Version.objects.exists()


def test_what_something_else_changed_is_in_the_history_as_well(client, admin_user, make_article):
    client.force_login(admin_user)
    row = make_article(title="First")
    record(row)
    Article.objects.filter(pk=row.pk).update(title="By SQL")
    client.post(change(row), values_on(client.get(change(row))) | {"title": "By hand", "_save": ""})
    titles = [one.read()["fields"]["title"] for one in Version.objects.of(row)]
    assert titles == ["By hand", "By SQL", "First"]


def test_a_withdrawn_resource_says_so(client, admin_user, make_resource):
    client.force_login(admin_user)
    row = make_resource()
    client.post(reverse("admin:articles_resource_withdraw", args=[row.pk]))
    last = Version.objects.of(row).first()
    assert (last.comment, last.created_by, last.read()["fields"]["state"]) == (
        "Withdrawn.", admin_user, "withdrawn",
    )  # fmt: skip


def test_relations_come_back_in_a_row_that_is_not_saved(
    make_article, make_country, make_topic, django_assert_num_queries
):
    topics = [make_topic(name=f"Topic {n}", slug=f"topic-{n}") for n in range(3)]
    row = make_article(topics=topics[:2], countries=[make_country()], display_date=PartialDate(2006))
    version = record(row)
    row.topics.set([topics[2]])
    topics[0].delete()
    was = version.as_row()
    assert (was.pk, was.title, was.display_date, was.uuid) == (row.pk, row.title, PartialDate(2006), row.uuid)
    assert list(was.topics.all()) == [topics[1]]
    assert [country.name for country in was.countries.filter(iso_code="LA")] == ["Laos"]
    assert list(row.topics.all()) == [topics[2]]


def test_rows_below_come_back(make_country):
    country = make_country()
    fact = Fact.objects.create(
        country=country, label="Capital", value="Vientiane", source="Ours", as_of="2020"
    )
    Law.objects.create(country=country, title="Law", date="2003-09", url="https://example.org/")
    version = record(country)
    Fact.objects.all().delete()
    was = version.as_row()
    assert [(one.pk, one.label, one.value, one.country) for one in was.facts.all()] == [
        (fact.pk, "Capital", "Vientiane", country),
    ]  # fmt: skip
    assert was.laws.all()[0].date == PartialDate(2003, 9)
    assert not Fact.objects.exists()


def test_a_picture_that_is_gone_is_left_out(make_article, picture):
    row = make_article(lead_picture=picture)
    version = record(row)
    assert version.as_row().lead_picture == picture
    Article.objects.update(lead_picture=None)
    picture.delete()
    assert version.as_row().lead_picture is None


@pytest.fixture
def picture(db):
    import io

    from django.core.files.base import ContentFile
    from PIL import Image as Pixels

    from newsroom.pictures.models import Image

    buffer = io.BytesIO()
    Pixels.new("RGB", (80, 40), "red").save(buffer, "PNG")
    return Image.objects.create_from_upload(
        ContentFile(buffer.getvalue()), alt_text="A field.", credit="Ours"
    )


def test_an_old_version_is_read_after_a_migration(make_article, monkeypatch):
    version = record(make_article(dek="One sentence."))
    content = contents.read(version.content)
    content["fields"]["deck"] = content["fields"].pop("dek")
    del content["fields"]["content_note"]  # a field that came later
    content["fields"]["mood"] = "grim"  # one that is gone
    version.content, version.schema = contents.write(content), "0000_before"

    def rename(content):
        fields = content["fields"]
        return content | {"fields": {"dek" if name == "deck" else name: fields[name] for name in fields}}

    entry = registry.Versioned(Article, upgrades={"0001_initial": rename})
    monkeypatch.setitem(registry.registered(), Article, entry)
    was = version.as_row()
    assert (was.dek, was.content_note, hasattr(was, "mood")) == ("One sentence.", "", False)
    version.schema = schema.stamp_of("articles")  # of today: nothing is renamed
    assert version.as_row().dek == ""


def test_every_migration_that_breaks_snapshots_says_how_they_are_read():
    """A field that is renamed or removed needs an entry in `upgrades`."""
    breaking = migrations.RenameField, migrations.RemoveField, migrations.RenameModel, migrations.DeleteModel
    for model, entry in registry.registered().items():
        below = [model._meta.get_field(name).related_model for name in entry.rows]
        names = {one._meta.model_name for one in (model, *below)}
        package = importlib.import_module(f"{model._meta.app_config.name}.migrations")
        for module in pkgutil.iter_modules(package.__path__):
            found = importlib.import_module(f"{package.__name__}.{module.name}").Migration.operations
            touched = {
                getattr(one, "model_name", getattr(one, "old_name", getattr(one, "name", ""))).lower()
                for one in found
                if isinstance(one, breaking)
            }
            assert not touched & names or module.name in entry.upgrades, (model, module.name)


class TestEveryValue(TestCase):
    """Whatever an editor types comes back as it was."""

    numbers = itertools.count()

    @settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60),
            min_size=3,
            max_size=3,
        )
    )
    def test_a_snapshot_read_back_is_the_row(self, texts):
        number = next(self.numbers)
        row = Article.objects.create(
            slug=f"piece-{number}",
            title=texts[0],
            dek=texts[1],
            body_html=f"<p>{number}</p>",
            bylines=texts[2],
        )
        version = record(row)
        stored = Article.objects.get(pk=row.pk)
        assert snapshots.take(version.as_row())["fields"] == snapshots.take(stored)["fields"]
        assert Version.objects.get(pk=version.pk).read() == snapshots.take(stored)
