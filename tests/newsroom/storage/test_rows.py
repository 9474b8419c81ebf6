"""What was deleted stays deleted, and no save brings older values back, in every app."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ObjectNotUpdated
from django.db import models, transaction

from newsroom.editing.heldrows import HoldsItsRow
from newsroom.storage.rows import StandingRow

ROOT = Path(__file__).resolve().parents[3]
OURS = ["articles", "newsletter", "newsroom", "inquiries"]
# Each with the reason why its save() may name no fields.
BARE = {
    "newsroom/demo.py": "rows of the fixtures, new ones or those of the same natural key; run on demand",
    "newsroom/versions/preview/placing.py": "rows below a form in a transaction that is undone",
    "newsroom/management/commands/init_site.py": "the one row of settings, of a site that begins",
}


def bare_saves(path):
    """Return the lines of a file that save a row without saying which of its fields, or that it is new."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    overrides = {
        call
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name == "save"
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().save"
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "save":
            says = {keyword.arg for keyword in node.keywords} & {
                "update_fields",
                "force_insert",
                "force_update",
            }
            if not says and not node.args and not node.keywords and node not in overrides:
                yield f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}"


def test_no_save_of_ours_writes_fields_that_it_does_not_name():
    files = [
        path for app in OURS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts
    ]
    found = [line for path in files if str(path.relative_to(ROOT)) not in BARE for line in bare_saves(path)]
    assert found == []


def test_every_model_of_ours_stays_deleted():
    models_of_ours = [
        model
        for app in apps.get_app_configs()
        if app.name.split(".")[0] in OURS
        for model in app.get_models()
    ]
    assert models_of_ours
    assert [model for model in models_of_ours if not issubclass(model, StandingRow)] == []


def test_every_form_of_the_admin_holds_its_row():
    assert [one for one in admin.site._registry.values() if not isinstance(one, HoldsItsRow)] == []


@pytest.fixture
def rows(make_article, make_page, make_resource, make_country, make_topic, make_callout, make_hotline):
    """Return a stored row of each of the kinds that people work on."""
    from newsletter.models import Import, Issue, Subscriber
    from newsroom.outbox.models import Mail
    from newsroom.pictures.models import Image
    from newsroom.sitesettings.models import SiteSettings

    reader = Subscriber()
    reader.set_address("ann@example.org")
    made = [Issue(subject="June", slug="june"), reader, Import(consent="By form"), Mail(kind="x", key="1"), SiteSettings(),
            Image(alt_text="A river", credit="Ann", storage_key="x" * 20, width=1, height=1)]  # fmt: skip
    for row in made:
        row.save()
    return [
        *made,
        make_hotline(),
        make_article(),
        make_page(),
        make_resource(),
        make_country(iso_code="KH", name="Cambodia", slug="cambodia"),
        make_topic(),
        make_callout(),
    ]


@pytest.mark.django_db
def test_a_row_that_was_read_before_its_deletion_is_not_inserted_again(rows):
    for row in rows:
        model = type(row)
        stale = model._base_manager.get(pk=row.pk)
        model._base_manager.filter(pk=row.pk).delete()
        with pytest.raises(ObjectNotUpdated), transaction.atomic():
            stale.save()
        assert not model._base_manager.filter(pk=stale.pk).exists(), model


@pytest.mark.django_db
def test_a_change_writes_what_it_names_and_nothing_older(make_article):
    article = make_article(title="As it was")
    Article = type(article)
    Article.objects.filter(pk=article.pk).update(dek="A colleague's words")
    with article.changing("title"):
        assert article.dek == "A colleague's words"
        article.title = "As it is"
    found = Article.objects.get()
    assert (found.title, found.dek) == ("As it is", "A colleague's words")
    Article.objects.all().delete()
    with pytest.raises(Article.DoesNotExist), article.changing("title"):
        pass


@pytest.mark.django_db
def test_a_form_of_the_admin_says_that_its_row_was_deleted_meanwhile(client, editor, make_topic, monkeypatch):
    """The deletion comes in between, as on a busy site, and the form keeps what was written."""
    from articles.models import Topic

    topic = make_topic()
    client.force_login(editor)
    save = models.Model.save_base

    def delete_first(self, *args, **kwargs):
        if isinstance(self, Topic):
            Topic.objects.filter(pk=self.pk)._raw_delete("default")
        return save(self, *args, **kwargs)

    page = client.get(f"/admin/articles/topic/{topic.pk}/change/")
    form = {name: value or "" for name, value in page.context["adminform"].form.initial.items()}
    monkeypatch.setattr(models.Model, "save_base", delete_first)
    answer = client.post(
        f"/admin/articles/topic/{topic.pk}/change/", form | {"introduction": "x" * 100, "name": "y" * 61}
    )
    assert answer.status_code == 410
    assert "Nothing was saved" in answer.text
    assert "y" * 61 in answer.text


@pytest.mark.django_db
def test_what_readers_do_with_a_row_that_was_erased_brings_nobody_back():
    from newsletter.models import Subscriber, Suppression

    reader = Subscriber()
    reader.set_address("ann@example.org")
    reader.save()
    stale = [Subscriber.objects.get() for _ in range(3)]
    Subscriber.objects.get().erase()
    for act in [stale[0].confirm, stale[1].unsubscribe, lambda: stale[2].pause_until(None)]:
        with pytest.raises(Subscriber.DoesNotExist), transaction.atomic():
            act()
    assert not Subscriber.objects.exists()
    assert Suppression.objects.of(
        reader.address_key
    ).exists()  # or the next import would bring the address back


@pytest.mark.django_db
def test_a_form_of_a_reader_who_was_erased_says_that_the_link_is_over(client, monkeypatch):
    from newsletter.models import Subscriber
    from newsletter.readers import tokens

    reader = Subscriber()
    reader.set_address("ann@example.org")
    reader.save()
    url = tokens.MANAGE.url(reader)
    path = url[url.index("/newsletter") :]
    find = tokens.Link.find
    calls = []

    def find_and_erase(self, token):
        row = find(self, token)
        calls.append(row)
        if len(calls) == 1:
            Subscriber.objects.get().erase()
        return row

    monkeypatch.setattr(tokens.Link, "find", find_and_erase)
    answer = client.post(path, {"action": "interests"})
    assert answer.status_code == 404
    assert not Subscriber.objects.exists()


@pytest.mark.django_db
def test_a_resource_that_was_withdrawn_keeps_what_others_wrote(make_resource):
    resource = make_resource()
    Resource = type(resource)
    Resource.objects.filter(pk=resource.pk).update(title="A colleague's title")
    resource.withdraw_for_good()
    found = Resource.objects.get()
    assert (found.title, found.state) == ("A colleague's title", "withdrawn")
