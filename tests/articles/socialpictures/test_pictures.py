"""The drawn picture of a page: its title on it where a font has its letters, and only of what visitors may read."""

import io
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from PIL import Image, ImageChops, ImageFont

from articles.socialpictures import drawing, fonts

pytestmark = pytest.mark.django_db
LATIN = fonts.font_for("Tränen für Łódź, Việt Nam")
needs_fonts = pytest.mark.skipif(
    LATIN is None, reason="no font is on this machine: apt-get install fonts-dejavu-core"
)


def image_of(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    return Image.open(io.BytesIO(answer.content))


def told(client, path, name="og:image"):
    page = BeautifulSoup(client.get(path).content, "html.parser")
    return page.select_one(f'meta[property="{name}"]')["content"]


@needs_fonts
def test_each_kind_without_a_picture_names_its_own(
    client, make_article, make_resource, make_country, make_topic
):
    subjects = {"countries": [make_country()], "topics": [make_topic()]}
    make_article(slug="one", title="One & only", **subjects)
    make_resource(slug="law", **subjects)
    pictures = set()
    for path in ["/news/one/", "/resources/law/", "/countries/laos/", "/topics/prevention/"]:
        link = told(client, path)
        kind, slug = path.strip("/").split("/")
        assert link.endswith(f"/social/{kind}/{slug}.png")
        image = image_of(client, "/social/" + link.split("/social/")[1])
        assert image.size == (1200, 630)
        pictures.add(image.convert("RGB").tobytes())
    assert len(pictures) == 4
    assert told(client, "/news/one/", "og:image:alt") == "One & only"
    assert len(client.get("/social/news/one.png").content) < 40_000


@needs_fonts
def test_only_what_visitors_may_read_has_one(client, make_article):
    make_article(slug="draft", state="draft", published_at=None)
    gone = make_article(slug="gone")
    assert client.get("/social/news/gone.png").status_code == 200
    gone.withdraw()
    gone.save()
    for slug in ["draft", "gone", "never"]:
        assert client.get(f"/social/news/{slug}.png").status_code == 404
    assert client.get("/social/inquiries/gone.png", follow=True).status_code == 404


def test_without_a_font_it_is_the_neutral_one(client, make_article, monkeypatch):
    monkeypatch.setattr(fonts, "_fonts", list)
    fonts._font_with.cache_clear()
    drawing.drawn.cache_clear()
    make_article(slug="one", title="Unsaid")
    assert "/static/img/social" in told(client, "/news/one/")
    answer = client.get("/social/news/one.png")
    assert answer.status_code == 302 and "/static/img/social" in answer["Location"]
    fonts._font_with.cache_clear()


@needs_fonts
def test_a_font_that_lacks_a_letter_is_not_taken():
    assert fonts.font_for("No font has both \U00012000 and \U00013000") is None
    found = fonts.font_for("Καλημέρα, доброе утро")
    assert found is None or all(fonts._has(found, letter) for letter in "Καλημέραоброеутро")
    assert not fonts._has(LATIN, fonts.NOWHERE)


@needs_fonts
@pytest.mark.parametrize(
    "title",
    [
        "A",
        "Where every word is short and there are so very many of them that no picture could ever hold all of them, "
        "whichever size somebody chooses for the letters of so long a sentence, which goes on and on and on",
        "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle " * 3,
        "x" * 250,
        "W" * 250,
    ],
)
def test_every_title_stays_inside(title):
    image = Image.open(io.BytesIO(drawing.drawn(title, "A name"))).convert("RGB")
    ground = Image.open(io.BytesIO(drawing.drawn(" ", " "))).convert("RGB")
    left, top, right, bottom = (
        ImageChops.difference(image, ground).convert("L").point(lambda x: 255 * (x > 60)).getbbox()
    )
    assert left >= 70 and right <= 1200 - 60 and top >= 60 and bottom <= 630 - 10


@needs_fonts
def test_lines_hold_every_word_in_order():
    font = ImageFont.truetype(Path(LATIN), 60)
    text = "One two three four five six seven eight nine ten eleven twelve"
    lines = drawing.wrapped(text, font, 500)
    assert " ".join(lines) == text and all(font.getlength(line) <= 500 for line in lines)
    assert "".join(drawing.wrapped("x" * 100, font, 500)) == "x" * 100


@pytest.mark.parametrize(
    ("text", "right"), [("שלום", True), ("123 مرحبا", True), ("a שלום", False), ("12", False)]
)
def test_the_first_letter_says_from_where_a_title_runs(text, right):
    assert drawing.runs_from_the_right(text) is right
