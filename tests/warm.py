"""Runs manage.py in processes that are forked from one with libraries loaded: a short command takes half the time.

Nothing of the site is loaded before the fork. Settings, apps and checks are read anew by each process, in its own
environment, and manage.py runs as it does when it is typed. Servers are started in the usual way.
"""

import atexit
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# What most commands load, and what asks for no settings while it is loaded.
LIBRARIES = [
    "anymail.signals", "asyncio", "axes.apps", "brotli", "certifi", "ckeditor.widgets", "concurrent.futures",
    "cryptography.fernet", "cryptography.hazmat.primitives.kdf.hkdf", "css_inline", "dj_database_url",
    "django.conf.urls", "django.contrib.admin.apps", "django.contrib.admin.options",
    "django.contrib.admin.templatetags.admin_list", "django.contrib.admin.templatetags.admin_modify",
    "django.contrib.admin.templatetags.log", "django.contrib.admin.views.main", "django.contrib.auth.apps",
    "django.contrib.auth.password_validation", "django.contrib.auth.tokens", "django.contrib.contenttypes.apps",
    "django.contrib.messages.middleware", "django.contrib.sessions.apps", "django.contrib.sessions.middleware",
    "django.contrib.sitemaps", "django.contrib.sitemaps.apps", "django.contrib.sites.shortcuts",
    "django.contrib.staticfiles.apps", "django.contrib.staticfiles.finders", "django.contrib.staticfiles.storage",
    "django.core.mail", "django.core.mail.backends.smtp", "django.core.management.commands.makemigrations",
    "django.core.management.commands.migrate", "django.core.management.commands.shell",
    "django.core.serializers.json", "django.db.backends.postgresql.base", "django.db.backends.sqlite3.base",
    "django.forms", "django.http", "django.middleware.common", "django.middleware.csp", "django.middleware.gzip",
    "django.middleware.security", "django.template.loader_tags", "django.templatetags.cache",
    "django.templatetags.l10n", "django.templatetags.tz", "django.test.signals", "django.urls",
    "django.utils.translation.reloader", "django.views.csrf", "django.views.defaults", "django.views.generic",
    "django_otp.oath", "email.parser", "idna", "inscriptis", "lxml.etree", "multiprocessing", "nh3", "PIL.features",
    "PIL.ImageCms", "PIL.ImageDraw", "PIL.TiffImagePlugin", "protego", "pyrage", "segno", "smtplib", "sqlparse",
    "ssl", "Stemmer", "tarfile", "tomllib", "tqdm", "urllib.request", "whitenoise.middleware", "xml.sax.saxutils",
    "yaml", "zoneinfo",
]  # fmt: skip


def is_possible(env):
    """Return whether Python would start in this environment as it did in ours."""
    ours = {name: value for name, value in os.environ.items() if name.startswith("PYTHON")}
    return ours == {name: value for name, value in env.items() if name.startswith("PYTHON")}


@cache
def forker():
    """Return the socket of the process that forks; it ends with ours."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.warm", str(theirs.fileno())]
    process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
    theirs.close()

    @atexit.register
    def end():
        ours.close()
        process.wait()

    return ours


def manage(*arguments, env, timeout):
    """Run a manage.py command; returns the finished process with its text, as subprocess.run() does."""
    answers, asked = socket.socketpair()
    with answers, asked, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with Path(os.devnull).open() as nothing:
            files = [nothing.fileno(), out.fileno(), err.fileno(), asked.fileno()]
            socket.send_fds(forker(), [b"x"], files)
        asked.close()
        answers.sendall(json.dumps([arguments, dict(env)]).encode())
        answers.shutdown(socket.SHUT_WR)
        pid = int(answers.recv(20))
        answers.settimeout(timeout)
        try:
            code = int(answers.recv(20))
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(arguments, timeout) from None
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(arguments, code, out.read().decode(), err.read().decode())


def wait_for_commands(requests):
    """Fork for each request; returns, inside the process that is to run it, its arguments."""
    while True:
        asked, files, _flags, _address = socket.recv_fds(requests, 1, 4)
        if not asked:
            sys.exit()  # the tests have ended
        if os.fork() == 0:
            requests.close()
            return become(*files)
        for file in files:
            os.close(file)
        with suppress(ChildProcessError):  # none is left; waiting counts their time as ours
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def become(nothing, out, err, asked):
    """Fork once more: let the parent tell how the child ends, and the child take over files and environment."""
    with socket.socket(fileno=asked) as answers:
        arguments, env = json.loads(b"".join(iter(lambda: answers.recv(65536), b"")))
        if pid := os.fork():
            answers.sendall(f"{pid:20}".encode())
            _pid, status = os.waitpid(pid, 0)
            with suppress(BrokenPipeError):  # nobody has waited so long
                answers.sendall(f"{os.waitstatus_to_exitcode(status):20}".encode())
            os._exit(0)
    for number, file in enumerate([nothing, out, err]):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(env)
    return arguments


if __name__ == "__main__":
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.freeze()
    sys.argv = ["manage.py", *wait_for_commands(socket.socket(fileno=int(sys.argv[1])))]
    sys.path[0] = str(ROOT)
    gc.unfreeze()
    runpy.run_path("manage.py", run_name="__main__")
