"""What is done in a rolled-back block is seen inside it alone."""

import pytest
from django.db import transaction

from articles.models import Article
from newsroom.versions.rolledback import rolled_back


def test_it_is_seen_inside_and_gone_after(make_article, django_capture_on_commit_callbacks):
    article = make_article(title="As it was")
    called = []
    with django_capture_on_commit_callbacks(execute=True), rolled_back():
        Article.objects.filter(pk=article.pk).update(title="As it would be")
        transaction.on_commit(lambda: called.append(1))
        assert Article.objects.get(pk=article.pk).title == "As it would be"
    assert Article.objects.get(pk=article.pk).title == "As it was"
    assert not called


def test_an_error_inside_undoes_it_too(make_article):
    article = make_article(title="As it was")
    with pytest.raises(RuntimeError), rolled_back():
        Article.objects.filter(pk=article.pk).update(title="As it would be")
        raise RuntimeError
    assert Article.objects.get(pk=article.pk).title == "As it was"
