"""Pieces of pages that are rendered once for the same values."""

import pytest
from django.template import Context, Template
from django.utils import translation

from articles.framing import MenuEntry
from articles.models import Article, Page
from newsroom.sitesettings.models import SiteSettings
from newsroom.templatetags.kept import _rendered

FOOTER = "{% load kept %}{% kept 'newsroom/_footer.html' site=site menu=menu section='' %}"


def footer(menu=()):
    return Template(FOOTER).render(Context({"site": SiteSettings(name="A <site>").shown, "menu": menu}))


def test_a_piece_is_rendered_once_for_the_same_values_and_anew_for_others():
    _rendered.cache_clear()
    first, again = footer(), footer()
    assert first == again and "A &lt;site&gt;" in first
    assert _rendered.cache_info().misses == 1
    assert "/about/" in footer((MenuEntry("About", "/about/", "header", False),))
    assert _rendered.cache_info().misses == 2


def test_each_language_has_a_piece_of_its_own():
    _rendered.cache_clear()
    footer()
    with translation.override("fr"):
        footer()
    assert _rendered.cache_info().misses == 2


def test_a_row_is_no_value_for_it_equals_its_former_self():
    page = Template("{% load kept %}{% kept 'articles/_card.html' card=row %}")
    with pytest.raises(TypeError, match="row of the database"):
        page.render(Context({"row": Article(pk=1, title="A shelter opens")}))


@pytest.mark.django_db
def test_a_change_by_sql_shows_in_the_frame_of_the_next_page(client, make_page):
    make_page(title="About us", path="about", menu="header")
    SiteSettings(name="Former name").save()
    page = client.get("/").content.decode()
    assert "About us" in page and "Former name" in page
    Page.objects.filter(path="about").update(title="Who we are")
    SiteSettings.objects.update(name="Present name")
    page = client.get("/").content.decode()
    assert "Who we are" in page and "Present name" in page
    assert "About us" not in page and "Former name" not in page
