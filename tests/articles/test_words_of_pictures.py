"""Search finds the words of pictures where readers meet them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article
from newsroom.pictures.models import Image
from newsroom.search import registry
from newsroom.search.index import checking, indexer
from newsroom.search.querying import results
from newsroom.search.querying.query import parse
from tests.newsroom.richtext.test_pictures_in_texts import make_picture, text_with

pytestmark = pytest.mark.django_db


def found(words):
    return {str(hit.object) for hit in results.find(parse(words), results.Narrowing()).hits}


def test_its_words_are_found_where_it_is_shown_from_the_moment_they_change(make_article, make_page):
    under, above = (
        make_picture(caption="A lighthouse"),
        make_picture(caption="A harbour", alt_text="Some gulls"),
    )
    make_page(title="Page", body_html=text_with(under))
    make_article(title="Under", body_html=text_with(under))
    make_article(title="Above", lead_picture=above)
    make_article(title="Neither")
    assert found("lighthouse") == found('"photo ann example" -harbour') == {"Page", "Under"}
    assert found("door") == {"Page", "Under"}  # its alternative text
    assert found("harbour") == found("gulls") == {"Above"}
    for image in [under, above]:
        image.caption, image.alt_text = f"{image.caption} again", "Nothing"
        image.save(update_fields=["caption", "alt_text"])
    assert found("lighthouse again") == {"Page", "Under"} and found("harbour again") == {"Above"}
    assert found("door") == found("gulls") == set()
    under.withdraw()
    above.delete()
    assert found("lighthouse") == found("harbour") == set()
    assert list(checking.problems()) == []


def test_words_of_pictures_that_nobody_sees_are_not_found(make_article):
    make_article(body_html=text_with(make_picture(caption="A lighthouse", credit="")))
    make_article(lead_picture=make_picture(caption="A harbour", shows_recognisable_person=True))
    image = make_picture(caption="A beacon", alt_text="Some gulls", is_decorative=True)
    make_article(title="Decorated", body_html=text_with(image))
    assert found("lighthouse") == found("harbour") == found("gulls") == set()
    assert found("beacon") == {"Decorated"}


def test_the_worker_mends_what_search_knows_of_pictures_that_changed_past_their_model(make_article):
    image = make_picture(caption="A lighthouse")
    make_article(title="Under", body_html=text_with(image))
    make_article(title="Above", lead_picture=image)
    Image.objects.update(caption="A harbour", alt_text="Some gulls")
    assert len(list(checking.problems())) == 2
    indexer.mend()
    assert found("harbour") == found("gulls") == {"Under", "Above"} and found("lighthouse") == set()


@pytest.mark.parametrize(("fewer", "more"), [(2, indexer.FEW), (indexer.FEW + 1, indexer.FEW + 4)])
def test_any_number_of_pictures_is_indexed_by_as_many_queries(
    make_article, django_assert_num_queries, fewer, more
):
    kind = registry.kind_of(Article)
    keys = [
        make_article(body_html=text_with(make_picture()), lead_picture=make_picture()).pk
        for _n in range(more)
    ]
    indexer.refresh(kind, keys, anew=True)
    with CaptureQueriesContext(connection) as few:
        indexer.refresh(kind, keys[:fewer], anew=True)
    with django_assert_num_queries(len(few)):
        indexer.refresh(kind, keys, anew=True)
