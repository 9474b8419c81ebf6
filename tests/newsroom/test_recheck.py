"""`manage.py recheck`: what came in under earlier rules is listed, and left alone."""

import io

import pytest
from django.core.management import CommandError, call_command

from articles import documents
from articles.models import Article, Page, Resource
from articles.resources import documentstore
from newsletter.models import Import, Issue, Subscriber, Suppression
from tests.articles.documents.specimens import pdf

pytestmark = pytest.mark.django_db


def recheck(**options):
    out = io.StringIO()
    call_command("recheck", stdout=out, **options)
    *sentences, last = out.getvalue().splitlines()
    return sentences, last


def test_a_site_as_todays_rules_leave_it_has_nothing_to_list(make_article):
    make_article()
    assert recheck() == (
        [],
        "Treated otherwise today: 0 texts, 0 documents, 0 imported readers. Nothing was changed.",
    )


def test_texts_that_would_be_stored_otherwise_are_named(make_article):
    article = make_article()
    stored = '<p>Kept.</p><p style="color:red" onclick="x()">Old</p><script>alert(1)</script>'
    Article.objects.filter(pk=article.pk).update(body_html=stored)
    page = Page.objects.create(title="About", path="about", body_html="<p>Fine</p>")
    Page.objects.filter(pk=page.pk).update(body_html="<p>" * 3000)
    issue = Issue.objects.create(subject="August", slug="august")
    Issue.objects.filter(pk=issue.pk).update(introduction_html="<marquee>Hello</marquee>")
    sentences, last = recheck()
    assert [sentence.split(",")[0] for sentence in sentences] == [
        f"article {article.pk} “{article}”",
        f"page {page.pk} “About”",
        f"issue {issue.pk} “{issue}”",
    ]
    assert last.startswith("Treated otherwise today: 3 texts,")
    assert Article.objects.get(pk=article.pk).body_html == stored


def test_documents_that_would_be_cut_refused_or_asked_about_are_named(make_resource):
    resource = make_resource()
    resource.put_file(documentstore.keep(documents.clean(io.BytesIO(pdf()), filename="report.pdf")))
    resource.save()
    assert recheck()[0] == []
    name = documentstore._name(resource.file_extension)
    path = documentstore._storage().path(f"{resource.storage_key}/{name}")
    for content, words in [(pdf(), "become"), (b"%PDF-1.7 broken", "would be refused")]:
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(content)
        (sentence,), _last = recheck()
        assert sentence.startswith(f"resource {resource.pk} ")
        assert words in sentence
    documentstore.remove(resource.storage_key)
    assert "is missing" in recheck()[0][0]
    assert Resource.objects.get().storage_key == resource.storage_key


def test_imported_readers_whom_todays_rules_would_not_take_over_are_numbered(tmp_path):
    old = Import.objects.create(consent="x", file_name="old.csv", state="done")
    new = Import.objects.create(consent="x", file_name="new.csv", state="done", told="You signed up in May.")
    rows = [
        ("wrong address", old),
        ("left@example.org", old),
        ("fine@example.org", new),
        ("gone@example.org", new),
        ("own@example.org", None),
    ]
    readers = {
        address: Subscriber.objects.create(
            address=address, address_key=address, state="confirmed", came_by=source
        )
        for address, source in rows
    }
    Suppression.add("gone@example.org", "erased")
    sentences, last = recheck()
    assert [sentence.split(":")[0] for sentence in sentences] == [
        str(readers["wrong address"]),
        str(readers["gone@example.org"]),
        f"list {old.pk} “old.csv”",
    ]
    assert not any(
        "left@" in sentence or "gone@" in sentence for sentence in sentences
    )  # a screen is not for addresses
    assert "3 imported readers" in last
    kept = tmp_path / "list.csv"
    kept.write_text(
        "email,status\nleft@example.org,unsubscribed\nfine@example.org,subscribed\nown@example.org,no\n"
    )
    assert recheck(path=kept)[0] == [
        f"line 2: {readers['left@example.org']} gets the newsletter. "
        "Under “status” the list says “unsubscribed”."
    ]
    kept.write_bytes(b"\x89PNG")
    with pytest.raises(CommandError, match="CSV UTF-8"):
        recheck(path=kept)
    with pytest.raises(CommandError, match="can't be read"):
        recheck(path=tmp_path / "nowhere.csv")
