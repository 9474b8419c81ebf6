"""Forms, lists and addresses with values that no browser of an editor sends: a message and a 4xx, never a 500.

Each odd value goes to each form, on one of its pages with one button and on the other with the other; `make soak` sends
each with both to both.
"""

import io
import uuid
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image as Pixels

from articles.models import Resource
from inquiries.models import Inquiry
from newsletter.models import Issue
from newsroom.pictures.models import Image
from newsroom.search.models import BestBet
from tests.inquiries.test_access import ADMIN

pytestmark = pytest.mark.django_db
LARGE = str(2**63)
ODD = ["", "   ", LARGE, "9" * 40, "-1", "x", "0", "1e400", "\u202e", "١٢"]


class Fields(HTMLParser):
    """The names of all fields of a page, and what the hidden ones hold."""

    def __init__(self, page):
        super().__init__()
        self.names, self.hidden = set(), {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag in {"input", "select", "textarea"} and named.get("name"):
            self.names.add(named["name"])
            if named.get("type") == "hidden":
                self.hidden[named["name"]] = named.get("value") or ""


@pytest.fixture
def rows(
    make_article, make_page, make_resource, make_country, make_topic, make_hotline, make_callout, make_user
):
    """Make one row of most kinds, and return somebody who may change all of them."""
    country, topic = make_country(), make_topic()
    make_article(slug="an-article", countries=[country], topics=[topic])
    make_page(path="a-page")
    make_resource(slug="a-resource")
    make_hotline(country=country)
    make_callout()
    buffer = io.BytesIO()
    Pixels.new("RGB", (800, 400), "red").save(buffer, "PNG")
    Image.objects.create_from_upload(ContentFile(buffer.getvalue()), alt_text="A field.", credit="Ours")
    root = make_user("root", "Inquiry officer", is_superuser=True)
    Issue.objects.create(subject="An issue", slug="an-issue")
    BestBet.objects.create(queries="help", title="Help", link="/get-help/")
    return root


def forms():
    """Return the label of each kind that the admin has forms for."""
    return sorted(model._meta.label_lower for model in admin.site._registry if model is not Inquiry)


def sent_forms(client, url, turn=None):
    """Yield the values of each odd form that is sent to a page; with a turn (0 or 1) each value goes with one button."""
    fields = Fields(client.get(url, follow=True).content.decode())
    management = {name: value for name, value in fields.hidden.items() if name.endswith("_FORMS")}
    names = {name for name in fields.names if not name.startswith("_")} - {"csrfmiddlewaretoken", "action"}
    # On a form that publishes nothing the second button is one more unknown name.
    buttons = ["_save", "_publish"] if {"_publish", "published_at_0"} & fields.names else ["_save"]
    for number, value in enumerate(ODD):
        for button in buttons if turn is None else [buttons[(number + turn) % len(buttons)]]:
            yield dict.fromkeys(names, value) | management | {button: ""}


def answers_odd_forms(client, rows, label, *, every_button):
    """Assert that no page of a form fails at odd values, and that none of them is stored."""
    model = apps.get_model(label)
    client.force_login(rows)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    pages = [reverse(f"{name}_add")]
    row = model._default_manager.exclude(pk=rows.pk if label == "auth.user" else 0).first()
    if row is not None:
        pages.append(reverse(f"{name}_change", args=[row.pk]))
    for turn, url in enumerate(pages):
        for values in sent_forms(client, url, None if every_button else turn):
            assert client.post(url, values).status_code < 500, (url, values)
    assert not Resource.objects.filter(slug="").exists()


@pytest.mark.parametrize("label", forms())
def test_a_form_with_odd_values_is_answered_with_messages(client, rows, label):
    answers_odd_forms(client, rows, label, every_button=False)


@pytest.mark.parametrize("field", ["topics", "countries", "lead_picture", "translation_of"])
@pytest.mark.parametrize("value", [LARGE, "9" * 40, "-1", "x", "٣"])
def test_a_key_that_no_database_holds_is_an_invalid_choice(client, editor, field, value):
    client.force_login(editor)
    form = {"title": "A title", "slug": "a-title", "language": "en", field: value, "_save": ""}
    answer = client.post("/admin/articles/article/add/", form)
    assert answer.status_code == 200
    assert answer.context["refused"]


@pytest.mark.parametrize("value", [LARGE, "9" * 40, "-1", "x", ""])
def test_an_action_on_what_is_no_row_is_refused(client, rows, value):
    client.force_login(rows)
    for model, model_admin in admin.site._registry.items():
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for action in [*(model_admin.actions or []), "delete_selected"]:
            answer = client.post(url, {"action": action, "_selected_action": [value], "post": "yes"})
            assert answer.status_code < 500, (url, action)


def test_addresses_with_keys_that_no_database_holds_are_not_found(client, rows):
    client.force_login(rows)
    for address in ADMIN:
        if "logout" in address or "sign-out" in address or "<" not in address:
            continue
        for value in [LARGE, "9" * 40]:
            url = "/" + address
            for part in ["<path:object_id>", "<int:pk>", "<id>", "<int:content_type_id>", "<path:url>"]:
                url = url.replace(part, value)
            for method in [client.get, client.post]:
                assert method(url).status_code < 500, url


def test_a_row_is_found_where_the_field_that_names_it_is_empty(client, rows):
    client.force_login(rows)
    for model in admin.site._registry:
        row = model._default_manager.first()
        for page in ["change", "delete"] if row is not None and model is not Inquiry else []:
            url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=[row.pk])
            assert client.get(url, {"_to_field": ""}).status_code in {200, 302, 403}, url
            assert client.post(f"{url}?_to_field=", {"_to_field": ""}).status_code in {200, 302, 403, 422}, (
                url
            )


