"""What visitors can make our logs say, and how often."""

import io
import logging

import pytest
from django.test import Client

from newsroom.logs.loglimit import MOST_TEXTS, OncePerMinute
from newsroom.logs.logs import DiscreetFormatter


@pytest.fixture
def written():
    """Return a function that gives the lines written so far by the handler of the running site."""
    [handler] = [
        one for one in logging.getLogger("django").handlers if isinstance(one.formatter, DiscreetFormatter)
    ]
    for one in handler.filters:  # a test before this one may have written the same
        getattr(one, "_written", {}).clear()
        getattr(one, "_left_out", {}).clear()
    stream = io.StringIO()
    former = handler.setStream(stream)
    yield lambda: stream.getvalue().splitlines()
    handler.setStream(former)


def starts(lines):
    """Return the lines that begin an entry: a traceback has more."""
    return [line for line in lines if line.startswith(("WARNING ", "ERROR ", "CRITICAL "))]


@pytest.mark.django_db
def test_posts_from_elsewhere_leave_one_line_a_minute(written):
    strict = Client(enforce_csrf_checks=True)
    for number in range(60):
        assert strict.post(f"/admin/login/?next={number}", {"username": str(number)}).status_code == 403
        strict.post(f"/admin/password/?{number}", {"email": f"{number}@example.org"})
        foreign = {"Origin": f"https://elsewhere{number}.example"}
        strict.post(f"/newsletter/?{number}", {"address": "a@example.org"}, headers=foreign)
    assert len(starts(written())) == 1


@pytest.mark.django_db
def test_look_ups_that_are_refused_leave_one_line_a_minute(client, admin_user, written):
    client.force_login(admin_user)
    for number in range(30):
        assert client.get(f"/admin/auth/user/?password__startswith={number}").status_code == 400
        assert client.get(f"/admin/articles/article/?author__email__{number}=x").status_code in {302, 400}
    assert len(starts(written())) <= 2


@pytest.mark.django_db
def test_made_up_parameters_of_the_admin_leave_no_traceback(client, admin_user, written):
    client.force_login(admin_user)
    assert client.get("/admin/auth/user/add/?_to_field=junk").status_code == 400
    assert client.get("/admin/auth/user/?password__startswith=x").status_code == 400
    assert not written()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "send",
    [
        lambda client, number: client.post("/inquiries/", {f"field{n}": number for n in range(2100)}),
        lambda client, number: client.get("/", headers={"Host": f"elsewhere{number}.example"}),
        lambda client, number: client.get(f"/nothing/{number}/"),
        lambda client, number: client.get(f"/news/?{number}=%00"),
        lambda client, number: client.post("/inquiries/", b"--x", content_type=f"multipart/form-data; boundary={number}"),
    ],
)  # fmt: skip
def test_nothing_that_visitors_repeat_fills_the_logs(client, written, send):
    for number in range(30):
        assert send(client, number).status_code >= 400 or number
    assert len(starts(written())) <= 1


def record(number=0, message="Refused: %s", name="django.security", level=logging.WARNING, **extra):
    made = logging.LogRecord(name, level, f"/code/{number}.py", 7, message, ("/path",), None)
    made.__dict__.update(extra)
    return made


def test_the_next_line_says_how_many_were_left_out(monkeypatch):
    limited, now = OncePerMinute(), [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    monkeypatch.setattr("newsroom.logs.loglimit._is_first_on_this_machine", lambda key: True)
    assert limited.filter(record())
    assert not any(limited.filter(record()) for _ in range(41))
    now[0] += 61
    later = record()
    assert limited.filter(later)
    assert later.getMessage() == "Refused: /path (41 more like it were left out)"


def test_another_error_is_another_line_and_so_is_the_same_in_another_place():
    limited = OncePerMinute()

    def failing(kind):
        try:
            raise kind("with the words of a visitor")
        except kind as error:
            made = record(message="Internal Server Error: %s", name="django.request", level=logging.ERROR)
            made.exc_info = (kind, error, error.__traceback__)
            return made

    assert limited.filter(failing(ValueError))
    assert not limited.filter(failing(ValueError))
    assert limited.filter(failing(KeyError))
    assert limited.filter(record())
    assert limited.filter(record(level=logging.ERROR))
    assert limited.filter(record(number=2))


def test_our_own_lines_are_told_apart_by_their_text_but_not_without_end():
    limited = OncePerMinute()
    texts = [record(message=f"The job {number} failed: %s", name="newsroom.worker") for number in range(50)]
    assert sum(map(limited.filter, texts)) == MOST_TEXTS


def test_two_processes_write_one_line_between_them():
    assert [OncePerMinute().filter(record(number=5)) for _ in range(3)] == [True, False, False]


def test_counters_that_are_down_silence_nothing(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.THROTTLE_FILE = tmp_path / "file" / "throttle.sqlite3"
    assert OncePerMinute().filter(record(number=6))


def test_what_is_remembered_of_lines_stays_small(monkeypatch):
    limited = OncePerMinute()
    monkeypatch.setattr("newsroom.logs.loglimit._is_first_on_this_machine", lambda key: True)
    for number in range(2500):
        limited.filter(record(number=number))
        limited.filter(record(number=number))
    assert len(limited._written) <= 1000
    assert len(limited._left_out) <= 1000
