"""Reads the code blocks of our papers, and runs them as an operator would, below a scratch folder.

The blocks run by bash as they stand, but for the paths of the machine, which lie below the folder, and for programs that
change a machine (apt-get, useradd, systemctl and the like), which are written down and do nothing.
"""

import re
import subprocess
from typing import NamedTuple

from tests.deploy.installing import DOMAIN, Installation, in_a_shell
from tests.servers import PASSWORD, ROOT

FENCE = re.compile(
    r"^(?:<!-- test: (?P<mark>[^\n]*?) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
WAYS = {"run", "syntax", "text", "make -n"}
PLACES = [
    "etc/newsroom",
    "etc/systemd",
    "etc/nginx",
    "opt/newsroom",
    "var/lib/newsroom",
    "var/backups/newsroom",
    "usr/local/bin",
]
ABOUT_THE_FIRST_ACCOUNTS = [
    "--site-name", "Example", "--admin-username", "ann", "--admin-email", "ann@example.org", "--officer-email", "desk@example.org",
]  # fmt: skip

# What changes a machine, or asks a person, is written down instead.
QUIET = ["apt-get", "useradd", "chown", "systemctl", "editor", "nginx", "certbot"]
SUDO = """#!/bin/bash
if [ "$1" = -u ]; then shift 2; fi
case "$*" in
deploy/install.sh*) set -- "$@" --root {root} --python {python} {first}; [[ "$*" = *--dry-run* ]] || set -- "$@" --yes ;;
"newsroom init_site") set -- newsroom init_site --no-input {site} ;;
"install "*) set -- install $(echo "${{@:2}}" | sed -E 's/-[og] newsroom//g') ;;
"cp "*) cp "${{@:2}}"; find {root}/etc {root}/usr -type f -exec sed -i -E {placed} {{}} +; exit ;;
esac
exec "$@"
"""


class Block(NamedTuple):
    """A fenced block: its paper, the line where it begins, how it is tested, its language and its text."""

    paper: str
    line: int
    mark: str
    language: str
    text: str

    @property
    def way(self):
        """Return how the test treats it; what follows a comma says why."""
        return self.mark.partition(",")[0]


def blocks(paper):
    """Return every block of a paper, in order."""
    text = (ROOT / paper).read_text(encoding="utf-8")
    found = [
        Block(
            paper,
            text.count("\n", 0, match.start()) + 1,
            match["mark"] or "",
            match["language"],
            match["text"],
        )
        for match in FENCE.finditer(text)
    ]
    assert len(found) == len(re.findall(r"^```", text, re.MULTILINE)) / 2, f"{paper}: a fence does not close"
    return found


def under(heading, paper):
    """Return the blocks of a paper below one heading of the second level."""
    text = (ROOT / paper).read_text(encoding="utf-8")
    begin = text.index(f"\n## {heading}\n") + 1
    end = text.find("\n## ", begin)
    lines = text.count("\n", 0, begin), text.count("\n", 0, end if end > 0 else len(text))
    return [block for block in blocks(paper) if lines[0] < block.line <= lines[1] + 1]


class Operator:
    """Somebody who types blocks into a shell, one after the other, on a machine that is a folder."""

    def __init__(self, folder):
        self.machine = Installation(folder)
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.log = folder / "done.log"
        self.cwd = ROOT
        for place in PLACES:
            (self.machine.root / place).parent.mkdir(parents=True, exist_ok=True)
        for place in [
            "etc/nginx/sites-available",
            "etc/nginx/sites-enabled",
            "etc/systemd/system",
            "usr/local/bin",
        ]:
            (self.machine.root / place).mkdir(parents=True)
        for name in QUIET:
            self._program(name, f'#!/bin/sh\necho "{name} $*" >> {self.log}\n')
        self._program("python3", self.machine.python.read_text())
        self._program("runuser", '#!/bin/sh\nshift 3; exec "$@"\n')
        first = " ".join(ABOUT_THE_FIRST_ACCOUNTS)
        self._program("sudo", SUDO.format(
            root=self.machine.root, python=self.machine.python, first=first, site=first.replace("--site-name", "--name"),
            placed=f"'s#(^|[ =\"])/({'|'.join(PLACES)})#\\1{self.machine.root}/\\2#g'",
        ))  # fmt: skip

    def _program(self, name, text):
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def at_the_machine(self, text):
        """Return a block with the paths of the machine below the folder."""
        return re.sub(
            rf"(^|[ =>\"])/({'|'.join(PLACES)})", rf"\1{self.machine.root}/\2", text, flags=re.MULTILINE
        )

    def type(self, block, *, replace=None):
        """Run a block in the folder where the one before ended; returns what it printed. Raises AssertionError."""
        text = self.at_the_machine(block.text)
        for old, new in (replace or {}).items():
            text = text.replace(old, new)
        here = self.bin / "here"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"{text}\npwd >{here}"],
            cwd=self.cwd,
            env=in_a_shell(self.machine.env_file)
            | {
                "PATH": f"{self.bin}:{self.machine.root}/usr/local/bin:{in_a_shell('')['PATH']}",
                "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, f"{block.paper}:{block.line}\n{done.stdout}{done.stderr}"
        self.cwd = here.read_text().strip()
        return done.stdout

    @property
    def done(self):
        """Return what would have changed the machine."""
        return self.log.read_text()


__all__ = ["DOMAIN", "WAYS", "Block", "Operator", "blocks", "under"]
