"""deploy/Containerfile, whose steps run one after the other in scratch folders: no container engine runs in the tests.

What that can't show: that the base image is what it was, that the user is another one, and that the layers fit together.
"""

import os
import re
import shlex
import shutil
import subprocess

import pytest
import yaml

from tests.deploy.blocks import Operator
from tests.deploy.installing import process
from tests.deploy.test_install import tool
from tests.servers import ROOT, Prepared, fetch, free_port, wait_until

FILE = ROOT / "deploy" / "Containerfile"
IN_IMAGE = re.compile(r"(?<![\w./-])/(newsroom|var/lib/newsroom)\b")


def instructions():
    """Return the instructions of the file as pairs: word and rest, in order."""
    text = re.sub(r"^#.*\n", "", FILE.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [tuple(line.split(maxsplit=1)) for line in text.splitlines() if line.strip()]


class Image:
    """What the instructions leave: the folder of the last stage, its variables and its words."""

    def __init__(self, folder):
        self.folder, self.stages, self.env, self.words = folder, {}, {}, {}
        self.operator = Operator(folder)
        self.operator._program("groupadd", f'#!/bin/sh\necho "groupadd $*" >> {self.operator.log}\n')
        self.operator._program("install", '#!/bin/sh\nexec /usr/bin/install -d -m 700 "${8}"\n')
        self.operator._program("python", self.operator.machine.python.read_text())
        for word, rest in instructions():
            getattr(self, f"_{word.lower()}", self._note)(rest, word)

    def _note(self, rest, word):
        self.words[word] = rest

    def _from(self, rest, _word):
        image, _as, name = rest.partition(" AS ")
        self.root = self.folder / (name or "last")
        (self.root / "var/lib").mkdir(parents=True)
        self.stages[name] = self.root
        assert re.fullmatch(r"docker\.io/library/python:3\.1[3-9]-slim-\w+", image)

    def _copy(self, rest, _word):
        *sources, target = shlex.split(rest)
        base = ROOT
        if sources[0].startswith("--from="):
            base = self.stages[sources.pop(0).removeprefix("--from=")]
        place = self.root / target.lstrip("/")
        for source in sources:
            found = base / source.lstrip("/")
            assert found.exists(), f"COPY {source}: there is no such file"
            if found.is_dir():
                shutil.copytree(found, place, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                into = place / found.name if target.endswith("/") else place
                into.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(found, into)

    def _run(self, rest, _word):
        command = IN_IMAGE.sub(lambda found: f"{self.root}/{found[1]}", rest)
        done = subprocess.run(["sh", "-c", command], cwd=self.root, capture_output=True, text=True, timeout=120,
                              env={"PATH": f"{self.operator.bin}:{os.environ['PATH']}"})  # fmt: skip
        assert done.returncode == 0, f"RUN {rest}\n{done.stderr}"

    def _env(self, rest, _word):
        self.env |= dict(pair.split("=", 1) for pair in shlex.split(rest))

    def start(self, **values):
        """Return command, environment and folder with which an engine would start it."""
        entry = yaml.safe_load(self.words["ENTRYPOINT"]) + yaml.safe_load(self.words["CMD"])
        env = self.env | {"PATH": os.environ["PATH"], "HOST": "127.0.0.1"} | values
        env["DATA_DIR"] = str(self.root / self.env["DATA_DIR"].lstrip("/"))
        return (
            [str(self.root / entry[0].lstrip("/")), *entry[1:]],
            env,
            self.root / self.words["WORKDIR"].lstrip("/"),
        )

    def health(self, env):
        """Return the exit code of the health check."""
        command = yaml.safe_load(self.words["HEALTHCHECK"].partition("CMD ")[2])
        return subprocess.run(
            [str(self.root / command[0].lstrip("/")), *command[1:]], env=env, capture_output=True
        ).returncode


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    return Image(tmp_path_factory.mktemp("image"))


def test_libraries_come_by_hash_into_an_image_that_is_not_root_s(image):
    assert "--require-hashes -r" in image.operator.machine.log.read_text()
    user, group = image.words["USER"].split(":")
    assert (
        int(user) > 0 and f"--uid {user}" in image.operator.done and f"--gid {group}" in image.operator.done
    )
    assert image.words["VOLUME"] == image.env["DATA_DIR"] == "/var/lib/newsroom"
    assert {path.name for path in (image.root / "newsroom").iterdir()} & {
        "tests",
        ".git",
        "var",
        ".env",
    } == set()


@pytest.mark.parametrize("kind", ["demo", "tables"])
def test_it_serves_the_demo_and_a_real_site_and_says_that_it_is_healthy(image, kind):
    values = {"DEMO": "on"} if kind == "demo" else {
        "SECRET_KEY": "kite orchard harbour lantern meadow",
        "SITE_URL": "https://news.example.org",
        "EMAIL_URL": "smtp://127.0.0.1:2525",
        "INQUIRY_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "NEWSROOM_ENV": os.devnull,
    }  # fmt: skip
    command, env, folder = image.start(PORT=str(free_port()), WORKERS="1", **values)
    shutil.rmtree(env["DATA_DIR"])
    Prepared(kind).copy_to(env["DATA_DIR"], "", "")
    log = image.folder / f"{kind}.log"
    assert image.health(env) != 0
    with (
        log.open("w") as output,
        process(command, cwd=folder, env=env, stdout=output, stderr=output) as running,
    ):
        wait_until(lambda: "Newsroom is at" in log.read_text() or running.poll() is not None, 60)
        assert running.poll() is None, log.read_text()
        assert image.health(env) == 0
        if kind == "demo":
            assert fetch(f"http://127.0.0.1:{env['PORT']}/news/")[0] == 200
    assert running.returncode == 0


def test_another_word_is_a_command(image):
    (entry, *_), env, folder = image.start()
    done = subprocess.run(
        [entry, "init_site", "--help"], cwd=folder, env=env | {"DEMO": "on"}, capture_output=True, text=True
    )
    assert "--admin-username" in done.stdout


def test_its_files_pass_their_verifiers(tmp_path):
    services = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]
    assert services["site"]["build"]["dockerfile"] == "deploy/Containerfile"
    caddy = ["validate", "--adapter", "caddyfile", "--config", ROOT / "deploy" / "Caddyfile.container"]
    env = os.environ | {"HOME": str(tmp_path)}
    assert subprocess.run([tool("caddy", "caddy"), *caddy], capture_output=True, env=env).returncode == 0
    shellcheck = [tool("shellcheck", "shellcheck"), ROOT / "deploy" / "container-start"]
    assert subprocess.run(shellcheck, capture_output=True).returncode == 0
    if shutil.which("hadolint"):
        done = subprocess.run(["hadolint", FILE], capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (0, "")
