"""Lists in and out: seen before they are taken over, never against somebody's will, and always with a name."""

import csv
import io

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.models import Export, Import, ImportRow, Subscriber, Suppression
from newsletter.readers import csvrows, imports, tables
from newsroom.guard import spreadsheets
from tests.soak.importing import hold, import_list, write_list

pytestmark = pytest.mark.django_db
ADD = "/admin/newsletter/import/add/"
TOLD = "You signed up on paper at our conference in May 2019."
CONSENT = "They signed up on paper at our conference in May 2019."


@pytest.fixture
def manager(make_user):
    return make_user("manager", "Newsletter manager")


def lines(text):
    return list(tables.read(text.encode() if isinstance(text, str) else text))


def upload(client, text, **values):
    file = SimpleUploadedFile("list.csv", text.encode() if isinstance(text, str) else text)
    return client.post(
        ADD, {"file": file, "consent": CONSENT, "told": TOLD, "agreed": "on"} | values, follow=True
    )


def run(client, text):
    """Upload a list, let the worker read it, decide for it, and let the worker take it over."""
    upload(client, text)
    while imports.work():
        pass
    source = Import.objects.latest("pk")
    client.post(f"/admin/newsletter/import/{source.pk}/decide/", {"import": ""})
    while imports.work():
        pass
    source.refresh_from_db()
    return source


@pytest.mark.parametrize(
    "content",
    [
        "address\nann@example.org\n",
        "ann@example.org\n",
        "Name;E-Mail;Land\nAnn;ann@example.org;\n",
        "email\tname\nann@example.org\tAnn\n",
        "\ufeffEmail Address,Name\r\n ann@example.org ,\"Lee, Ann\"\r\n\r\n,,\r\n",
        "address\nann@example.org".encode("utf-16"),
        "email\rann@example.org\r",
    ],
)  # fmt: skip
def test_it_reads_what_spreadsheets_write(content):
    found = lines(content)
    assert [(line.address, line.fault) for line in found] == [("ann@example.org", "")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "name the columns"),
        (b"name,surname\nAnn,Lee\n", "name the columns"),
        ("address\nänn@example.org".encode("latin-1"), "CSV UTF-8"),
        (b"address\n\xff\xfe\x00@example.org", "CSV UTF-8"),
        (b"PK\x03\x04" + b"\0" * 100, "name the columns"),
    ],
)
def test_it_says_what_to_do_about_a_file_that_is_no_list(content, words):
    with pytest.raises(csvrows.Unreadable, match=words):
        lines(content)


def test_every_line_that_can_not_be_used_has_its_number_and_a_reason(make_country, make_topic):
    laos = make_country()
    prevention = make_topic()
    found = lines(
        "email,country,topic,state\n"
        "a@example.org,Laos|LA,prevention,\n"
        "nobody,,,\n"
        "b@example.org,Atlantis,,\n"
        "c@example.org,,Prevention,unsubscribed\n"
        '"two\nlines"@example.org,,,\n'
        "d@example.org,,,Confirmed\n"
        "e@example.org,,,\0\n"
        f'"{"x" * 140_000}",,,\n'
        "f@example.org\n"
    )
    assert [line.number for line in found] == list(range(2, 12))
    assert [line.number for line in found if line.fault] == [3, 6, 7, 10]
    assert [line.number for line in found if line.doubt] == [2, 4, 5, 9, 11]
    assert found[0].countries == [laos.pk, laos.pk]
    assert found[0].topics == [prevention.pk]
    assert found[2].notes == ["Without the country “Atlantis”: it has no page here."]
    assert "“unsubscribed”" in found[3].doubt


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", " =1", "＝1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")@example.org']
)
def test_no_cell_of_an_export_runs_in_a_spreadsheet_and_comes_back_as_it_was(cell):
    assert spreadsheets.harmless(cell).startswith("'")
    assert spreadsheets.original(spreadsheets.harmless(cell)) == cell
    assert spreadsheets.original("'quoted@example.org") == "'quoted@example.org"


