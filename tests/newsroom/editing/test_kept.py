"""A form of the admin that was sent after the session ended, or after another one began: nothing typed is lost."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ObjectNotUpdated
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from articles.models import Article
from newsroom.editing.heldrows import says_what_is_gone
from tests.pageforms import token_on, waiting_on
from tests.servers import PASSWORD

ADD = "/admin/articles/article/add/"
LONG = "<p>A day of work.</p>\n<p>Ends with “quotes”, &amp; signs</p>"


@pytest.fixture
def strict(editor):
    """Return the browser of a signed-in editor, with the checks of forms that the test client leaves out."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    return client


def an_article(page, **values):
    """Return what the form of an article sends."""
    fields = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page.text))
    return (
        fields
        | {"title": "Raid at the border", "body_html": LONG, "slug": "", "language": "en", "focal_x": "0.5"}
        | values
    )


def test_what_was_typed_is_saved_after_signing_in_again(strict, editor):
    form = an_article(strict.get(ADD), topics=[], _save="Save")
    strict.session.flush()
    asked = strict.post(ADD, form)
    assert asked.status_code == 200 and "What you sent just now waits here" in asked.text
    assert not Article.objects.exists()
    wrong = strict.post(ADD, waiting_on(asked) | {"username": editor.username, "password": "wrong"})
    assert "waits here" in wrong.text and not Article.objects.exists()
    done = strict.post(ADD, waiting_on(wrong) | {"username": editor.username, "password": PASSWORD})
    article = Article.objects.get()
    assert done.status_code == 302 and article.title == "Raid at the border"
    assert "A day of work." in article.body_html and article.created_by == editor
    assert strict.get(ADD).status_code == 200  # the browser is signed in from then on


def test_a_form_that_is_wrong_comes_back_as_it_was_typed(strict, editor):
    form = an_article(strict.get(ADD), title="", _save="Save")
    strict.session.flush()
    asked = strict.post(ADD, form)
    back = strict.post(ADD, waiting_on(asked) | {"username": editor.username, "password": PASSWORD})
    assert back.status_code == 200 and "A day of work." in unescape(back.text)


def test_whoever_signs_in_does_what_that_account_may_and_no_more(strict, make_user):
    officer = make_user("officer", "Inquiry officer")
    form = an_article(strict.get(ADD), _save="Save")
    strict.session.flush()
    asked = strict.post(ADD, form)
    done = strict.post(ADD, waiting_on(asked) | {"username": officer.username, "password": PASSWORD})
    assert done.status_code == 403 and not Article.objects.exists()


def test_after_signing_in_in_another_tab_the_form_comes_back_to_be_sent_again(strict, editor):
    form = an_article(strict.get(ADD), _save="Save")
    strict.session.flush()
    login = {
        "csrfmiddlewaretoken": token_on(strict.get("/admin/login/")),
        "username": editor.username,
        "password": PASSWORD,
    }
    assert strict.post("/admin/login/", login).status_code == 302
    page = strict.post(ADD, form, headers={"sec-fetch-site": "same-origin"})
    assert page.status_code == 403 and not Article.objects.exists()
    assert re.search(r"<title>Send it once more \| \w+", page.text)  # the name of the site, as on other pages
    assert strict.post(ADD, waiting_on(page), headers={"sec-fetch-site": "same-origin"}).status_code == 302
    assert "A day of work." in Article.objects.get().body_html


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {}]
)
def test_another_site_gets_nothing_onto_a_page(strict, headers):
    for client in [strict, Client(enforce_csrf_checks=True)]:
        page = client.post(ADD, {"title": "Planted", "csrfmiddlewaretoken": "x" * 64}, headers=headers)
        assert page.status_code == 403 and "Planted" not in page.text
    strict.session.flush()
    page = strict.post(ADD, {"title": "Planted"}, headers=headers)
    assert "Planted" not in page.text


@pytest.mark.parametrize("headers", [{}, {"origin": "null"}, {"origin": "https://evil.example"}])
def test_an_old_browser_lets_no_other_site_put_an_answer_behind_the_sign_in(db, headers):
    desk = "/admin/inquiries/inquiry/5ee6cd3c-9c5b-4a52-9e60-94d0c0e0a1a1/"
    stranger = Client(enforce_csrf_checks=True)
    for form in [
        {"action": "answer", "text": "Planted"},
        {"_kept_action": "answer", "_kept_text": "Planted"},
    ]:
        page = stranger.post(desk, form, headers=headers)
        assert page.status_code in {302, 403} and "Planted" not in page.text


