"""Log lines of JSON: what happened, by which route and id of request, and nothing that a visitor has chosen."""

import http.client
import json
import logging
import re
import sys
import threading
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings

from newsroom.guard.requestids import ALPHABET, Trace, current
from newsroom.logs import logs
from newsroom.logs.logs import JSONFormatter
from tests.conftest import database_url
from tests.servers import PASSWORD, Server, clean_environment, free_port, manage, wait_until

PLANTED = "planted-by-nobody"
TOKEN = "eyJhIjoxfQ.aBcDeF0123456789abcdefghij.KLMNOPQRSTUVWXYZ0123456789"


@pytest.fixture(scope="module")
def site():
    values = {"LOG_FORMAT": "json", "LOG_REQUESTS": "on", "WORKERS": "1"}
    running = Server(database_url(), copy_of="tables", **values)
    running.start("serve")
    yield running
    running.remove()


def ask(site, method, path, form=None, **headers):
    """Return status, text and id of an answer."""
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=30)
    body = urlencode(form) if form else None
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    connection.request(method, path, body, kind | headers)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode("utf-8", "replace"), answer.headers.get("X-Request-Id", "")
    connection.close()
    return found


def test_no_line_holds_what_visitors_send_and_each_error_page_quotes_an_id_that_is_in_the_log(site):
    mail = f"{PLANTED}@example.org"
    asked = [
        ("GET", f"/news/{PLANTED}/"),
        ("GET", f"/search/?q={PLANTED}"),
        ("GET", f"/newsletter/confirm/{TOKEN}/"),
        ("GET", f"/newsletter/unsubscribe/{TOKEN}/?to={mail}"),
        ("GET", f"/admin/password/{PLANTED}/{TOKEN}/"),
        ("GET", f"/media/../{PLANTED}"),
        ("GET", f"/static/{PLANTED}.css"),
        ("GET", f"/{PLANTED}/%00"),
        ("GET", f"/{PLANTED}/%ff%fe"),
        ("GET", f"/search/?q={PLANTED}%00"),
        (PLANTED.replace("-", "").upper(), f"/{PLANTED}"),
    ]
    for method, path in asked:
        ask(
            site,
            method,
            path,
            **{"X-Request-ID": PLANTED, "User-Agent": PLANTED, "Referer": f"http://{PLANTED}/"},
        )
    ask(site, "GET", "/", Host=f"{PLANTED}.example")
    ask(site, "POST", "/newsletter/", {"address": mail}, Origin=f"http://{PLANTED}.example")
    ask(site, "POST", "/newsletter/", {"address": mail})
    ask(site, "POST", "/admin/login/", {"username": PLANTED, "password": PASSWORD})
    ask(site, "POST", "/inquiries/mailbox/", {"receipt": PLANTED})
    status, page, named = ask(site, "GET", "/last/%00")
    shown = re.search(rf"<code>([{ALPHABET}]{{8}})</code>", page)[1]
    assert named == shown
    alone = {"Cookie": f"{settings.SESSION_COOKIE_NAME}=x"}  # Django answers this visitor alone
    answers = [ask(site, "GET", "/news/there-is-none/", **more) for more in ({}, {}, alone, alone)]
    missing, pages, ids = zip(*answers, strict=True)
    assert set(missing) == {404} and len(set(pages)) == 1, "one that is kept is the same for everybody"
    assert ids[:2] == ("", "")
    assert not ask(site, "GET", "/")[2]
    wait_until(lambda: all(any(one in line for line in site.lines) for one in (shown, *ids[2:])))

    told = [line for line in site.lines if "newsroom.started" not in line]
    entries = [json.loads(line) for line in told]
    assert PLANTED.casefold() not in "".join(told).casefold().replace("_", "-")
    assert PLANTED.replace("-", "") not in "".join(told).casefold()
    assert TOKEN[-20:] not in "".join(told) and "127.0.0.1" not in "".join(told)
    lines = [entry for entry in entries if entry["logger"] == "newsroom.requests"]
    known = {entry["request"] for entry in lines if entry["status"] == 404}
    assert ids[2] != ids[3] and set(ids[2:]) <= known
    assert len(lines) >= len(asked) + 4
    (last,) = [entry for entry in lines if entry["request"] == shown]
    assert (last["status"], status, last["method"], last["ms"] >= 0) == (400, 400, "GET", True)
    assert {"time", "level", "logger", "message", "route"} <= last.keys()
    assert {"article", "search"} <= {entry["route"].rpartition(":")[2].partition("_")[0] for entry in lines}
    assert "other" in {entry["method"] for entry in lines}


def formatted(name, message, *args, error=None, **extra):
    record = logging.LogRecord(
        name, logging.ERROR, "x.py", 1, message, args, error and (type(error), error, error.__traceback__)
    )
    record.__dict__.update(extra)
    return json.loads(JSONFormatter().format(record))


def test_of_an_error_it_says_type_and_place_and_words_of_our_code_alone():
    def raised(error):
        try:
            raise error
        except Exception as caught:
            return caught

    told = formatted(
        "django.request",
        "%s: %s",
        "Internal Server Error",
        f"/{PLANTED}",
        error=raised(ValueError(PLANTED)),
        request=1,
        status_code=500,
    )
    assert PLANTED not in json.dumps(told)
    assert (told["message"], told["status"], told["error"]) == ("Internal Server Error", 500, "ValueError")
    assert "test_structured_logs.py" in told["trace"][-1]
    assert formatted("x", "", error=raised(AttributeError("no attribute 'y'")))["error"].endswith(
        "no attribute 'y'"
    )


def test_what_ends_a_thread_or_a_process_is_an_object_too(settings, monkeypatch, capsys):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    settings.LOGGING = logs.configuration("json", False)
    logs.tell_what_nobody_catches()

    def fail():
        raise ValueError(PLANTED)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    error = ValueError(PLANTED)
    sys.excepthook(ValueError, error, None)
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [one["error"] for one in told] == ["ValueError", "ValueError"]
    assert PLANTED not in json.dumps(told)


def test_why_the_site_does_not_start_is_an_object(tmp_path):
    values = {"DEMO": "on", "DATA_DIR": str(tmp_path), "PORT": str(free_port()), "LOG_FORMAT": "json"}
    done = manage("serve", env=clean_environment(**values))
    assert done.returncode == 1
    assert "manage.py migrate" in json.loads(done.stderr)["message"]


def test_of_a_suspicious_request_it_says_the_kind():
    assert (
        formatted("django.security.SuspiciousFileOperation", PLANTED)["message"] == "SuspiciousFileOperation"
    )
    told = formatted(
        "django.security.csrf", "Forbidden (%s): %s", f"Referer checking failed - {PLANTED}", f"/{PLANTED}"
    )
    assert told["message"] == "csrf: Referer checking failed"


def test_a_line_of_ours_holds_no_mail_address_and_the_id_of_its_request():
    token = current.set(Trace("EVIL"))
    try:
        told = formatted("newsroom.x", "No such mailbox: `%s`", "ann@example.org")
    finally:
        current.reset(token)
    assert (told["message"], told["method"]) == ("No such mailbox: `[address]`", "other")
    assert re.fullmatch(rf"[{ALPHABET}]{{8}}", told["request"])


def test_an_unknown_format_is_one_line(tmp_path):
    done = manage("check", env=clean_environment(DEMO="on", DATA_DIR=str(tmp_path), LOG_FORMAT="xml"))
    assert done.returncode == 2 and done.stderr.startswith("LOG_FORMAT is 'xml'")