PARAMETERS = ["page", "p", "o", "e", "q", "all", "_popup", "_to_field", "year", "month", "country", "topic", "type",
              "kind", "from", "to", "state", "check", "language", "id", "pk", "term", "uuid", "hotline", "number",
              "countries__id__exact", "topics__id__exact", "country__id__exact", "published_at__year", "published_at__month",
              "_facets", "attention", "translation_of", "topics", "lead_picture", "issue", "since"]  # fmt: skip
IN_LISTS = ["p", "o", "e", "id", "published_at__year", "countries__id__exact", "country__id__exact", "topics"]
IN_FORMS = ["countries", "topics", "translation_of", "country"]


@pytest.mark.parametrize("value", [LARGE, "0"])
def test_a_query_with_odd_numbers_is_answered(client, rows, value):
    answers_odd_numbers(client, rows, value)


def answers_odd_numbers(client, rows, value):
    """Assert that no public page, list or form fails at a number in any part of its query."""
    public = ["/", "/news/", "/news/2006/", "/countries/", "/resources/", "/topics/prevention/", "/get-help/", "/search/",
              "/newsletter/", "/feeds/", "/feeds/news.rss", "/inquiries/", "/sitemap.xml",
              f"/news/{value}/", f"/news/2006/{value}/", f"/newsletter/{value}/", f"/resources/{value}/"]  # fmt: skip
    for url in public:
        assert client.get(url, dict.fromkeys(PARAMETERS, value)).status_code < 500, url
    client.force_login(rows)
    for model in admin.site._registry:
        known = {field.name for field in model._meta.get_fields()}
        for page, names in [("changelist", IN_LISTS), ("add", IN_FORMS)]:
            if page == "add" and model is Inquiry:
                continue
            url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")
            for name in names:
                # What a model does not have is unknown in the same way everywhere: one that has none stands for all.
                if name in {"p", "o", "e"} or name.partition("__")[0] in known or model is BestBet:
                    assert client.get(url, {name: value}).status_code < 500, (url, name)
    for url in ["/admin/pictures/image/library/", "/admin/autocomplete/"]:
        for name in IN_LISTS:
            assert client.get(url, {name: value}).status_code < 500, (url, name)


def test_an_upload_that_names_somebody_elses_picture_is_refused(client, rows, writer):
    image = Image.objects.get()
    client.force_login(writer)
    buffer = io.BytesIO()
    Pixels.new("RGB", (800, 400), "blue").save(buffer, "PNG")
    file = ContentFile(buffer.getvalue(), name="a.png")
    answer = client.post("/admin/pictures/image/upload/", {"file": file, "uuid": str(image.uuid)})
    assert answer.status_code == 409
    assert "Choose the picture once more" in answer.json()["error"]
    assert Image.objects.count() == 1


def test_an_upload_that_names_a_picture_of_ones_own_that_is_withdrawn_is_refused(client, rows):
    image = Image.objects.get()
    Image.objects.update(created_by=rows)
    image.withdraw()
    client.force_login(rows)
    buffer = io.BytesIO()
    Pixels.new("RGB", (800, 400), "blue").save(buffer, "PNG")
    for key in [str(image.uuid), image.uuid.hex, "{" + str(image.uuid) + "}", str(uuid.UUID(int=0))]:
        file = ContentFile(buffer.getvalue(), name="a.png")
        answer = client.post("/admin/pictures/image/upload/", {"file": file, "uuid": key})
        assert answer.status_code in {201, 409}