def test_an_import_shows_first_what_would_happen_and_then_does_it(
    client, manager, make_subscriber, make_country
):
    client.force_login(manager)
    laos = make_country()
    make_subscriber("known@example.org")
    make_subscriber("left@example.org", state=Subscriber.State.UNSUBSCRIBED)
    Suppression.add("erased@example.org", Suppression.Reason.ERASED)
    text = (
        "address,countries\nNew@Example.org,Laos\nknown@EXAMPLE.org,\nleft@example.org,\nerased@example.org,\n"
        "new@example.org,\nwrong,\n"
    )
    page = upload(client, text)
    assert "Reading the list" in page.text
    while imports.work():
        pass
    assert Subscriber.objects.count() == 2
    source = Import.objects.get()
    page = client.get(f"/admin/newsletter/import/{source.pk}/change/").text
    for words in [
        "Import 1 person",
        "New@Example.org",
        "can’t be used",
        "skipped: must not get mail",
        CONSENT,
    ]:
        assert words in page
    assert source.counts == {"new": 1, "known": 2, "suppressed": 1, "twice": 1, "wrong": 1}
    client.post(f"/admin/newsletter/import/{source.pk}/decide/", {"import": ""})
    while imports.work():
        pass
    reader = Subscriber.objects.get(address_key="new@example.org")
    assert (reader.address, reader.state, reader.came_by) == ("New@Example.org", "confirmed", source)
    assert list(reader.countries.all()) == [laos]
    source.refresh_from_db()
    assert source.state == Import.State.DONE
    assert source.counts == {"added": 1, "known": 2, "suppressed": 1, "twice": 1, "wrong": 1}
    assert (source.created_by_name, source.consent, source.content) == ("manager", CONSENT, None)
    rows = ImportRow.objects.values_list("line", "fate", "address")
    assert list(rows) == [(7, "wrong", "")]
    page = client.get(f"/admin/newsletter/import/{source.pk}/change/").text
    assert "Something after the @" in page or "Enter an email address" in page
    assert CONSENT in client.get(f"/admin/newsletter/subscriber/{reader.pk}/change/").text


def test_who_is_erased_or_signs_up_between_the_look_and_the_import_is_left_out(client, manager):
    client.force_login(manager)
    upload(client, "address\na@example.org\nb@example.org\nc@example.org\n")
    while imports.work():
        pass
    Suppression.add("a@example.org", Suppression.Reason.ERASED)
    signed_up = Subscriber()
    signed_up.set_address("b@example.org")
    signed_up.save()
    source = Import.objects.get()
    assert imports.decide(source.pk, Import.State.IMPORTING)
    while imports.work():
        pass
    source.refresh_from_db()
    assert source.counts == {"added": 1, "known": 1, "suppressed": 1}
    signed_up.refresh_from_db()
    assert signed_up.state == Subscriber.State.PENDING


def test_without_a_statement_of_consent_nothing_is_uploaded(client, manager):
    client.force_login(manager)
    for values in [{"consent": ""}, {"consent": "yes"}, {"agreed": ""}, {"told": ""}]:
        assert upload(client, "address\na@example.org\n", **values).status_code == 200
    assert upload(client, "").status_code == 200
    assert not Import.objects.exists()


@pytest.mark.parametrize("name", ["unsubscribed_members_export_1a.csv", "Cleaned list.csv", "opt-outs.csv"])
def test_a_list_of_people_who_have_left_is_told_by_its_name(client, manager, name):
    client.force_login(manager)
    file = SimpleUploadedFile(name, b"email\nann@example.org\n")
    page = client.post(ADD, {"file": file, "consent": CONSENT, "told": TOLD, "agreed": "on"})
    assert "people who have left" in page.text
    assert not Import.objects.exists()


def test_a_list_can_be_thrown_away_and_is_when_nobody_decides(client, manager, monkeypatch):
    client.force_login(manager)
    for _ in range(2):
        upload(client, "address\na@example.org\n")
        while imports.work():
            pass
    first, second = Import.objects.order_by("pk")
    client.post(f"/admin/newsletter/import/{first.pk}/decide/", {"cancel": ""})
    Import.objects.filter(pk=second.pk).update(created_at="2020-01-01T00:00Z")
    imports.forget_undecided()
    assert set(Import.objects.values_list("state", flat=True)) == {"cancelled"}
    assert not ImportRow.objects.exists()
    again = client.post(f"/admin/newsletter/import/{first.pk}/decide/", {"import": ""}, follow=True)
    assert "does not wait" in again.text
    assert not Subscriber.objects.exists()


def test_a_file_that_is_no_list_is_refused_in_words(client, manager):
    client.force_login(manager)
    upload(client, b"\x89PNG\r\n\x1a\n")
    imports.work()
    source = Import.objects.get()
    assert (source.state, source.content) == (Import.State.REFUSED, None)
    assert "CSV UTF-8" in client.get(f"/admin/newsletter/import/{source.pk}/change/").text


def test_an_export_comes_back_as_the_same_list(client, manager, make_subscriber, make_country, make_topic):
    client.force_login(manager)
    reader = make_subscriber("=1+1@example.org")
    reader.countries.set([make_country()])
    reader.topics.set([make_topic()])
    make_subscriber("left@example.org", state=Subscriber.State.UNSUBSCRIBED)
    answer = client.post("/admin/newsletter/subscriber/export/")
    content = b"".join(answer.streaming_content)
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[1][0] == "'=1+1@example.org"
    assert Export.objects.get().readers == 2
    assert Export.objects.get().created_by_name == "manager"
    assert client.get("/admin/newsletter/export/").status_code == 200
    Subscriber.objects.all().delete()
    source = run(client, content)
    assert source.counts == {"added": 1, "opted_out": 1}
    reader = Subscriber.objects.get()
    assert reader.address == "=1+1@example.org"
    assert [str(one) for one in [*reader.countries.all(), *reader.topics.all()]] == ["Laos", "Prevention"]


