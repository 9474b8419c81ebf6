"""Pictures in texts: stored as a UUID, shown as each place needs them, gone everywhere at once."""

import itertools
import re
import uuid

import feedparser
import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.urls import reverse

from articles.models import Article, FeedHost
from newsroom.pagecache import contentversion
from newsroom.pictures.models import Image
from newsroom.pictures.uses import uses_of
from newsroom.richtext.pictures import picture_ids
from newsroom.richtext.renderings import for_feed, for_mail, plain_text, rendered
from newsroom.richtext.sanitiser import sanitise

pytestmark = pytest.mark.django_db
numbers = itertools.count(1)


def make_picture(**values):
    """Return a picture of 1600 by 1000 px whose files nobody asks for."""
    renditions = [
        {"kind": "width", "format": kind, "width": width, "height": width * 10 // 16, "name": f"width-{width}.{ending}"}
        for kind, ending in [("webp", "webp"), ("jpeg", "jpg")]
        for width in (320, 640, 960, 1600)
    ]  # fmt: skip
    words = {"alt_text": "A <door>.", "caption": 'The "door" & its frame', "credit": "Photo: Ann Example"}
    size = {"width": 1600, "height": 1000, "renditions": renditions, "storage_key": f"{next(numbers):032x}"}
    return Image.objects.create(**words | size | values)


def figure(image):
    return f'<figure data-picture="{image.uuid}"></figure>'


def text_with(*images):
    return "<p>Before.</p>" + "".join(map(figure, images)) + "<p>After.</p>"


def test_a_text_keeps_the_uuid_of_a_picture_and_nothing_else():
    key = uuid.uuid4()
    dirty = f'<p>a<figure class="x" data-picture="{str(key).upper()}" lang="en" onclick="x"><img src="//evil.example"><p>b</p>'
    assert sanitise(dirty) == f'<p>a</p><figure data-picture="{key}"></figure><p>b</p>'
    assert picture_ids(dirty) == [str(key)]
    for wrong in ["", "1", f"{key}x", f"x {key}", "/media/x.jpg", "../../x"]:
        assert sanitise(f'<p>a</p><figure data-picture="{wrong}"></figure>') == "<p>a</p>"


def test_a_page_shows_it_as_every_picture_of_the_site(client, make_article):
    image = make_picture()
    article = make_article(body_html=text_with(image))
    page = BeautifulSoup(client.get(article.get_absolute_url()).content, "html5lib")
    shown = page.select_one(".prose figure.picture")
    img = shown.img
    assert img["alt"] == "A <door>." and (img["width"], img["height"]) == ("1600", "1000")
    assert img["loading"] == "lazy" and "fetchpriority" not in img.attrs
    assert re.findall(r"(\d+)w", img["srcset"]) == ["320", "640", "960", "1600"]
    assert "42rem" in img["sizes"] and shown.source["type"] == "image/webp"
    assert shown.figcaption.get_text(" ", strip=True) == 'The "door" & its frame Photo: Ann Example'
    assert str(image.uuid) not in str(page)


def test_a_feed_shows_it_with_whole_addresses_and_its_credit(client, make_article, settings):
    image = make_picture()
    note = '<p><a href="/about/">us</a> <a id="fn-ref-1" href="#fn-1">1</a></p><p id="fn-1">Note</p>'
    article = make_article(body_html=text_with(image) + note)
    entry = feedparser.parse(client.get("/feeds/news.rss").content).entries[0]
    content = BeautifulSoup(entry.content[0].value, "html5lib")
    assert content.img["src"] == f"{settings.SITE_URL}{default_storage.url(image.path_of('width-1600.jpg'))}"
    assert content.img["alt"] == "A <door>." and content.img["width"] == "960"
    assert "Photo: Ann Example" in content.figcaption.text
    links = [link["href"] for link in content.find_all("a")]
    page = f"{settings.SITE_URL}{article.get_absolute_url()}"
    assert links == [f"{settings.SITE_URL}/about/", f"{page}#fn-1"]


def test_a_mail_shows_one_modest_img(settings):
    image = make_picture()
    mail = BeautifulSoup(for_mail(text_with(image), "/news/a/"), "html5lib")
    img = mail.img
    assert (img["width"], img["height"]) == ("560", "350") and img["alt"] == "A <door>."
    assert img["src"].startswith(f"{settings.SITE_URL}/") and img["src"].endswith("width-960.jpg")
    assert not mail.select("picture, source, [srcset], [style]")
    assert "Photo: Ann Example" in mail.get_text()


def test_plain_words_have_the_caption_where_it_is_asked_for():
    image = make_picture()
    text = text_with(image)
    assert plain_text(text).splitlines() == ["Before.", "After."]
    with_captions = plain_text(text, {str(image.uuid): image}).splitlines()
    assert with_captions == ["Before.", 'The "door" & its frame Photo: Ann Example', "After."]


def test_decoration_has_no_alternative_text():
    image = make_picture(alt_text="", is_decorative=True)
    for show in [rendered, lambda text: for_feed(text, "/"), lambda text: for_mail(text, "/")]:
        assert BeautifulSoup(show(text_with(image)), "html5lib").img["alt"] == ""


def test_a_changed_caption_shows_everywhere_at_once(client, make_article, make_page):
    image = make_picture()
    addresses = [make_article(body_html=text_with(image)).get_absolute_url() for _n in range(2)]
    addresses += [make_page(body_html=text_with(image)).get_absolute_url(), "/feeds/news.rss"]
    image.caption = "Another caption"
    image.save()
    for address in addresses:
        body = client.get(address).content.decode()
        assert "Another caption" in body and "its frame" not in body, address


def test_a_withdrawn_picture_is_in_no_text_and_the_text_stays_whole(client, make_article):
    image, other = make_picture(), make_picture(caption="The other")
    article = make_article(body_html=text_with(image, other))
    image.withdraw()
    for address in [article.get_absolute_url(), "/feeds/news.rss"]:
        body = client.get(address).content.decode()
        assert "Before." in body and "The other" in body and "After." in body
        assert "its frame" not in body and image.storage_key not in body
    assert figure(image) in Article.objects.get().body_html


def test_a_picture_that_waits_for_words_or_consent_shows_nowhere():
    waiting = [make_picture(credit=""), make_picture(shows_recognisable_person=True)]
    for show in [rendered, lambda text: for_feed(text, "/"), lambda text: for_mail(text, "/")]:
        assert show(text_with(*waiting)) == "<p>Before.</p><p>After.</p>"
    known = {str(image.uuid): image for image in waiting}
    assert plain_text(text_with(*waiting), known) == "Before.\nAfter."


def test_an_unknown_uuid_shows_nothing(client, make_article):
    article = make_article(body_html=f'<p>a</p><figure data-picture="{uuid.uuid4()}"></figure><p>b</p>')
    prose = BeautifulSoup(client.get(article.get_absolute_url()).content, "html5lib").select_one(".prose")
    assert [element.name for element in prose.find_all(True)] == ["p", "p"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [1, 40])
def test_any_number_of_pictures_takes_one_query(
    client,
    known_version,
    make_article,
    make_country,
    make_topic,
    count,
    django_assert_num_queries,
    django_assert_max_num_queries,
):
    images = [make_picture() for _n in range(count)]
    with django_assert_num_queries(1):
        rendered(text_with(*images))
    with django_assert_num_queries(0):
        rendered("<p>None.</p>")
    subjects = {"countries": [make_country()], "topics": [make_topic()]}
    links = '<p><a href="https://example.org/one">one</a></p>'
    source = {"source_relation": "adapted", "source_title": "Two", "source_url": "https://example.org/two"}
    article = make_article(body_html=text_with(*images) + links, lead_picture=images[0], **subjects, **source)
    make_article(**subjects)
    make_article(language="vi", translation_of=article)
    contentversion.read()  # what is the same on every page is asked once in it
    client.get(article.get_absolute_url())
    with django_assert_max_num_queries(5):
        assert client.get(article.get_absolute_url()).content.count(b"<picture>") >= count
    for _n in range(3):
        make_article(body_html=text_with(*images))
    FeedHost.load()  # the first answer of a site keeps its host
    with django_assert_max_num_queries(6):
        client.get("/feeds/news.rss")


def test_a_picture_says_which_texts_show_it(client, editor, make_article, make_page, make_country):
    image, other = make_picture(), make_picture()
    article = make_article(title="Led and shown", body_html=text_with(image), lead_picture=image)
    draft = make_article(title="In a draft", state="draft", body_html=text_with(image, other))
    page = make_page(title="On a page", body_html=text_with(image))
    country = make_country(intro_html=text_with(image))
    make_article(title="Elsewhere", body_html=text_with(other))
    titles = [use.title for use in uses_of(image)]
    assert sorted(titles) == sorted([str(article), str(article), str(draft), str(page), str(country)])
    assert {use.title for use in uses_of(image) if use.is_public} == {str(article), str(page), str(country)}
    client.force_login(editor)
    shown = client.get(reverse("admin:pictures_image_change", args=[image.pk])).content.decode()
    for use in uses_of(image):
        assert f'<a href="{use.url}">{use.title}</a>' in shown
    assert "Elsewhere" not in shown


def test_nothing_is_published_with_a_text_that_shows_somebody_without_consent(make_article, make_page):
    image = make_picture(shows_recognisable_person=True)
    for piece in [
        make_article(state="draft", body_html=text_with(image)),
        make_page(state="draft", body_html=text_with(image)),
    ]:
        with pytest.raises(ValidationError) as refusal:
            piece.publish()
        assert set(refusal.value.message_dict) == {"body_html"}
        assert "recognised" in refusal.value.messages[0]
        piece.body_html = "<p>Without it.</p>"
        piece.publish()


def test_the_library_names_the_pictures_that_the_editor_asks_for(client, editor):
    image, withdrawn, _other = make_picture(), make_picture(state="withdrawn"), make_picture()
    client.force_login(editor)
    asked = {"uuid": [image.uuid, withdrawn.uuid, "' OR 1=1"]}
    told = client.get(reverse("admin:pictures_image_library"), asked).json()
    assert [picture["uuid"] for picture in told["pictures"]] == [str(image.uuid)]
