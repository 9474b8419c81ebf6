"""An installation as operators have it: releases side by side, and a symlink that names the one that is served."""

import io
import itertools
import os
import shutil
import subprocess
import sys
import tarfile
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.servers import ROOT, Server, fetch, wait_until

PARTS = ["newsroom", "articles", "newsletter", "inquiries", "templates", "static", "locale", "fixtures", "requirements",
         "manage.py", "pyproject.toml"]  # fmt: skip
BEFORE = "f4e080b"  # the last commit without `manage.py upgrade`


class Installation:
    """Its folder, its site (a database and its data) and its releases."""

    def __init__(self, folder, database_url="", **values):
        self.folder = folder
        (folder / "releases").mkdir(parents=True)
        self.link = folder / "current"
        self.site = Server(database_url, **values)
        self.site.process = None

    def add(self, name, change=None):
        """Add the code of today as a release; change(folder) may change it."""
        folder = self.folder / "releases" / name
        folder.mkdir()
        for part in PARTS:
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, folder / part)
            elif (ROOT / part).exists():
                shutil.copy2(ROOT / part, folder / part)
        return self._finish(folder, change)

    def add_before(self):
        """Add the commit before; skips where the history does not reach so far."""
        archive = subprocess.run(["git", "archive", BEFORE], cwd=ROOT, capture_output=True, check=False)
        if archive.returncode:
            pytest.skip(f"The history of this copy does not hold {BEFORE}: a shallow clone.")
        folder = self.folder / "releases" / "before"
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
            tar.extractall(folder, filter="data")
        return self._finish(folder, _without_compression)

    def _finish(self, folder, change=None):
        (folder / ".venv").symlink_to(Path(sys.executable).parent.parent)
        os.utime(folder / "requirements" / "base.txt", (0, 0))  # the environment is older than this copy
        if change is not None:
            change(folder)
        return folder

    def serve(self, folder):
        """Let the link name a release, and serve that as a service would."""
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(folder)
        self.start()

    def commands(self):
        """Return options that say how the site is stopped and started: scripts, as other supervisors than ours have."""
        scripts = {
            "stop": "test -e pid || exit 0\nkill $(cat pid)\nwhile grep -qs '^State:.[^Z]' /proc/$(cat pid)/status; do sleep 0.05; done\nrm pid\n",
            "start": f"cd current\nsetsid .venv/bin/python manage.py serve >>{self.folder}/log 2>&1 </dev/null &\necho $! >{self.folder}/pid\n",
        }
        for name, text in scripts.items():
            (self.folder / name).write_text(f"#!/bin/sh\ncd {self.folder}\n{text}")
            (self.folder / name).chmod(0o700)
        return [f"--{name}={self.folder / name}" for name in scripts]

    def start_by_command(self, folder):
        """Let the link name a release, and serve that by the script."""
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(folder)
        subprocess.run([self.folder / "start"], env=self.site.env, check=True)
        wait_until(lambda: is_served(self.site.url), 120)

    @property
    def log(self):
        """Return what the site has written that was started by the script."""
        return (self.folder / "log").read_text()

    def start(self):
        site = self.site
        site.lines.clear()
        site.process = subprocess.Popen(
            [str(self.link / ".venv/bin/python"), "manage.py", "serve"],
            cwd=self.link,
            env=site.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=site._read, args=[site.process, threading.Event()], daemon=True).start()
        wait_until(lambda: "Newsroom is at" in site.output or site.process.poll() is not None, 120)
        assert site.process.poll() is None, site.output

    def manage(self, folder, *arguments, timeout=300, **values):
        """Run a command of a release; returns the finished process with its text."""
        return subprocess.run(
            self.command(folder, *arguments),
            cwd=self.folder,
            env=self.site.env | values,
            capture_output=True,
            text=True,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
        )

    @staticmethod
    def command(folder, *arguments):
        return [str(folder / ".venv/bin/python"), str(folder / "manage.py"), *arguments]

    def begin(self, folder, *arguments, **values):
        """Start a command of a release beside the test."""
        return subprocess.Popen(
            self.command(folder, *arguments),
            cwd=self.folder,
            env=self.site.env | values,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def watch(self, folder, *arguments):
        """Run a command of a release to its end; returns its exit code, and its lines with the time at which each came."""
        process = self.begin(folder, *arguments)
        lines = [(time.monotonic(), line) for line in process.stdout]
        return process.wait(), lines

    def run(self, folder, code):
        """Run code inside a release, and return what it printed."""
        done = self.manage(folder, "shell", "--no-imports", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def remove(self):
        if (self.folder / "pid").exists():
            subprocess.run([self.folder / "stop"], check=True)
        self.site.remove()


def _without_compression(folder):
    """Let a release collect its static files as they are: it compresses them for ten seconds, and no test asks for them."""
    storage = folder / "newsroom" / "staticstorage.py"
    text = storage.read_text().replace(
        "from whitenoise.storage import CompressedManifestStaticFilesStorage",
        "from django.contrib.staticfiles.storage import ManifestStaticFilesStorage",
    )
    storage.write_text(text.replace("(CompressedManifestStaticFilesStorage)", "(ManifestStaticFilesStorage)"))


def is_served(url):
    """Return whether pages can be served there."""
    with suppress(OSError):
        return fetch(f"{url}/healthz", timeout=5)[0] == 200
    return False


def _time_aside(lines):
    """Return when a site began to stand aside and when it had switched; a line is written once its step is done."""
    aside = next(n for n, (_when, line) in enumerate(lines) if line.startswith("The site stands aside"))
    return lines[aside - 1][0], next(when for when, line in lines if line.startswith("Switched"))


class Visitor:
    """Asks for a page so many times a second from threads of its own, and notes what came back."""

    def __init__(self, url, rate=50):
        self.url, self.rate = url, rate
        self.answers = []  # (asked, answered, status)
        self.errors = []  # in words, of those with status 0
        self.over = threading.Event()
        self.asking = ThreadPoolExecutor(60)
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self.began = time.monotonic()
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        self.asking.shutdown(wait=True)

    def _run(self):
        while not self.over.wait(1 / self.rate):
            self.asking.submit(self._ask, time.monotonic())

    def _ask(self, asked):
        try:
            with urllib.request.urlopen(self.url, timeout=15) as response:
                response.read()
                status = response.status
        except urllib.error.HTTPError as error:
            status = error.code
        except OSError as error:
            status = 0
            self.errors.append(f"{error!r} after {time.monotonic() - asked:.1f} s")
        self.answers.append((asked, time.monotonic(), status))

    @property
    def down(self):
        """Return the longest time in seconds in which no page came."""
        served = sorted(answered for _asked, answered, status in self.answers if status == 200)
        return max((after - before for before, after in itertools.pairwise(served)), default=0.0)

    def failed_outside(self, *runs):
        """Return the answers that were no pages although the site did not stand aside, by the lines of each run."""
        times = [_time_aside(lines) for lines in runs]
        return [
            (asked, answered, status)
            for asked, answered, status in self.answers
            if status != 200 and not any(answered >= begins and asked <= ends for begins, ends in times)
        ]

    @property
    def failed(self):
        """Return how many requests got no page."""
        return sum(status != 200 for _asked, _answered, status in self.answers)
