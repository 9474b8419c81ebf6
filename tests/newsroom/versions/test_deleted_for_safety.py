"""What is deleted for safety is in no byte of the database."""

import secrets

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.urls import reverse

from articles.models import Article, FormerAddress
from newsroom.search.index import indexer
from newsroom.search.models import Document, DocumentText, Spelling
from newsroom.versions import sweeping
from newsroom.versions.models import GoneAddress, Trashed, Version
from newsroom.versions.recording import recording
from newsroom.versions.trash import leaving
from tests.rawfiles import on_disk

TABLES = [Article, Version, Trashed, GoneAddress, LogEntry, Document, DocumentText, Spelling]


@pytest.mark.django_db(transaction=True)
def test_its_words_leave_every_byte(file_database, client, make_user):
    admin_user = make_user("admin", "Administrator", is_superuser=True)
    word = f"zeug{secrets.token_hex(8).translate(str.maketrans('0123456789', 'ghijklmnop'))}"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in (Article, Version, Trashed):
                for column in {"content", "body_html"} & {field.column for field in model._meta.fields}:
                    cursor.execute(f"ALTER TABLE {model._meta.db_table} ALTER {column} SET STORAGE EXTERNAL")
    article = Article(title=f"About {word}", slug=word, body_html=f"<p>{word} was here.</p>" * 300)
    article.publish()
    article.save()
    for number in range(3):
        with recording(article, admin_user):
            Article.objects.filter(pk=article.pk).update(dek=f"{word} {number}")
    article.refresh_from_db()
    article.withdraw()
    article.save()
    client.force_login(admin_user)
    assert word.encode() in on_disk(*TABLES)
    page = reverse("admin:articles_article_delete", args=[article.pk])
    asked = client.get(page).content.decode()
    assert "Move to the trash" in asked
    answer = client.post(page, {"post": "yes", "_for_safety": ""}, follow=True)
    assert word not in answer.content.decode()
    assert not Trashed.objects.exists()
    assert client.get(f"/news/{word}/").status_code == 410
    while indexer.purge():
        continue
    assert sweeping.sweep()
    assert word.encode() not in on_disk(*TABLES)


@pytest.mark.django_db
def test_its_former_addresses_lead_nowhere_and_are_forgotten(client, admin_user, make_article):
    article, other = make_article(slug="she-came-home"), make_article()
    FormerAddress.record("/news/zeugin/", article.get_absolute_url())
    FormerAddress.record("/news/else/", other.get_absolute_url())
    article.withdraw()
    article.save()
    client.force_login(admin_user)
    client.post(
        reverse("admin:articles_article_delete", args=[article.pk]), {"post": "yes", "_for_safety": ""}
    )
    assert [row.path for row in FormerAddress.objects.all()] == ["/news/else/"]
    assert client.get("/news/zeugin/").status_code == 410


def test_what_leaves_the_trash_for_good_leaves_its_name_and_former_addresses_too(
    client, admin_user, make_article
):
    article = make_article(title="Zeuginxy", slug="she-came-home")
    FormerAddress.record("/news/zeuginxy/", article.get_absolute_url())
    article.withdraw()
    article.save()
    client.force_login(admin_user)
    client.post(reverse("admin:articles_article_delete", args=[article.pk]), {"post": "yes"})
    assert LogEntry.objects.filter(object_repr__contains="Zeuginxy").exists()
    assert leaving.erase(Trashed.objects.get())
    assert not LogEntry.objects.filter(object_repr__contains="Zeuginxy").exists()
    assert not FormerAddress.objects.exists() and client.get("/news/zeuginxy/").status_code == 410