def test_no_page_holds_a_password_that_was_typed(strict, admin_user):
    strict.force_login(admin_user)
    url = "/admin/auth/user/add/"
    form = {
        "csrfmiddlewaretoken": token_on(strict.get(url)),
        "username": "newcomer",
        "password1": "four-words-of-it",
    }
    strict.session.flush()
    asked = strict.post(url, form)
    assert "four-words-of-it" not in asked.text and ">\nnewcomer</textarea>" in asked.text
    assert not User.objects.filter(username="newcomer").exists()


def test_the_page_about_a_deleted_row_holds_no_password(db):
    def save(request):
        raise ObjectNotUpdated

    form = {"password1": "a long password " * 6, "first_name": "a long name " * 6}
    request = RequestFactory().post("/admin/auth/user/7/password/", form)
    request.user, request.session = AnonymousUser(), {}
    page = says_what_is_gone(save)(request)
    assert page.status_code == 410 and "a long name" in page.text and "a long password" not in page.text


def test_no_page_holds_a_code_of_the_desk_that_was_typed(strict):
    url = "/admin/inquiries/inquiry/"
    form = {
        "csrfmiddlewaretoken": token_on(strict.get("/admin/")),
        "desk_code": "abcdefgh",
        "desk_asked": "GET",
    }
    answer = strict.post(url, form | {"csrfmiddlewaretoken": "x"}, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 403 and "abcdefgh" not in answer.text
    strict.session.flush()
    asked = strict.post(url, form)
    assert asked.status_code == 200 and "abcdefgh" not in asked.text and ">\nGET</textarea>" in asked.text


def test_a_file_that_was_chosen_is_named(strict, editor):
    url = "/admin/articles/resource/add/"
    file = SimpleUploadedFile("law.pdf", b"%PDF-1.4")
    form = {"csrfmiddlewaretoken": token_on(strict.get(url)), "title": "A law", "upload": file}
    strict.session.flush()
    assert "Choose it again" in strict.post(url, form).text


def test_signing_out_with_an_ended_session_asks_for_nothing(strict):
    form = {"csrfmiddlewaretoken": token_on(strict.get("/admin/"))}
    strict.session.flush()
    assert strict.post("/admin/logout/", form).status_code == 302


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {}])
def test_where_nobody_can_tell_who_sent_a_form_its_text_is_shown_and_no_more(strict, headers):
    form = {
        "title": "Words of a form",
        "password1": "a secret of three words",
        "csrfmiddlewaretoken": "x" * 64,
    }
    page = strict.post(ADD, form, headers=headers)
    assert page.status_code == 403 and 'id="user-tools"' in page.text
    assert re.search(r"<textarea[^>]* readonly[^>]*>\s*Words of a form</textarea>", page.text)
    assert "secret" not in page.text and not re.search(
        r'<(?:textarea|input)[^>]*name="(?:_kept_)?title"', page.text
    )


def test_refusals_say_why_in_the_look_of_the_admin(client, writer, make_article):
    client.force_login(writer)
    texts = {"body_html": "<p>Words of a writer.</p>", "_save": ""}
    article = make_article()
    refused = client.post(f"/admin/articles/article/{article.pk}/change/", texts)
    assert (
        refused.status_code == 403
        and "does not have the right" in refused.text
        and "Words of a writer." in refused.text
    )
    for address, status, told in [
        ("/admin/auth/user/", 403, "does not have the right"),
        ("/admin/nothing/", 404, "the address is mistyped"),
    ]:
        page = client.get(address)
        assert (page.status_code, 'id="user-tools"' in page.text) == (status, True) and told in page.text
    article.delete()
    gone = client.post(f"/admin/articles/article/{article.pk}/change/", texts)
    assert gone.status_code == 410 and "Words of a writer." in gone.text


def test_an_outdated_sign_in_page_says_so_without_djangos_page(db):
    page = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "ann", "password": PASSWORD})
    assert page.status_code == 403 and "Open it again" in page.text and "CSRF" not in page.text
