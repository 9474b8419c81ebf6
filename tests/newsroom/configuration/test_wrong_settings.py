"""A setting that is missing or wrong stops the start with one line that names it and says what to do."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsroom.configuration import datafolder
from tests.servers import ROOT, clean_environment, free_port, manage

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


@pytest.fixture
def settings_of(tmp_path, monkeypatch):
    """Return a function that reads newsroom/settings.py as a real site with these variables would."""
    monkeypatch.setattr(os, "environ", clean_environment())
    mask = os.umask(0o077)  # the settings narrow it, for every file of this process

    def read(**values):
        os.environ |= {
            "DEMO": "off",
            "SECRET_KEY": "kite orchard harbour lantern meadow",
            "SITE_URL": "https://news.example.org",
            "EMAIL_URL": "smtp+tls://news:s3cr@mail.example.org:587",
            "INQUIRY_KEYS": KEY,
            "DATA_DIR": str(tmp_path / "data"),
        } | values
        return runpy.run_path(str(ROOT / "newsroom" / "settings.py"))

    yield read
    os.umask(mask)


def test_what_the_other_tests_change_is_right_as_it_stands(settings_of):
    assert settings_of()["MAILERS"]["default"]["OPTIONS"]["port"] == 587


WRONG = [
    ("SECRET_KEY", "short", "has 5 characters; it needs 32"),
    ("SECRET_KEY", "x" * 60, "can be guessed"),
    ("SECRET_KEY", "changeme" * 8, "can be guessed"),
    ("SITE_URL", "news.example.org", "https://news.example.org"),
    ("SITE_URL", "https://news.example.org/blog", "without a path"),
    ("SITE_URL", "https://news.example.org:https", "must look like"),
    ("SITE_URL", "https://me:s3cr@news.example.org", "without a path, a name"),
    ("SITE_URL", "https://žena.example.org", "xn--"),
    ("SITE_URL", "https://news example.org", "no name of a host"),
    ("SITE_URL", "https://news.example.org,www.example.org", "no name of a host"),
    ("ALLOWED_HOSTS", "https://www.example.org", "without https://"),
    ("TRUSTED_PROXIES", "nginx", "addresses and networks"),
    ("TRUSTED_PROXIES", "127.0.0.1,0.0.0.0/0", "which is everybody"),
    ("TRUSTED_PROXIES", "::/0", "which is everybody"),
    ("EMAIL_URL", "mail.example.org", "smtp\\+tls://user"),
    ("EMAIL_URL", "smtp+tls://me:pa/ss@mail.example.org", "%2F"),
    ("EMAIL_URL", "smtp+tls://me:pa#ss@mail.example.org", "%23"),
    ("EMAIL_URL", "smtp+tls://me:s3cr@mail.example.org:submission", "smtp\\+tls://user"),
    ("EMAIL_URL", "smtp+tls://me@mail.example.org", "both user and password"),
    ("EMAIL_URL", "smtps://me:s3cr@mail.example.org?timeout=soon", "timeout="),
    ("EMAIL_URL", "file://mail", "file:///folder"),
    ("EMAIL_URL", "postmark://", "server_token"),
    ("DATABASE_URL", "mysql://me:s3cr@127.0.0.1/news", "postgres://user"),
    ("DATABASE_URL", "postgres://me:s3cr@127.0.0.1", "postgres://user"),
    ("DATABASE_URL", "postgres://me:pa/ss@127.0.0.1/news", "%2F"),
    ("DATABASE_URL", "postgres://me:pa#ss@127.0.0.1/news", "postgres://user"),
    ("DATABASE_URL", "sqlite:////proc/news/file.sqlite3", "can't be made"),
    ("DATABASE_URL", "sqlite:///news.sqlite3", "with four slashes"),
    ("DATABASE_URL", "postgres://me:s3cr@127.0.0.1/news?sslmod=require", "sslmod"),
    ("CACHE_URL", "redis://me:s3cr@127.0.0.1/0?timeout=5", "timeout"),
    ("CACHE_URL", "memcached://127.0.0.1", "redis://"),
    ("CACHE_URL", "redis://:pa/ss@127.0.0.1", "%2F"),
    ("CACHE_URL", "file://cache", "file:///"),
    ("INQUIRY_KEYS", "keys", "by its whole path"),
    ("INQUIRY_KEYS", "/proc/self", "Is a directory"),
    ("INQUIRY_KEYS", "/dev/null", "empty|everybody"),
    ("DEFAULT_FROM_EMAIL", "Newsroom", "mail address"),
    ("DEFAULT_FROM_EMAIL", "News <news@example.org", "mail address"),
    ("INQUIRY_FROM_EMAIL", "post@", "mail address"),
    ("BOUNCE_ADDRESS", "bounces", "mail address"),
    ("SECURITY_CONTACT", "security@example.org", "mailto:"),
    ("TIME_ZONE", "Vienna", "timedatectl"),
    ("TIME_ZONE", "Europe", "timedatectl"),
    ("LANGUAGE_CODE", "German", "does not have"),
    ("PORT", "http", "whole number"),
    ("PORT", "80000", "from 1 to 65535"),
    ("PORT", "0", "from 1 to 65535"),
    ("WORKERS", "0", "from 1 to"),
    ("OUTBOX_LEASE", "9", "from 10 to"),
    ("MAIL_PER_MINUTE", "-1", "from 0 to"),
    ("HSTS_SECONDS", "a year", "whole number"),
    ("CHECK_LINKS", "perhaps", "'on' or 'off'"),
    ("DATA_DIR", "/proc/newsroom", "can't be made"),
    ("DATA_DIR", "/dev/null", "must be a folder"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "told"), WRONG, ids=[f"{name}={value[:40]}" for name, value, _ in WRONG]
)
def test_a_wrong_value_is_one_line_that_names_it(settings_of, name, value, told):
    with pytest.raises(ImproperlyConfigured, match=told) as error:
        settings_of(**{name: value})
    line = str(error.value)
    assert line.startswith(name)
    assert "\n" not in line
    assert [secret for secret in ("pa/ss", "pa#ss", "s3cr") if secret in line] == []


def test_a_key_file_that_the_site_cannot_read_is_named_with_the_command_that_mends_it(
    settings_of, tmp_path, monkeypatch
):
    file = tmp_path / "keys"
    file.write_text(KEY)
    refuse = PermissionError(13, "Permission denied")
    read = type(file).read_text

    def read_text(path, *args, **more):
        if path == file:
            raise refuse  # as a mode would; the suite may run as root, who reads everything
        return read(path, *args, **more)

    monkeypatch.setattr(type(file), "read_text", read_text)
    with pytest.raises(ImproperlyConfigured, match=rf"chgrp \S+ {file} && chmod 640 {file}"):
        settings_of(INQUIRY_KEYS=str(file))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_the_data_of_another_user_is_not_touched_as_root(settings_of, tmp_path):
    (tmp_path / "data").mkdir()
    os.chown(tmp_path / "data", 65_534, 65_534)
    with pytest.raises(ImproperlyConfigured, match=r"belongs to nobody, not to root.*sudo -u nobody "):
        settings_of()


def as_nobody(path):
    """Return what a process of the user `nobody` is told of a folder."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgid(65_534)
        os.setuid(65_534)
        try:
            datafolder.checked("DATA_DIR", Path(path))
        except ImproperlyConfigured as error:
            os.write(writer, str(error).encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as told:
        return told.read()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_who_may_not_write_there_is_told_whose_it_is_or_how_to_make_it():
    assert "DATA_DIR is /etc/ssl, which belongs to root. If it holds" in as_nobody("/etc/ssl")
    assert "`install -d -m 700 -o nobody /var/nowhere/data`" in as_nobody("/var/nowhere/data")


def test_a_data_folder_that_does_not_exist_yet_is_right(tmp_path):
    assert datafolder.checked("DATA_DIR", tmp_path / "a" / "b") == tmp_path / "a" / "b"


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_a_database_that_is_off_is_one_line(tmp_path, command):
    values = {"DEMO": "on", "DATA_DIR": str(tmp_path), "PORT": str(free_port())}
    done = manage(
        command, env=clean_environment(**values, DATABASE_URL="postgres://me:s3cr@127.0.0.1:1/news")
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "The database can't be reached" in done.stderr
    assert "s3cr" not in done.stderr


def test_an_older_python_and_one_without_django_are_told_which_one_to_run():
    bare = subprocess.run([sys.executable, "-S", "manage.py"], cwd=ROOT, capture_output=True, text=True)
    assert (bare.returncode, bare.stderr.count("\n")) == (2, 1)
    assert "run .venv/bin/python manage.py" in bare.stderr
    script = (
        "import sys, runpy; sys.version_info = (3, 11, 2); runpy.run_path('manage.py', run_name='__main__')"
    )
    old = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert (old.returncode, old.stderr.count("\n")) == (2, 1)
    assert "3.12 or later, and this is 3.11" in old.stderr