def test_an_export_takes_the_same_queries_for_any_number(make_subscriber):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as found:
            list(tables.written(Subscriber.objects.all()))
        return len(found)

    make_subscriber()
    few = queries()
    for _ in range(50):
        make_subscriber()
    assert queries() == few


@pytest.mark.parametrize("role", ["Writer", "Editor", "Inquiry officer", "Administrator"])
def test_only_newsletter_managers_see_readers_and_move_lists(client, make_user, role, make_subscriber):
    reader = make_subscriber()
    client.force_login(make_user("somebody", role))
    for path in [
        "subscriber/",
        f"subscriber/{reader.pk}/change/",
        "import/",
        "import/add/",
        "export/",
        "suppression/",
    ]:
        assert client.get(f"/admin/newsletter/{path}").status_code == 403, path
    assert client.post("/admin/newsletter/subscriber/export/").status_code == 403
    assert client.post("/admin/newsletter/import/1/decide/", {"import": ""}).status_code == 403
    client.post(
        "/admin/newsletter/subscriber/", {"action": "erase", "erase": "", "_selected_action": [reader.pk]}
    )
    assert Subscriber.objects.exists()
    assert not Export.objects.exists()


def test_a_manager_looks_readers_up_unsubscribes_and_erases_them_but_signs_nobody_up(
    client, manager, make_subscriber
):
    client.force_login(manager)
    ann, ben = make_subscriber("ann@example.org"), make_subscriber("ben@example.org")
    found = client.get("/admin/newsletter/subscriber/?q=ANN@").text
    assert "ann@example.org" in found
    assert "ben@example.org" not in found
    change = f"/admin/newsletter/subscriber/{ann.pk}/change/"
    assert client.post(change, {"state": "confirmed", "address": "x@example.org"}).status_code == 403
    assert client.get("/admin/newsletter/subscriber/add/").status_code == 403
    assert client.post(f"/admin/newsletter/subscriber/{ann.pk}/delete/", {"post": "yes"}).status_code == 403
    act = {"_selected_action": [ann.pk]}
    client.post("/admin/newsletter/subscriber/", act | {"action": "unsubscribe"})
    ann.refresh_from_db()
    assert ann.state == Subscriber.State.UNSUBSCRIBED
    asked = client.post("/admin/newsletter/subscriber/", act | {"action": "erase"})
    assert "Erase 1 reader" in asked.text
    assert Subscriber.objects.count() == 2
    client.post("/admin/newsletter/subscriber/", act | {"action": "erase", "erase": ""})
    assert list(Subscriber.objects.all()) == [ben]
    assert Suppression.objects.of("ann@example.org").exists()
    assert LogEntry.objects.count() == 2
    assert not any("ann" in f"{entry.object_repr}{entry.change_message}" for entry in LogEntry.objects.all())
    assert "1 suppressed" in client.get("/admin/newsletter/suppression/?q=Ann@Example.org").text
    assert "0 suppressed" in client.get("/admin/newsletter/suppression/?q=ben@example.org").text


def test_the_page_of_one_reader_offers_the_same_two_acts(client, manager, make_subscriber):
    client.force_login(manager)
    reader = make_subscriber("ann@example.org")
    change = f"/admin/newsletter/subscriber/{reader.pk}/change/"
    page = client.get(change).text
    assert "Unsubscribe" in page
    assert "Erase" in page
    assert 'name="_save"' not in page
    client.post(change, {"CHANGE_FORM-action": "unsubscribe", "_selected_action": [reader.pk]})
    reader.refresh_from_db()
    assert reader.state == Subscriber.State.UNSUBSCRIBED


@pytest.mark.parametrize("path", ["subscriber/", "import/", "export/", "suppression/"])
def test_the_lists_of_the_admin_take_the_same_queries_for_any_number(client, manager, make_subscriber, path):
    client.force_login(manager)

    def make(count):
        for _ in range(count):
            make_subscriber()
            Import.objects.create(file_name="list.csv", state="done", counts={"added": 1})
            Export.objects.create(readers=1)
            Suppression.add(str(Suppression.objects.count()), "erased")

    def queries():
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/admin/newsletter/{path}").status_code == 200
        return len(found)

    make(1)
    queries()
    few = queries()
    make(49)
    assert queries() == few


def test_must_hold_7_an_import_that_is_killed_ends_as_if_it_had_not_been(make_server, tmp_path):
    wrong = write_list(tmp_path / "list.csv", 3000, 30)
    end = import_list(make_server(copy_of="tables"), tmp_path / "list.csv", kills=1, seconds=0.7)
    hold(end, 3000, wrong)
