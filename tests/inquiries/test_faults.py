"""When something breaks: a reference whose inquiry exists, or an honest error with the text still in the form."""

import os
import pwd
import secrets

import pytest
from django.conf import settings as site_settings
from django.db import DatabaseError, OperationalError, connection

from inquiries.models import Inquiry
from newsroom.outbox.models import Mail
from newsroom.outbox.sending import send_due
from tests.servers import free_port
from tests.smalldisk import full, small_disk

from .conftest import FORM, MAILBOX, a_form, hidden, receipt_on

TEXT = "What I typed for an hour"


def still_there(page, form):
    """Assert that a page says honestly that it failed, with the text and the same nonce in the form."""
    text = page.content.decode()
    assert page.status_code == 503
    assert "may not have been stored" in text
    assert f"{TEXT}</textarea>" in text
    assert hidden(page, "nonce") == form["nonce"]
    assert receipt_on(page) == []


@pytest.mark.django_db
def test_a_mail_server_that_is_down_holds_up_nobody(client, settings):
    settings.MAILERS = {
        "default": {
            "BACKEND": "newsroom.outbox.smtp.Mailer",
            "OPTIONS": {"host": "127.0.0.1", "port": free_port(), "timeout": 2},
        }
    }
    page = client.post(FORM, a_form(reply_by="full", address="ann@example.org"))
    assert receipt_on(page)
    assert send_due() == 0
    assert Mail.objects.filter(kind="inquiry-received").count() == 1  # no worker has to run either


def out_of_reach(*_args):
    raise OperationalError("The database is out of reach.")


@pytest.mark.django_db
def test_a_database_that_answers_nothing_keeps_the_text_and_what_was_chosen(client):
    form = a_form(message=TEXT, country="LA")
    with connection.execute_wrapper(out_of_reach):
        page = client.post(FORM, form)
    assert page.status_code == 503
    assert page.content.decode().count(TEXT) == form["message"].count(TEXT)
    assert '<option value="LA" selected>Laos</option>' in page.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "postgres" in site_settings.DATABASES["default"]["ENGINE"], reason="a limit of SQLite's file"
)
def test_a_full_disk_keeps_the_text_and_a_retry_makes_one_inquiry(client):
    client.post(FORM, a_form(message="before"))  # what is made once is there
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filling (bytes BLOB)")
        used = cursor.execute("PRAGMA page_count").fetchone()[0]
        free = cursor.execute("PRAGMA freelist_count").fetchone()[0]
        size = cursor.execute("PRAGMA page_size").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={used}")
        # What other tests have left free is taken in one go, all but a few pages.
        cursor.execute("INSERT INTO filling VALUES (zeroblob(%s))", [max(0, free - 10) * (size - 4)])
        free = cursor.execute("PRAGMA freelist_count").fetchone()[0]
    form = a_form(message=TEXT, name="x" * 200)
    filler = 0
    try:
        while free and filler < 200:  # until the pages that were free are used up
            if client.post(FORM, a_form(message=f"{filler} " * 2000)).status_code == 503:
                break  # the few that are left are too few
            filler += 1
            with connection.cursor() as cursor:
                free = cursor.execute("PRAGMA freelist_count").fetchone()[0]
        before = Inquiry.objects.count()
        page = client.post(FORM, form | {"message": TEXT + " " + "y" * 9000 + TEXT})
        assert page.status_code == 503
        assert page.content.decode().count(TEXT) == 2
        assert Inquiry.objects.count() == before
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count=1073741823")
            cursor.execute("DROP TABLE filling")
    form["nonce"] = hidden(page, "nonce")
    first, second = client.post(FORM, form), client.post(FORM, form)
    assert receipt_on(first) == receipt_on(second) != []
    assert Inquiry.objects.count() == before + 1


def run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def disk_of_entries():
    """Put the table of the texts on a small disk of its own, where this machine and the database allow that."""
    with small_disk(8) as disk:
        if disk is None:
            pytest.skip("A small disk can be mounted by root alone.")
        name, folder = f"small_{os.getpid()}", disk / "entries"
        folder.mkdir()
        try:
            os.chown(folder, *pwd.getpwnam("postgres")[2:4])
            run(f"CREATE TABLESPACE {name} LOCATION '{folder}'")
        except (KeyError, DatabaseError) as error:
            pytest.skip(
                f"PostgreSQL runs elsewhere, or its role may make no tablespace: {type(error).__name__}"
            )
        try:
            run(f"ALTER TABLE inquiries_entry SET TABLESPACE {name}")
            yield disk
        finally:
            run("ALTER TABLE inquiries_entry SET TABLESPACE pg_default")
            run(f"DROP TABLESPACE {name}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "sqlite" in site_settings.DATABASES["default"]["ENGINE"],
    reason="SQLite's disk is DATA_DIR's: test_running fills it",
)
def test_a_full_disk_of_postgresql_keeps_the_text_and_a_retry_makes_one_inquiry(client, disk_of_entries):
    form = a_form(message=TEXT + secrets.token_hex(4500) + TEXT)
    with full(disk_of_entries):
        page = client.post(FORM, form)
        assert page.status_code == 503
        assert page.content.decode().count(TEXT) == 2
        assert not Inquiry.objects.exists()
    first, second = client.post(FORM, form), client.post(FORM, form)
    assert receipt_on(first) == receipt_on(second) != []
    assert Inquiry.objects.get().entries.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "sqlite" in site_settings.DATABASES["default"]["ENGINE"], reason="SQLite has no server to end"
)
@pytest.mark.parametrize("moment", ["BEFORE INSERT ON inquiries_inquiry", "AFTER INSERT ON inquiries_entry"])
def test_a_database_that_goes_away_keeps_the_text_and_a_retry_makes_one_inquiry(client, moment):
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION go_away() RETURNS trigger AS "
            "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END' LANGUAGE plpgsql"
        )
        cursor.execute(f"CREATE TRIGGER goes_away {moment} FOR EACH ROW EXECUTE FUNCTION go_away()")
    form = a_form(message=TEXT)
    try:
        still_there(client.post(FORM, form), form)
    finally:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER goes_away ON {moment.split()[-1]}")
    first, second = client.post(FORM, form), client.post(FORM, form)
    assert receipt_on(first) == receipt_on(second) != []
    assert Inquiry.objects.count() == 1
    assert client.post(MAILBOX, {"receipt": " ".join(receipt_on(first))}).status_code == 200
