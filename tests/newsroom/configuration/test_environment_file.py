"""`manage.py` reads the site's variables from a file, as systemd does for the service."""

import os
import re
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsroom.configuration import environment, environmentfile
from tests.servers import ROOT, clean_environment, free_port, manage

# What systemd.exec(5) says about EnvironmentFile=, and what its parser does with the rest.
LINES = [
    ("A=b", {"A": "b"}),
    ("A=", {"A": ""}),
    ("  A = b c  ", {"A": "b c"}),
    ("# A=b", {}),
    ("  ; A=b", {}),
    ("just words", {}),
    ("A=b # no comment", {"A": "b # no comment"}),
    ('A="  b c  "', {"A": "  b c  "}),
    ("A='b \"c\" \\n'", {"A": 'b "c" \\n'}),
    ('A="b \\"c\\" \\$d \\\\ \\e"', {"A": 'b "c" $d \\ \\e'}),
    ("A='b' \"c\" d", {"A": "bcd"}),
    ("A=b'c'", {"A": "b'c'"}),
    ("A=b\\\nc\nB=d", {"A": "bc", "B": "d"}),
    ('A="b\nc"\nB=d', {"A": "b\nc", "B": "d"}),
    ("A='b\n# c'\nB=d", {"A": "b\n# c", "B": "d"}),
    ("A=b\\ \nB=d", {"A": "b ", "B": "d"}),
    ("A=b\r\nB=d\r\n", {"A": "b", "B": "d"}),
    ("A=b\nA=c", {"A": "c"}),
    ("URL=smtp+tls://u%40x:p=w@mail.example.org:587?a=b", {"URL": "smtp+tls://u%40x:p=w@mail.example.org:587?a=b"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "variables"), LINES)
def test_a_file_is_read_as_systemd_reads_it(text, variables):
    assert environmentfile.parsed(text, "file") == variables


@pytest.mark.parametrize("line", ["export A=b", "A B=c", "1A=b", "=b"])
def test_a_name_that_systemd_would_drop_is_named_by_its_line(line):
    with pytest.raises(ImproperlyConfigured, match=r"file, line 3: write NAME=value") as told:
        environmentfile.parsed(f"# one\nB='x'\n{line}\n", "file")
    assert "=b" not in str(told.value)


def real_site(tmp_path, **values):
    """Return what /etc/newsroom.env of a real site could hold."""
    key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    return {
        "SECRET_KEY": "a key of the file: kite, orchard, harbour, lantern",
        "SITE_URL": "https://news.example.org",
        "EMAIL_URL": "smtp://127.0.0.1:2525",
        "INQUIRY_KEYS": key,
        "DATA_DIR": str(tmp_path / "data"),
    } | values


def written(path, values):
    """Return the path of a file with these variables."""
    path.write_text("# of the site\n" + "".join(f"{name}='{value}'\n" for name, value in values.items()))
    return path


ASKED = "from django.conf import settings; print(settings.SITE_URL, settings.PORT, settings.DEBUG)"


def test_manage_py_reads_the_file_and_the_environment_wins(tmp_path):
    file = written(tmp_path / "env", real_site(tmp_path, PORT="8123"))
    env = clean_environment(NEWSROOM_ENV=str(file), SITE_URL="https://other.example.org")
    done = manage("shell", "--no-imports", "-c", ASKED, env=env)
    assert done.stdout == "https://other.example.org 8123 False\n", done.stderr


def test_a_file_that_is_named_and_missing_is_one_line(tmp_path):
    done = manage("check", env=clean_environment(NEWSROOM_ENV=str(tmp_path / "gone")))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr == f"NEWSROOM_ENV is {tmp_path}/gone, and there is no such file.\n"


@pytest.fixture
def usual(tmp_path, monkeypatch):
    """Let a file of the test stand for /etc/newsroom.env, and no variable that is set outlive it."""
    monkeypatch.setattr(environmentfile, "USUAL", tmp_path / "newsroom.env")
    monkeypatch.setattr(os, "environ", dict(os.environ))
    for name in ["NEWSROOM_ENV", "SECRET_KEY", "SITE_URL"]:
        os.environ.pop(name, None)
    return tmp_path / "newsroom.env"


def test_a_real_site_reads_the_usual_file_and_the_demo_does_not(usual):
    written(usual, {"SITE_URL": "https://news.example.org"})
    environmentfile.load(is_real_site=False)
    assert "SITE_URL" not in os.environ
    environmentfile.load(is_real_site=True)
    assert os.environ["SITE_URL"] == "https://news.example.org"


def test_without_the_usual_file_nothing_happens(usual):
    environmentfile.load(is_real_site=True)
    assert "SITE_URL" not in os.environ


def _denied(*_args, **_more):
    """Refuse as the file's mode would: the suite may run as root, who reads everything."""
    raise PermissionError(13, "Permission denied")


def test_who_may_not_read_it_is_told_to_run_as_the_sites_user(usual, monkeypatch):
    written(usual, {"SITE_URL": "https://news.example.org"})
    monkeypatch.setattr(environmentfile.Path, "read_text", _denied)
    monkeypatch.setattr(sys, "argv", ["manage.py", "doctor"])
    with pytest.raises(ImproperlyConfigured, match=r"sudo -u newsroom \S+python\S* manage.py doctor$"):
        environmentfile.load(is_real_site=True)


def test_a_service_whose_manager_has_read_it_needs_not_read_it(usual, monkeypatch):
    written(usual, {"SITE_URL": "https://news.example.org"})
    monkeypatch.setattr(environmentfile.Path, "read_text", _denied)
    os.environ["SECRET_KEY"] = "as systemd has set it"
    environmentfile.load(is_real_site=True)
    assert "SITE_URL" not in os.environ


@pytest.mark.parametrize(
    ("content", "problem"), [(b"A=\xff\n", "UTF-8"), (b"A=b\0c\n", "NUL"), (None, "can't be read")]
)
def test_what_is_no_text_is_refused_in_one_line(tmp_path, monkeypatch, content, problem):
    file = tmp_path / "env"
    file.mkdir() if content is None else file.write_bytes(content)
    monkeypatch.setenv("NEWSROOM_ENV", str(file))
    with pytest.raises(ImproperlyConfigured, match=problem):
        environmentfile.load(is_real_site=True)


def test_no_test_reads_the_file_of_a_site_on_this_machine():
    assert os.environ["NEWSROOM_ENV"] == clean_environment()["NEWSROOM_ENV"] == os.devnull


def test_what_came_from_the_file_is_read_anew_by_whoever_goes_on(tmp_path, monkeypatch):
    path = tmp_path / "newsroom.env"
    path.write_text("SITE_URL=https://news.example.org\nPORT=8001\nHOST=10.0.0.1\n")
    # As under systemd, which has read the file before, and a unit that sets HOST otherwise.
    values = {"NEWSROOM_ENV": str(path), "PORT": "8001", "HOST": "10.0.0.2", "LANG": "C.UTF-8"}
    monkeypatch.setattr(os, "environ", dict(values))
    monkeypatch.setattr(environmentfile, "_from_file", {})
    environmentfile.load(is_real_site=True)
    path.write_text("SITE_URL=https://other.example.org\n")
    left = {name: value for name, value in values.items() if name != "PORT"}
    assert environmentfile.to_be_read_anew() == left
    path.unlink()
    assert environmentfile.to_be_read_anew()["SITE_URL"] == "https://news.example.org"


def test_doctor_names_a_misspelt_variable_and_the_one_that_is_meant(tmp_path):
    file = tmp_path / "newsroom.env"
    file.write_text("DEMO=on\nTRUSTED_PROXY=127.0.0.1\nHTTP_PROXY=http://10.0.0.1\n")
    values = {"NEWSROOM_ENV": str(file), "DATA_DIR": str(tmp_path / "data"), "PORT": str(free_port())}
    said = " ".join(manage("doctor", env=clean_environment(**values)).stdout.split())
    assert f"{file} sets TRUSTED_PROXY, which nothing reads. If TRUSTED_PROXIES is meant" in said
    file.write_text(file.read_text().replace("TRUSTED_PROXY", "TRUSTED_PROXIES"))
    assert "nothing reads" not in manage("doctor", env=clean_environment(**values)).stdout


def test_no_variable_of_the_documentation_counts_as_misspelt(monkeypatch):
    table = (ROOT / "docs" / "operators.md").read_text().partition("## Environment")[2]
    firsts = "".join(re.findall(r"^\|([^|]+)\|", table, re.MULTILINE))
    names = set(re.findall(r"`([A-Z0-9_]+)`", firsts))
    assert len(names) >= 50
    monkeypatch.setattr(environmentfile, "_from_file", dict.fromkeys(names, Path("newsroom.env")))
    assert list(environmentfile.misspelt(environment.asked)) == []
