"""Nothing is published with a picture that lacks its words or the consent of whom it shows."""

import datetime
import itertools

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from newsroom.pictures.models import Image
from tests.newsroom.accounts.test_roles import form
from tests.pageforms import unpublish

pytestmark = pytest.mark.django_db
ADD = "/admin/articles/article/add/"
DAY = datetime.timedelta(days=1)
numbers = itertools.count(1)


def make_picture(**values):
    """Return a picture without files: the rule reads the row alone."""
    words = {"alt_text": "A door.", "credit": "Ours"}
    return Image.objects.create(
        **{"storage_key": f"{next(numbers):032x}", "width": 9, "height": 9} | words | values
    )


def person(**values):
    """Return a picture of somebody whose consent covers the week around today."""
    today = timezone.localdate()
    consent = {
        "shows_recognisable_person": True, "consent_reference": "F-12", "consent_uses": "this site",
        "consent_date": today - 7 * DAY, "consent_expires": today + 7 * DAY,
    }  # fmt: skip
    return make_picture(**consent | values)


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def told_beside(answer, field):
    assert answer.status_code == 200
    return " ".join(answer.context["adminform"].form.errors.get(field, []))


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


LACKING = [
    ({"alt_text": ""}, "no alternative text"),
    ({"credit": ""}, "no credit"),
    ({"consent_reference": ""}, "not all noted"),
    ({"consent_uses": ""}, "not all noted"),
    ({"consent_date": None}, "not all noted"),
    ({"consent_expires": None}, "not all noted"),
    ({"consent_expires": timezone.localdate() - DAY}, "no consent"),
]


@pytest.mark.parametrize(("values", "problem"), LACKING)
def test_an_article_is_not_published_with_it(desk, values, problem):
    picture = person(**values)
    answer = desk.post(ADD, form(lead_picture=picture.pk, _publish=""))
    assert problem in told_beside(answer, "lead_picture")
    assert not Article.objects.exists()
    assert desk.post(ADD, form(lead_picture=picture.pk, _save="")).status_code == 302
    article = Article.objects.get()
    assert article.state == Article.State.DRAFT  # a draft may wait for them
    with pytest.raises(ValidationError):
        article.publish()
    assert article.state == Article.State.DRAFT


def test_an_article_is_published_with_a_picture_that_lacks_nothing(desk):
    for picture in [make_picture(), person(), make_picture(alt_text="", is_decorative=True)]:
        assert desk.post(ADD, form(lead_picture=picture.pk, slug="", _publish="")).status_code == 302
    assert Article.objects.published().count() == 3


def test_a_published_article_does_not_get_it_later(desk, make_article):
    article = make_article(lead_picture=make_picture())
    for picture in [make_picture(credit=""), person(consent_expires=timezone.localdate() - DAY)]:
        answer = desk.post(
            change(article),
            form(lead_picture=picture.pk, published_at_0="2020-01-01", published_at_1="10:00", _save=""),
        )
        assert told_beside(answer, "lead_picture")
    article.refresh_from_db()
    assert article.lead_picture.credit == "Ours"


def test_a_time_of_publication_after_the_end_of_the_consent_is_refused(desk):
    picture = person()
    later = {"published_at_1": "10:00", "_publish": ""}
    beyond, within = (str(timezone.localdate() + days * DAY) for days in (9, 5))
    answer = desk.post(ADD, form(lead_picture=picture.pk, published_at_0=beyond, **later))
    assert "no consent" in told_beside(answer, "lead_picture")
    assert desk.post(ADD, form(lead_picture=picture.pk, published_at_0=within, **later)).status_code == 302
    article = Article.objects.get()
    later["_save"] = later.pop("_publish")
    answer = desk.post(change(article), form(lead_picture=picture.pk, published_at_0=beyond, **later))
    assert "no consent" in told_beside(answer, "lead_picture")
    article.refresh_from_db()
    assert article.is_scheduled and str(timezone.localdate(article.published_at)) == within


def test_a_consent_that_ended_stands_in_no_corrections_way(desk, make_article):
    picture = person()
    article = make_article(lead_picture=picture)
    Image.objects.update(consent_expires=timezone.localdate() - DAY)
    values = form(
        lead_picture=picture.pk, published_at_0="2020-01-01", published_at_1="10:00", title="Mended"
    )
    assert desk.post(change(article), values | {"_save": ""}).status_code == 302
    article.refresh_from_db()
    assert article.title == "Mended" and article.is_public
    assert list(Image.objects.with_expired_consent()) == [picture]


def test_an_article_can_always_be_taken_off_the_site(desk, make_article):
    article = make_article(lead_picture=make_picture(credit=""))
    unpublish(desk, article)
    article.refresh_from_db()
    assert not article.is_public
