"""The navigation of the admin: by work, and only what somebody may open."""

import pytest
from bs4 import BeautifulSoup
from django.contrib import admin
from django.urls import reverse

pytestmark = pytest.mark.django_db
ROLES = ["Writer", "Editor", "Newsletter manager", "Inquiry officer", "Administrator"]


def works_on(page):
    """Return the works beside a page with the addresses of each."""
    beside = BeautifulSoup(page.content, "html.parser").select_one("nav.works-side")
    return {
        section.h2.text.strip(): [link["href"] for link in section.select("a:not(.begin)")]
        for section in beside.select("section")
    }


def test_it_leads_to_every_list_of_the_admin(client, admin_user):
    client.force_login(admin_user)
    works = works_on(client.get("/admin/"))
    assert list(works) == ["Write", "Library", "Places", "Readers", "Site"]
    links = [link for found in works.values() for link in found]
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        # Inquiries are for their officers alone, whatever a superuser may do elsewhere.
        assert links.count(reverse(name)) == (0 if model._meta.app_label == "inquiries" else 1), model


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("Writer", ["Write", "Library", "Places"]),
        ("Editor", ["Write", "Library", "Places", "Site"]),
        ("Newsletter manager", ["Write", "Library", "Places", "Readers", "Site"]),
        ("Inquiry officer", ["Inquiries"]),
    ],
)
def test_it_shows_only_what_somebody_may_open(client, make_user, role, expected):
    client.force_login(make_user("ann", role))
    if role == "Inquiry officer":
        from django.contrib.auth.models import User

        from inquiries.models import Admission

        Admission.admit(User.objects.get(username="ann"))
    page = client.get("/admin/")
    works = works_on(page)
    assert list(works) == expected
    links = {link["href"] for link in BeautifulSoup(page.content, "html.parser").select("nav.works a")}
    refused = {link: status for link in links if (status := client.get(link).status_code) not in {200, 302}}
    assert links and refused == {}


def test_it_marks_where_somebody_is(client, make_user, make_article):
    client.force_login(make_user("ed", "Editor"))
    here = {}
    for page in (
        reverse("admin:articles_article_changelist"),
        reverse("admin:articles_article_change", args=[make_article().pk]),
    ):
        shown = BeautifulSoup(client.get(page).content, "html.parser").select_one("nav.works-side")
        here[page] = ([li.a.text for li in shown.select(".here")], len(shown.select("[aria-current]")))
    assert list(here.values()) == [(["Articles"], 1), (["Articles"], 0)]


def test_nobody_gets_it_before_they_are_signed_in(client):
    assert "works" not in client.get("/admin/login/").text


def test_the_first_page_begins_what_somebody_may_begin(client, make_user):
    found = {}
    for role in ("Writer", "Newsletter manager"):
        client.force_login(make_user(role[:3].lower(), role))
        page = BeautifulSoup(client.get("/admin/").content, "html.parser")
        found[role] = [link.text for link in page.select(".beginnings a")]
    assert found == {
        "Writer": ["New article", "Add pictures", "New resource"],
        "Newsletter manager": ["New issue"],
    }


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("auth_user", "Colleagues"),
        ("newsletter_issue", "Newsletter issues"),
        ("articles_frontstory", "Home page"),
        ("articles_callout", "Campaign boxes"),
        ("articles_article", "Articles"),
    ],
)
def test_lists_and_forms_call_a_place_as_the_menu_does(client, admin_user, model, name):
    client.force_login(admin_user)
    page = BeautifulSoup(client.get(reverse(f"admin:{model}_changelist")).content, "html.parser")
    assert page.select_one("nav.works-side .here a").text == page.h1.text == name
    assert (
        page.select_one(".breadcrumbs [aria-current]").text == name
        and page.title.text.split(" |")[0].strip() == name
    )
    form = BeautifulSoup(client.get(reverse(f"admin:{model}_add")).content, "html.parser")
    assert [link.text for link in form.select(".breadcrumbs a")] == ["Home", name]


def test_a_colleague_is_invited_and_not_made_as_a_user(client, admin_user):
    client.force_login(admin_user)
    listed = BeautifulSoup(client.get(reverse("admin:auth_user_changelist")).content, "html.parser")
    assert listed.select_one(".object-tools .addlink").text.strip() == "Invite a colleague"
    form = BeautifulSoup(client.get(reverse("admin:auth_user_add")).content, "html.parser")
    assert form.h1.text == "Invite a colleague"
    assert listed.select_one("label[for=searchbar]").text == "Search this list"
    assert [one.text for one in listed.select(".filter summary")] == ["Active", "Role"]
