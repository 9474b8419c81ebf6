"""`manage.py doctor`: what is not well, what to do, and whether mail leaves."""

import os
import smtplib
import subprocess
import sys

import pytest
from django.core.mail import EmailMessage

from newsroom import doctor
from newsroom.conditions.conditions import Condition, Weight
from newsroom.outbox import mailtrial
from tests.mailserver import MailServer
from tests.servers import ROOT, clean_environment, free_port, manage


def test_it_lists_the_gravest_first_with_what_to_do_and_ends_with_a_summary():
    found = [
        Condition("disk", note="7 GB free"),
        Condition("time zone", "It was never chosen.", "Set TIME_ZONE.", Weight.UNREADY),
        Condition("mail", "The server refuses our sign-in.", "Mend EMAIL_URL."),
    ]
    assert [line for line, _weight in doctor.page(found, 40)] == [
        "Fails",
        "  mail       The server refuses our",
        "             sign-in.",
        "             Mend EMAIL_URL.",
        "",
        "Not ready",
        "  time zone  It was never chosen.",
        "             Set TIME_ZONE.",
        "",
        "Well",
        "  disk       7 GB free",
        "",
        "1 failing, 1 not ready, 1 well.",
    ]
    assert doctor.summary(found[:1]) == "All is well: 1 thing was looked at."


def test_it_says_what_to_do_where_nothing_works_at_all(tmp_path):
    values = {
        "DEMO": "on", "DATA_DIR": str(tmp_path), "CACHE_URL": f"redis://127.0.0.1:{free_port()}/0",
        "DATABASE_URL": f"postgres://news@127.0.0.1:{free_port()}/news", "PORT": str(free_port()),
    }  # fmt: skip
    done = manage("doctor", env=clean_environment(**values))
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (1, ""), done.stderr
    assert [line.split()[0] for line in lines if line.startswith("  ") and line[2] != " "][:3] == [
        "web", "cache", "database",
    ]  # fmt: skip
    assert "refused" in done.stdout and lines[-1].startswith("3 failing, ")


def test_it_makes_no_database_where_there_is_none(tmp_path):
    done = manage("doctor", env=clean_environment(DEMO="on", DATA_DIR=str(tmp_path), PORT=str(free_port())))
    assert done.returncode == 1 and "database" in done.stdout
    assert "newsroom.sqlite3 does not exist" in " ".join(done.stdout.split())
    assert "manage.py migrate" in done.stdout and "DATABASE_URL" not in done.stdout
    assert not (tmp_path / "newsroom.sqlite3").exists()


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path):
    env = clean_environment(DEMO="on", DATA_DIR=str(tmp_path), PORT=str(free_port()))
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor"], cwd=ROOT, env=env, stdout=writing, stderr=subprocess.PIPE
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_wrong_setting_is_one_line(tmp_path):
    done = manage("doctor", env=clean_environment(DEMO="on", DATA_DIR=str(tmp_path), HEALTH_KEY="short"))
    assert done.returncode == 2
    assert done.stderr.startswith("HEALTH_KEY") and len(done.stderr.splitlines()) == 1


@pytest.fixture(scope="module")
def mail_server(tmp_path_factory):
    server = MailServer(tmp_path_factory.mktemp("mail")).start()
    yield server
    server.kill()


def try_mail(tmp_path, url, address="ann@example.org"):
    env = clean_environment(
        DEMO="on", DATA_DIR=str(tmp_path), EMAIL_URL=url, DEFAULT_FROM_EMAIL="n@example.org"
    )
    done = manage("doctor", "--mail", address, env=env)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def test_it_sends_a_real_mail_and_shows_what_the_server_says(tmp_path, mail_server):
    code, said = try_mail(tmp_path, mail_server.url)
    assert code == 0 and said.endswith("It was taken: 250 OK\n")
    (message,) = mail_server.messages
    assert message["To"] == "ann@example.org" and "doctor" in message.get_content()


def test_a_refusal_is_shown_in_the_servers_own_words(tmp_path, mail_server):
    code, said = try_mail(tmp_path, mail_server.url, "unknown@example.org")
    assert code == 1 and "550 5.1.1 <unknown@example.org>: no such user here" in said
    code, said = try_mail(tmp_path, f"smtp://127.0.0.1:{free_port()}")
    assert code == 1 and "Connection refused" in said
    code, said = try_mail(tmp_path, mail_server.url, "nobody")
    assert code == 1 and "“nobody” is no mail address." in said


def test_what_to_do_about_a_refused_sign_in_is_a_sentence_of_its_own():
    class Refusing:
        def open(self):
            raise smtplib.SMTPAuthenticationError(535, b"5.7.8 Wrong password")

        def close(self):
            pass

    with pytest.raises(mailtrial.Refused, match=r"535 5\.7\.8 Wrong password\. User name"):
        mailtrial._by_smtp(Refusing(), EmailMessage(to=["ann@example.org"]))
