"""Files of resources: cleaned and kept while the form is corrected, sent safely, replaced, gone for good."""

import io
import re
from datetime import timedelta
from functools import cache

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from articles import documents
from articles.models import Resource
from articles.resources import documentstore
from articles.resources.models.resourcefile import remove_unowned_files

pytestmark = pytest.mark.django_db
ADD = "/admin/articles/resource/add/"
TABLE = b"\xef\xbb\xbfcase,year\nsomebody's lanterns,2006\n"
OTHER = b"\xef\xbb\xbfcase,year\nsomebody's umbrellas,2007\n"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Let files lie in a folder of the test."""
    settings.STORAGES = settings.STORAGES | {
        "documents": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "documents"},
        }
    }
    return tmp_path / "documents"


@cache
def cleaned(content, name):
    return documents.clean(io.BytesIO(content), filename=name)


def kept(content=TABLE, name="table.csv"):
    return documentstore.keep(cleaned(content, name))


def put(resource, content=TABLE):
    """Give a resource a file, as the form does."""
    resource.put_file(kept(content))
    resource.save()
    return resource


@pytest.fixture
def table(make_resource, make_country):
    return put(
        make_resource(
            title="A table", slug="a-table", kind="data", link="", countries=[make_country()], state="draft"
        )
    )


@pytest.fixture
def published(table):
    table.publish()
    table.save()
    return table


def form(**values):
    return {
        "kind": "data", "title": "A table", "slug": "", "summary": "", "link": "", "publisher": "",
        "display_date": "", "credit": "", "body_html": "", "published_at_0": "", "published_at_1": "",
        "language": "en",
    } | values  # fmt: skip


def upload(content=TABLE, name="table.csv"):
    return SimpleUploadedFile(name, content)


def hidden_sheet():
    """Return a workbook in which somebody hid a sheet."""
    made = openpyxl.Workbook()
    made.active["A1"] = "Shown"
    made.create_sheet("Names").sheet_state = "hidden"
    made["Names"]["A1"] = "Somebody"
    buffer = io.BytesIO()
    made.save(buffer)
    return upload(buffer.getvalue(), "table.xlsx")


def folders(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def body(answer):
    return b"".join(answer.streaming_content)


def test_the_file_is_sent_as_a_download_that_no_browser_runs(client, published):
    answer = client.get("/resources/a-table/file/")
    assert answer.status_code == 200
    assert body(answer) == TABLE
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="a-table.csv"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; style-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, max-age=60"
    assert answer["Content-Length"] == str(len(TABLE))
    assert not answer.cookies


def test_asked_again_it_sends_nothing(client, published):
    first = client.get("/resources/a-table/file/")
    for headers in [
        {"If-None-Match": first["ETag"]},
        {"If-None-Match": f"W/{first['ETag']}"},
        {"If-Modified-Since": first["Last-Modified"]},
    ]:
        again = client.get("/resources/a-table/file/", headers=headers)
        assert (again.status_code, again.content) == (304, b"")
    put(published, OTHER)
    assert client.get("/resources/a-table/file/", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_what_is_compressed_already_says_how_long_it_is(client, make_resource):
    resource = make_resource(slug="a-book")
    resource.put_file(kept(hidden_sheet().read(), "table.xlsx"))
    resource.save()
    answer = client.get("/resources/a-book/file/", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Length"] == str(resource.file_size)
    assert not answer.has_header("Content-Encoding")


def test_its_page_says_what_can_be_downloaded(client, published):
    text = client.get("/resources/a-table/").content.decode()
    assert 'href="/resources/a-table/file/" download' in text
    assert f"CSV, {len(TABLE)}\xa0bytes" in text
    assert '"contentUrl":"http://127.0.0.1:8000/resources/a-table/file/"' in text
    assert (
        "http://127.0.0.1:8000/resources/a-table/file/" in client.get("/feeds/resources.rss").content.decode()
    )


def test_search_finds_it_by_the_words_of_its_file_until_they_are_replaced(client, published):
    assert "/resources/a-table/" in client.get("/search/?q=lantern").content.decode()
    put(published, OTHER)
    assert "/resources/a-table/" not in client.get("/search/?q=lantern").content.decode()
    assert "/resources/a-table/" in client.get("/search/?q=umbrella").content.decode()


def test_a_replacement_has_the_same_address_and_shows_the_date_of_the_version_before(
    client, published, folder, django_capture_on_commit_callbacks
):
    former = published.storage_key
    Resource.objects.update(file_since=timezone.now() - timedelta(days=400))
    published.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        put(published, OTHER)
    assert body(client.get("/resources/a-table/file/")) == OTHER
    text = client.get("/resources/a-table/").content.decode()
    assert "It replaces the version of" in text
    assert str((timezone.now() - timedelta(days=400)).year) in text
    assert folders(folder) == [published.storage_key] != [former]


def test_a_draft_that_nobody_read_has_no_former_version(table):
    put(table, OTHER)
    assert table.former_file_since is None


@pytest.mark.parametrize("hide", ["draft", "withdrawn", "scheduled"])
def test_promise_1_no_address_gives_the_file_of_what_is_not_public(client, published, hide):
    if hide == "scheduled":
        published.published_at = published.first_published_at = timezone.now() + timedelta(hours=1)
    elif hide == "withdrawn":
        published.withdraw()
    else:
        published.state, published.first_published_at = "draft", None
    published.save()
    name = f"{published.storage_key}/document.csv"
    assert client.get("/resources/a-table/file/").status_code == (410 if hide == "withdrawn" else 404)
    for address in [f"/media/{name}", f"/media/documents/{name}", f"/media/../documents/{name}"]:
        assert client.get(address).status_code in {400, 404, 410}, address
    assert client.get(f"/admin/articles/resource/{published.pk}/file/").status_code == 302


def test_a_former_address_leads_to_the_file_too(client, published):
    published.slug = "another"
    published.save()
    answer = client.get("/resources/a-table/file/")
    assert (answer.status_code, answer["Location"]) == (301, "/resources/another/file/")


def test_withdrawn_for_good_its_file_is_gone_from_disk(
    client, editor, published, folder, django_capture_on_commit_callbacks
):
    client.force_login(editor)
    page = f"/admin/articles/resource/{published.pk}/withdraw/"
    assert "Its file is deleted" in client.get(page).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(page).status_code == 302
    assert folders(folder) == []
    for address in ["/resources/a-table/", "/resources/a-table/file/"]:
        assert client.get(address).status_code == 410
    for address in ["/resources/", "/search/?q=lanterns", "/feeds/resources.atom", "/sitemap-resources.xml"]:
        assert "a-table" not in client.get(address).content.decode(), address
    published.refresh_from_db()
    assert (published.has_file, published.file_text, published.title) == (False, "", "A table")


def test_the_page_of_withdrawal_names_what_links_to_it(client, editor, published, make_article):
    make_article(title="It links", body_html='<p>See <a href="/resources/a-table/">the table</a>.</p>')
    make_article(title="It does not", body_html="<p>Nothing.</p>")
    client.force_login(editor)
    for page in ["withdraw", "change"]:
        text = client.get(f"/admin/articles/resource/{published.pk}/{page}/").content.decode()
        assert "It links" in text and "It does not" not in text, page


def test_deleted_rows_leave_no_file(table, make_resource, folder, django_capture_on_commit_callbacks):
    other = put(make_resource(state="draft"), OTHER)
    with django_capture_on_commit_callbacks(execute=True):
        table.delete()
        Resource.objects.filter(pk=other.pk).delete()
    assert folders(folder) == []


def test_an_editor_who_changes_words_does_not_bring_back_a_replaced_file(published, folder):
    stale = Resource.objects.get(pk=published.pk)
    put(published, OTHER)
    stale.title = "Corrected"
    stale.save()
    stored = Resource.objects.get(pk=published.pk)
    assert (stored.title, stored.storage_key) == ("Corrected", published.storage_key)
    assert "umbrellas" in stored.file_text


def test_an_editor_publishes_a_file(client, editor, folder):
    client.force_login(editor)
    answer = client.post(ADD, form(document=upload(), _publish=""), follow=True)
    assert "Published." in answer.content.decode()
    resource = Resource.objects.get()
    assert (resource.slug, resource.file_extension, resource.created_by) == ("a-table", "csv", editor)
    assert body(client.get("/resources/a-table/file/")) == TABLE


def test_neither_link_nor_file_is_refused_beside_the_field(client, editor):
    client.force_login(editor)
    answer = client.post(ADD, form(_publish=""))
    assert "Give a link or a file." in answer.content.decode()
    assert not Resource.objects.exists()


def token_in(answer):
    return re.search(r'name="document-kept" value="([^"]+)"', answer.content.decode())[1]


def test_a_file_outlives_a_form_that_was_refused(client, editor, folder):
    client.force_login(editor)
    answer = client.post(ADD, form(title="", document=upload(), _publish=""))
    assert "You need not choose it again." in answer.content.decode()
    values = form(title="Now with a title", _publish="", **{"document-kept": token_in(answer)})
    assert "Published." in client.post(ADD, values, follow=True).content.decode()
    assert body(client.get("/resources/now-with-a-title/file/")) == TABLE
    assert "saved already" in client.post(ADD, values | {"title": "Once more"}).content.decode()


def test_what_was_found_in_a_file_has_to_be_ticked(client, editor, folder):
    client.force_login(editor)
    answer = client.post(ADD, form(document=hidden_sheet(), _publish=""))
    text = answer.content.decode()
    assert "It has hidden sheets, which any reader can show." in text
    assert not Resource.objects.exists()
    values = form(_publish="", **{"document-kept": token_in(answer)})
    assert "tick each line" in client.post(ADD, values).content.decode()
    # A tick that comes with the file was made before anybody could read what it accepts.
    blind = form(document=hidden_sheet(), _publish="", **{"document-accepted": ["0", "1"]})
    assert "tick each line" in client.post(ADD, blind).content.decode()
    ticks = re.findall(r'name="document-accepted" value="(\d+)"', text)
    client.post(ADD, values | {"document-accepted": ticks})
    resource = Resource.objects.get()
    assert resource.state == "published"
    history = client.get(f"/admin/articles/resource/{resource.pk}/history/").content.decode()
    assert "Accepted in the file: It has hidden sheets" in history


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "a.pdf", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "old version"),
        (b"<p>no", "a.pdf", ""),
    ],
)
def test_a_refused_file_is_named_beside_its_field_and_leaves_nothing(
    client, editor, folder, content, name, told
):
    client.force_login(editor)
    answer = client.post(ADD, form(document=upload(content, name), _publish=""))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert re.search(r'class="errorlist"[^>]*id="id_document_error"', text) and told in text
    assert folders(folder) == []


def test_the_token_of_somebody_else_and_an_old_one_are_no_use(
    client, editor, admin_user, folder, monkeypatch
):
    client.force_login(editor)
    answer = client.post(ADD, form(title="", document=upload()))
    values = form(**{"document-kept": token_in(answer)})
    client.force_login(admin_user)
    assert "waited too long" in client.post(ADD, values).content.decode()
    client.force_login(editor)
    monkeypatch.setattr("articles.resources.admin.documentfield.WAITS", -1)
    assert "waited too long" in client.post(ADD, values).content.decode()
    crafted = form(**{"document-kept": "../../secrets"})
    assert "waited too long" in client.post(ADD, crafted).content.decode()
    assert not Resource.objects.exists()


def test_a_file_can_be_replaced_and_taken_away_in_the_form(client, editor, published, folder):
    client.force_login(editor)
    page = f"/admin/articles/resource/{published.pk}/change/"
    values = form(slug="a-table", link="https://example.org/table")
    answer = client.post(page, values | {"document": upload(OTHER), "_save": ""}, follow=True)
    assert "Saved, and on the site now" in answer.content.decode()
    assert body(client.get("/resources/a-table/file/")) == OTHER
    client.post(page, values | {"document-remove": "on", "_save": ""})
    assert client.get("/resources/a-table/file/").status_code == 404
    assert client.get("/resources/a-table/").status_code == 200
    published.refresh_from_db()
    assert not published.has_file


def test_an_upload_of_somebody_who_may_not_save_is_not_even_read(client, make_user, published, folder):
    client.force_login(make_user("manager", "Newsletter manager"))
    before = folders(folder)
    page = f"/admin/articles/resource/{published.pk}/change/"
    assert client.post(page, form(document=upload())).status_code == 403
    assert client.post(ADD, form(document=upload())).status_code == 403
    assert folders(folder) == before


def test_a_writer_drafts_and_cannot_publish_or_withdraw(client, writer, published, folder):
    client.force_login(writer)
    assert client.post(ADD, form(title="Mine", document=upload(OTHER), _publish="")).status_code == 403
    client.post(ADD, form(title="Mine", document=upload(OTHER), _save=""))
    mine = Resource.objects.get(title="Mine")
    assert (mine.state, mine.created_by) == ("draft", writer)
    assert body(client.get(f"/admin/articles/resource/{mine.pk}/file/")) == OTHER
    assert client.post(f"/admin/articles/resource/{published.pk}/withdraw/").status_code == 403
    looked = client.get(f"/admin/articles/resource/{published.pk}/change/").content.decode()
    assert "CSV" in looked and 'name="document"' not in looked
    hidden = put(Resource.objects.create(title="Theirs", slug="theirs", kind="data", state="draft"), OTHER)
    assert client.get(f"/admin/articles/resource/{hidden.pk}/file/").status_code == 404


def test_files_that_nobody_saved_are_removed_after_some_hours(published, folder, monkeypatch):
    waiting = kept(OTHER)
    assert remove_unowned_files(Resource) == 0
    monkeypatch.setattr(documentstore, "KEPT_FOR", timedelta(seconds=-1))
    assert remove_unowned_files(Resource) == 1
    assert documentstore.kept(waiting.key) is None
    assert folders(folder) == [published.storage_key]


def test_the_list_of_the_admin_finds_and_filters(client, editor, published, make_resource):
    make_resource(title="Another", kind="law", publisher="Somebody")
    client.force_login(editor)
    for query, found in [
        ("?q=Somebody", "Another"),
        ("?kind__exact=data", "A table"),
        ("?state=published", "Another"),
    ]:
        assert found in client.get(f"/admin/articles/resource/{query}").content.decode(), query


def test_a_download_that_broke_goes_on_where_it_was(client, table):
    put(table)
    table.publish()
    table.save()
    first = client.get("/resources/a-table/file/")
    content = b"".join(first.streaming_content)
    asked = {"Range": "bytes=5-", "If-Range": first["ETag"]}
    rest = client.get("/resources/a-table/file/", headers=asked)
    assert rest.status_code == 206
    assert b"".join(rest.streaming_content) == content[5:]
    assert rest["Content-Disposition"] == first["Content-Disposition"]
    put(table, OTHER)
    assert client.get("/resources/a-table/file/", headers=asked).status_code == 200
