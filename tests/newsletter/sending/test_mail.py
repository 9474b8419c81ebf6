"""The mail of an issue, as the receiving side reads it."""

import email
import email.policy
import re

import html5lib
import pytest
from django.core.mail import EmailMultiAlternatives

from articles.models import Article
from newsletter.models import Import, Item, Subscriber
from newsletter.readers import mail
from newsletter.sending.mail import NotReady, deliverable, prepare
from newsroom.pictures.models import Image

LINK = "https://news.example.org/newsletter/unsubscribe/" + "t0ken-_:" * 12 + "/"
THAI = "ผู้หญิงเจ็ดคนกลับบ้าน"


@pytest.fixture
def send(site):
    """Return a function that prepares an issue and makes one message of it."""

    def make(issue, **values):
        return prepare(issue).message(
            Subscriber(address="reader@example.org"),
            **{
                "message_id": "<abc.def@news.example.org>",
                "return_path": "bounces+abc@news.example.org",
                "unsubscribe_url": LINK,
            }
            | values,
        )

    return make


def parsed(mime):
    """Return the message as Python's parser reads it, after asking every part for defects."""
    message = email.message_from_bytes(mime, policy=email.policy.default)
    for part in message.walk():
        assert part.defects == []
        for name, value in part.items():
            assert value.defects == (), name
    return message


def test_both_parts_say_all_that_the_issue_says(make_issue, make_article, send):
    articles = [make_article(title=f"Story {n}", slug=f"story-{n}", dek=f"Dek {n}.") for n in range(3)]
    issue = make_issue(
        articles=articles, group="Laos", introduction_html='<p>Hello <a href="/about/">us</a>.</p>'
    )
    Item.objects.create(
        issue=issue,
        kind="event",
        title="A meeting",
        when="5 May, Vientiane",
        url="https://example.org/e",
        position=9,
    )
    message = parsed(send(issue).mime)
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    for part in (text.get_content(), html.get_content()):
        for words in [
            issue.subject, issue.preheader, "Hello", "Laos", "Story 0", "Dek 1.", "/news/story-2/", "A meeting",
            "5 May, Vientiane", "https://example.org/e", "1 Example Street", "you signed up", LINK,
            f"/newsletter/{issue.slug}/",
        ]:  # fmt: skip
            assert words in part, words
    assert "<http" in text.get_content()  # the link of the introduction
    assert "<p" not in text.get_content()


@pytest.mark.parametrize("address", ["1 Example Street", "The Newsroom Project\n1 Example Street"])
def test_the_organisation_is_named_once(make_issue, send, site, address):
    site.postal_address = address
    site.save()
    for kind in ("plain", "html"):
        part = parsed(send(make_issue()).mime).get_body((kind,)).get_content()
        assert part.count("The Newsroom Project") == 1 and part.count("1 Example Street") == 1


def test_readers_of_an_imported_list_are_told_how_they_came_to_it(site, make_issue, make_subscriber):
    told = "You signed up on paper at our conference in May 2019."
    lists = [Import.objects.create(consent="x", told=told), Import.objects.create(consent="y"), None]
    readers = [make_subscriber(came_by=source) for source in lists]
    prepared = prepare(make_issue())
    own = {"message_id": "<a@b>", "return_path": "bounces@example.org", "unsubscribe_url": LINK}
    for reader, words in zip(
        readers, [told, "on a list of readers that was brought in on", "you signed up"], strict=True
    ):
        message = prepared.message(reader, **own)
        for part in parsed(message.mime).iter_parts():
            content = " ".join(part.get_content().split())
            assert words in content
            assert LINK in content
            assert (told in content) == (words == told)
        assert words in " ".join(message.body.split())


@pytest.mark.parametrize(("given", "name"), [("a@b.org", "Newsroom"), ("Own Name <a@b.org>", "Own Name")])
def test_all_mail_of_the_newsletter_says_who_sends_it(
    make_issue, make_subscriber, send, settings, given, name
):
    settings.DEFAULT_FROM_EMAIL = given
    assert parsed(send(make_issue()).mime)["From"] == f"{name} <a@b.org>"
    assert mail.link(make_subscriber().pk).from_email == f"{name} <a@b.org>"


def test_its_headers_are_exact(make_issue, send):
    message = parsed(send(make_issue(subject="August in Laos")).mime)
    assert message["From"] == "Newsroom <newsroom@127.0.0.1>"
    assert message["To"] == "reader@example.org"
    assert message["Reply-To"] == "contact@example.org"
    assert message["Subject"] == "August in Laos"
    assert message["Message-ID"] == "<abc.def@news.example.org>"
    assert message["List-Id"] == "<newsletter.127.0.0.1>"
    assert message["List-Unsubscribe"] == f"<{LINK}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Archive"] == "<http://127.0.0.1:8000/newsletter/>"
    assert message["Date"].datetime.tzinfo is not None
    assert len(message.keys()) == len({name.lower() for name in message.keys()})  # noqa: SIM118


@pytest.mark.parametrize("language", ["en", "th"])
def test_no_server_has_a_reason_to_change_a_byte(make_issue, make_article, send, language):
    words = THAI if language == "th" else "From here on. "
    articles = [make_article(title=words, dek=words * 6, slug=f"a-{n}", language=language) for n in range(20)]
    introduction = f"<p>{words * 60}</p><p>.</p><p>From us</p>"
    issue = make_issue(articles=articles, subject=words, introduction_html=introduction, language=language)
    mime = send(issue).mime
    assert mime.isascii()
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", mime)
    assert max(map(len, mime.split(b"\r\n"))) <= 998
    body = mime.partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 78
    assert not re.search(rb"\n(?:From |\.)", body)
    html = parsed(mime).get_body(("html",)).get_content()
    assert html.count(words.strip()) > 20


