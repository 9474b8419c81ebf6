"""Runs the real deploy/install.sh below a scratch folder, and serves what it has installed through a real nginx."""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from tests.servers import PASSWORD, ROOT, Prepared, clean_environment, fetch, free_port, wait_until

DOMAIN = "news.example.org"

# The environment that the tests run in stands in for the one that the script would fill for a minute and a half, and
# the bytecode of this checkout for what would be compiled; `make soak` does both.
PYTHON = """#!/bin/sh
for last; do :; done
case "$1 $2" in
"-m venv") [ ! -L "$last" ] && mkdir -p "$last/bin" && cp "$0" "$last/bin/python" ;;
"-m pip") echo "pip $*" >> {log} ;;
"-m compileall")
    for folder; do
        [ -d "$folder" ] && (cd {root} &&
            find "${{folder##*/}}" -name __pycache__ -prune -exec cp -rn --parents -t "${{folder%/*}}" {{}} +)
    done; true ;;
*) exec {python} "$@" ;;
esac
"""


def in_a_shell(env_file):
    """Return the environment of an operator's shell, whose /etc/newsroom.env lies elsewhere."""
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "NEWSROOM_ENV": str(env_file)}


class Installation:
    """A scratch folder that stands for the root of a machine."""

    def __init__(self, folder):
        self.folder = folder
        self.root = folder / "root"
        self.log = folder / "pip.log"
        self.python = folder / "python3"
        self.python.write_text(PYTHON.format(python=sys.executable, log=self.log, root=ROOT))
        self.python.chmod(0o755)
        self.home = self.root / "opt" / "newsroom"
        self.env_file = self.root / "etc" / "newsroom.env"

    def install(self, *options, source=ROOT, **values):
        """Run the script; returns the finished process with its text."""
        command = [
            "bash",
            str(source / "deploy" / "install.sh"),
            "--root",
            str(self.root),
            "--python",
            str(self.python),
        ]
        return subprocess.run(
            [*command, *options],
            env=clean_environment(DJANGO_SUPERUSER_PASSWORD=PASSWORD) | values,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def first(self, *options):
        """Install a site from nothing, except that its tables come from those that the whole run shares."""
        Prepared("tables").copy_to(self.root / "var" / "lib" / "newsroom", "", "")
        return self.install(
            "--domain", DOMAIN, "--yes", "--site-name", "Example", "--admin-username", "ann",
            "--admin-email", "ann@example.org", "--officer-email", "desk@example.org", *options,
        )  # fmt: skip

    def environment(self):
        """Return what the file of variables holds."""
        return dict(re.findall(r'^(\w+)="(.*)"$', self.env_file.read_text(), re.MULTILINE))

    def manage(self, *arguments):
        """Run a command as docs/operators.md says; returns the finished process with its text."""
        current = self.home / "current"
        return subprocess.run(
            [str(current / ".venv/bin/python"), "manage.py", *arguments],
            cwd=current,
            env=in_a_shell(self.env_file),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def state(self):
        """Return every file below the folder with what tells a change, without what a look at the site writes."""
        quiet = [
            path
            for path in self.root.rglob("*")
            if "cache" not in path.parts and "__pycache__" not in path.parts
        ]
        return {
            str(path.relative_to(self.root)): (
                (status.st_mode, status.st_size, status.st_mtime_ns) if path.is_file() else (status.st_mode,)
            )
            for path in quiet
            if not re.search(r"\.sqlite3|\.lock$|/\.venv/", str(path))
            for status in [path.lstat()]
        }

    @staticmethod
    def changed(before, after):
        """Return what differs between two states, by name: all of them together would be thousands of lines."""
        return {
            name: (before.get(name), after.get(name))
            for name in before.keys() | after.keys()
            if before.get(name) != after.get(name)
        }


def on_ports(text, folder, http, https, site):
    """Return nginx's file of the site on ports that anybody may open, for a whole nginx in a folder of its own."""
    text = re.sub(r"listen \[::\].*\n", "", text)
    text = text.replace("listen 443", f"listen 127.0.0.1:{https}").replace(
        "listen 80", f"listen 127.0.0.1:{http}"
    )
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{site}").replace("/var/log/nginx", str(folder))
    return (
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;\n"
        + ("user root;\n" if os.geteuid() == 0 else "")
        + "events {}\nhttp {\n"
        + "".join(
            f"{name}_temp_path {folder}/{name};\n"
            for name in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        )
        + f"{text}\n}}\n"
    )


@contextmanager
def process(command, **more):
    """Run a process, and end it."""
    running = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **more)
    try:
        yield running
    finally:
        running.terminate()
        running.wait(30)


class Served:
    """A site that answers over https: asked by its name, at a port of this machine."""

    def __init__(self, http, https, site, certificate, output):
        self.http, self.https, self.site = http, https, site
        self.certificate, self.output = certificate, output
        self.trust = ssl.create_default_context(cafile=str(certificate))

    def get(self, path="/"):
        """Return status, headers and text of a page, whose certificate has to be that of the name."""

        class ByName(http.client.HTTPSConnection):
            def connect(self):
                self.sock = self._context.wrap_socket(
                    socket.create_connection(("127.0.0.1", self.port), 20), server_hostname=DOMAIN
                )

        asked = ByName("127.0.0.1", self.https, context=self.trust, timeout=20)
        asked.request("GET", path, headers={"Host": DOMAIN})
        answer = asked.getresponse()
        return answer.status, answer.headers, answer.read().decode()

    def redirect(self, path="/"):
        """Return where plain http sends a visitor."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.http}{path}", headers={"Host": DOMAIN})

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_):
                return None

        try:
            urllib.request.build_opener(Stay).open(request, timeout=20)
        except urllib.error.HTTPError as error:
            return error.code, error.headers["Location"]
        raise AssertionError("no redirect")


@contextmanager
def served(installation, **values):
    """Serve an installation as its unit does, behind nginx with the file that was installed."""
    folder = Path(installation.folder) / "nginx"
    folder.mkdir()
    http, https, site = free_port(), free_port(), free_port()
    text = (installation.root / "etc/nginx/sites-available/newsroom").read_text()
    (folder / "nginx.conf").write_text(on_ports(text, folder, http, https, site))
    unit = (installation.root / "etc/systemd/system/newsroom.service").read_text()
    command = re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)[1].split()
    with installation.env_file.open("a") as file:
        file.write(f"PORT={site}\n")
    env = clean_environment() | {"DEMO": "", "NEWSROOM_ENV": str(installation.env_file)} | values
    output = folder / "site.log"
    with (
        output.open("w") as log,
        process(command, cwd=installation.home / "current", env=env, stdout=log, stderr=log) as running,
        process(
            [shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"), "-c", str(folder / "nginx.conf")],
            stderr=log,
        ),
    ):
        wait_until(lambda: "Newsroom is at" in output.read_text() or running.poll() is not None, 60)
        assert running.poll() is None, output.read_text()
        wait_until(lambda: reaches(http), 20)
        yield Served(http, https, site, installation.root / "etc/newsroom-tls/fullchain.pem", output)


def reaches(port):
    """Return whether something answers http there."""
    try:
        fetch(f"http://127.0.0.1:{port}/.well-known/acme-challenge/none")
    except OSError:
        return False
    return True
