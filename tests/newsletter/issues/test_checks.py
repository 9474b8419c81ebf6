"""What keeps an issue from being sent."""

import pytest

from articles.models import FormerAddress
from newsletter.models import Item
from newsletter.sending.checks import findings, leads_somewhere, own_path
from newsroom.pictures.models import Image


def blocking(issue):
    return [finding.text for finding in findings(issue) if finding.blocks]


def test_an_issue_with_all_it_needs_is_free_to_go(site, make_issue, make_article):
    assert findings(make_issue(articles=[make_article()])) == []


def test_an_empty_subject_blocks(site, make_issue, make_article):
    assert blocking(make_issue(articles=[make_article()], subject=" ")) == ["The subject is empty."]


def test_an_empty_issue_blocks(site, make_issue):
    assert blocking(make_issue()) == ["The issue is empty: write an introduction or choose entries."]


def test_a_missing_postal_address_blocks(site, make_issue, make_article):
    site.postal_address = ""
    site.save()
    assert blocking(make_issue(articles=[make_article()])) == ["The site settings lack the postal address."]


def test_an_article_that_is_not_public_blocks(site, make_issue, make_article):
    article = make_article(title="Taken down")
    issue = make_issue(articles=[article, make_article()])
    article.withdraw()
    article.save()
    assert blocking(issue) == ["“Taken down” is not public. Publish it, or take its entry out."]


@pytest.fixture
def picture(db):
    return Image.objects.create(
        alt_text="Boats", credit="Photo: us", width=10, height=10, storage_key="k", renditions=[]
    )


def test_a_picture_without_alternative_text_blocks(site, make_issue, make_article, picture):
    in_text = f'<p>Look:</p><figure data-picture="{picture.uuid}"></figure>'
    for issue in [
        make_issue(articles=[make_article(lead_picture=picture)]),
        make_issue(introduction_html=in_text),
    ]:
        Image.objects.update(alt_text="Boats")
        assert blocking(issue) == []
        Image.objects.update(alt_text="")
        assert len(blocking(issue)) == 1
        assert "has no alternative text yet" in blocking(issue)[0]


def test_a_withdrawn_picture_in_the_introduction_blocks_and_any_other_is_pointed_out(
    site, make_issue, picture
):
    issue = make_issue(introduction_html=f'<p>Look:</p><figure data-picture="{picture.uuid}"></figure>')
    assert findings(issue)[0].text.startswith("Mail programs fetch the picture")
    picture.withdraw()
    assert blocking(issue) == ["A picture in the introduction was withdrawn. Take it out."]


def test_dead_links_of_our_own_site_block(site, make_issue, make_article, make_page, settings):
    make_page(path="about")
    article = make_article()
    links = ["/about/", "/nowhere/", article.get_absolute_url(), f"{settings.SITE_URL}/news/none/", "https://other.example/"]  # fmt: skip
    issue = make_issue(introduction_html="".join(f'<p><a href="{link}">Link</a></p>' for link in links))
    Item.objects.create(issue=issue, kind="event", title="Gathering", url=f"{settings.SITE_URL}/gone/")
    assert blocking(issue) == [
        "The link of “Link” leads nowhere: /nowhere/",
        f"The link of “Link” leads nowhere: {settings.SITE_URL}/news/none/",
        f"The link of “Gathering” leads nowhere: {settings.SITE_URL}/gone/",
    ]


def test_a_mail_above_100_kb_blocks(site, make_issue):
    issue = make_issue(introduction_html="<p>" + "Too long. " * 6000 + "</p>")
    assert len(blocking(issue)) == 1
    assert "shorten it" in blocking(issue)[0]


def test_a_long_subject_and_no_preheader_are_said_and_do_not_block(site, make_issue, make_article):
    issue = make_issue(articles=[make_article()], subject="Long " * 20, preheader="")
    assert len(findings(issue)) == 2
    assert blocking(issue) == []


def test_it_asks_each_page_as_a_visitor_would(site, make_article, make_page, make_issue):
    gone = make_article(slug="gone")
    gone.withdraw()
    gone.save()
    make_article(slug="new-name")
    make_article(slug="ข่าว")
    FormerAddress.record("/news/old-name/", "/news/new-name/")
    make_issue(slug="still-a-draft")
    for path, alive in {
        "/": True,
        "/news/?page=1": True,
        "/news/?page=99": False,
        "/news": True,
        "/news/gone/": False,
        "/news/old-name/": True,
        "/news/%E0%B8%82%E0%B9%88%E0%B8%B2%E0%B8%A7/": True,
        "/newsletter/still-a-draft/": False,
        "/admin/": False,
        "/static/img/logo.svg": True,
        "/static/img/none.svg": False,
        "/media/pictures/none.jpg": False,
    }.items():
        assert leads_somewhere(path) is alive, path


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/about/?a=1#b", "/about/?a=1"),
        ("https://other.example/", None),
        ("mailto:a@example.org", None),
        ("#s-up", None),
    ],
)
def test_it_knows_its_own_addresses(address, path):
    assert own_path(address) == path