def test_twenty_articles_stay_under_100_kb_in_any_script(make_issue, make_article, send):
    for language, words in [("en", "What the court decided, and why it matters. "), ("th", THAI + " ")]:
        articles = [
            make_article(title=words * 2, dek=(words * 8)[:300], language=language) for _ in range(20)
        ]
        mime = send(make_issue(articles=articles, language=language)).mime
        assert len(mime) < 100_000, language


@pytest.mark.parametrize("length", range(3))
@pytest.mark.parametrize("words", [THAI, "Seven women go home"])
def test_the_link_fits_in_whatever_its_length(make_issue, send, words, length):
    link = LINK + "x" * length + "/?a=1&b=2"
    issue = make_issue(subject=words, introduction_html=f"<p>{words * 30}</p>")
    message = parsed(send(issue, unsubscribe_url=link).mime)
    text, html = (part.get_content() for part in message.iter_parts())
    assert f"\n{link}\n" in text.replace("\r\n", "\n")
    assert f'href="{link.replace("&", "&amp;")}"' in html
    assert words in text


def test_only_the_link_and_headers_differ_between_readers(make_issue, make_article, site):
    prepared = prepare(make_issue(articles=[make_article()]))
    one, other = (
        prepared.message(
            Subscriber(address=f"{name}@example.org"),
            message_id=f"<{name}@x>",
            return_path="",
            unsubscribe_url=f"https://x/{name}/",
        )
        for name in ("ann", "bob")
    )
    strip = lambda mime: [  # noqa: E731
        line for line in mime.replace(b"ann", b"bob").split(b"\r\n") if not line.startswith(b"Date:")
    ]
    assert strip(one.mime) == strip(other.mime)


def test_any_mailer_of_django_sends_the_same_bytes(make_issue, send):
    message = send(make_issue(subject=THAI))
    assert isinstance(message, EmailMultiAlternatives)
    assert message.message(policy=email.policy.SMTP).as_bytes() == message.mime
    assert message.from_email == "bounces+abc@news.example.org"
    assert message.recipients() == ["reader@example.org"]
    sent = parsed(message.mime)
    assert message.body.split() == sent.get_body(("plain",)).get_content().split()
    assert message.alternatives[0].content.split() == sent.get_body(("html",)).get_content().split()


def test_its_html_is_valid_has_one_heading_and_asks_nobody(make_issue, make_article, send):
    articles = [make_article(title=THAI, language="th"), make_article()]
    issue = make_issue(articles=articles, introduction_html="<h2>Dear readers</h2><p>Hello.</p>")
    html = parsed(send(issue).mime).get_body(("html",)).get_content()
    html5lib.HTMLParser(strict=True).parse(html)
    assert html.count("<h1") == 1
    assert '<html lang="en"' in html
    assert re.search(r'<div lang="th" dir="ltr"', html)
    assert "<img" not in html
    assert "<link" not in html
    assert "url(" not in html
    assert "color-scheme" in html
    assert "prefers-color-scheme" in html
    for address in re.findall(r'href="([^"]+)"', html):
        assert address.startswith("http"), address
        assert "?" not in address


def test_a_picture_of_the_introduction_is_ours_and_names_no_reader(make_issue, send):
    renditions = [{"kind": "width", "format": "jpeg", "width": 640, "height": 320, "name": "640.jpg"}]
    picture = Image.objects.create(
        alt_text="Boats at dawn",
        credit="Photo: us",
        width=640,
        height=320,
        storage_key="k",
        renditions=renditions,
    )
    figure = f'<p>Look:</p><figure data-picture="{picture.uuid}"></figure>'
    message = parsed(send(make_issue(introduction_html=figure)).mime)
    text, html = (part.get_content() for part in message.iter_parts())
    (img,) = re.findall("<img [^>]*>", html)
    assert 'src="http://127.0.0.1:8000/media/pictures/k/640.jpg"' in img
    assert 'alt="Boats at dawn"' in img
    assert "max-width:100%" in img
    assert "Boats at dawn" in text
    html5lib.HTMLParser(strict=True).parse(html)


def test_arabic_runs_from_right_to_left(make_issue, send):
    html = parsed(send(make_issue(language="ar", subject="أخبار")).mime).get_body(("html",)).get_content()
    assert '<html lang="ar" dir="rtl"' in html


def test_it_refuses_to_be_made_without_postal_address_or_reason(make_issue, site):
    issue = make_issue()
    for field in ("postal_address", "newsletter_reason"):
        kept = getattr(site, field)
        setattr(site, field, " ")
        site.save()
        with pytest.raises(NotReady):
            prepare(issue)
        setattr(site, field, kept)
        site.save()
    prepare(issue)


def test_what_was_withdrawn_is_left_out(make_issue, make_article, send):
    article = make_article(title="Gone now")
    issue = make_issue(articles=[article])
    article.withdraw()
    article.save()
    assert Article.objects.withdrawn().count() == 1
    assert "Gone now" not in send(issue).body


@pytest.mark.parametrize(
    "address", ["a@b.org\r\nBcc: x@y.org", "ünï@example.org", "nobody", "@example.org", "a@"]
)
def test_it_refuses_an_address_that_mail_cannot_carry(address):
    with pytest.raises(ValueError, match="Mail can't carry this address"):
        deliverable(address)


def test_a_domain_in_another_script_is_written_in_ascii():
    assert deliverable("Ann.B@bücher.example") == "Ann.B@xn--bcher-kva.example"


def test_no_header_can_be_smuggled_in(make_issue, send):
    with pytest.raises(ValueError, match="one line of ASCII"):
        send(make_issue(), message_id="<a@b>\r\nBcc: x@example.org")
