"""The code blocks of the README and of docs/operators.md, typed as they stand: they lead to a site at https."""

import os
import re
import subprocess

import pytest

from tests.deploy.blocks import DOMAIN, WAYS, Operator, blocks, under
from tests.deploy.installing import served
from tests.deploy.test_install import tool
from tests.servers import ROOT, Prepared

# What is not ready when the blocks have run: the test has no name in the DNS, no mail server and no NTP, and the desk's
# limits of confidence are for the people of a site to write. The worker may still be about to make the first backup.
LEFT_OUT = {"clock", "inquiries", "mail entries", "mail", "certificate", "backup", "backup restores"}
PAPERS = ["README.md", "docs/operators.md"]
BLOCKS = [block for paper in PAPERS for block in blocks(paper)]
SHELL = [block for block in BLOCKS if block.language == "sh"]


def named(block):
    return f"{block.paper}:{block.line}"


@pytest.mark.parametrize("block", BLOCKS, ids=named)
def test_every_block_says_its_language_and_how_it_is_tested(block):
    assert block.language in {"sh", "text"}
    assert block.way in WAYS, "put <!-- test: run --> (or syntax, with the reason) on the line before it"
    assert (block.language == "text") == (block.way == "text")
    assert block.way != "syntax" or block.mark.startswith("syntax, ")


@pytest.mark.parametrize("block", SHELL, ids=named)
def test_every_block_is_sound_shell(block, tmp_path):
    (tmp_path / "block.sh").write_text(f"#!/bin/bash\n{block.text}")
    done = subprocess.run(
        [tool("shellcheck", "shellcheck"), "--exclude=SC2164", str(tmp_path / "block.sh")],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.way == "make -n"], ids=named)
def test_every_target_of_make_is_there(block):
    for line in block.text.splitlines():
        done = subprocess.run(
            [*line.partition("#")[0].split(), "-n"], cwd=ROOT, capture_output=True, text=True, env=os.environ
        )
        assert done.returncode == 0, done.stderr


def has_tables(operator):
    """Spare the minute that migrating takes: the tables are those that the whole run shares."""
    Prepared("tables").copy_to(operator.machine.root / "var/lib/newsroom", "", "")


def test_the_blocks_of_the_readme_lead_to_a_site_at_https(tmp_path):
    tool("nginx", "nginx")
    operator = Operator(tmp_path)
    has_tables(operator)
    install, look = under("A real site", "README.md")
    operator.type(install)
    assert "systemctl restart newsroom" in operator.done
    with served(operator.machine) as site:
        status, headers, text = site.get()
        assert (status, "Example" in text) == (200, True)
        assert headers["Strict-Transport-Security"]
        assert site.get("/healthz")[::2] == (200, "ok\n")
        assert site.get("/admin/login/")[0] == 200
        assert site.redirect("/news/") == (301, f"https://{DOMAIN}/news/")
        found = operator.type(look)
        assert " 0 failing" in f" {found.splitlines()[-1]}", found
        unready = found.partition("Not ready\n")[2].partition("\n\n")[0]
        assert set(re.findall(r"^  (\S+(?: \S+)*)  ", unready, re.MULTILINE)) <= LEFT_OUT, unready
    assert "Traceback" not in site.output.read_text()
    assert operator.type(under("Start here", "docs/operators.md")[0]).count("Nothing to do") == 2


def test_the_blocks_by_hand_lead_to_the_same(tmp_path):
    tool("nginx", "nginx")
    operator = Operator(tmp_path)
    for block in under("By hand", "docs/operators.md"):
        if block.way == "run":
            operator.type(block)
        if "/var/lib/newsroom /var/backups" in block.text:
            has_tables(operator)
    for line in ["useradd --system", "apt-get install", "enable --now newsroom", "nginx -t"]:
        assert line in operator.done
    modes = {"etc/newsroom.env": 0o640, "etc/newsroom-inquiry-keys": 0o640, "var/lib/newsroom": 0o700}
    assert {name: (operator.machine.root / name).stat().st_mode & 0o777 for name in modes} == modes
    with served(operator.machine) as site:
        assert site.get("/")[0] == 200
        ports = {
            ":8000/": f":{site.site}/",
            f"{':443:'}": f":{site.https}:",
            "https://news.example.org/": f"https://news.example.org:{site.https}/",
        }
        [asked] = under("https", "docs/operators.md")
        trusted = {"curl ": f"curl --silent --show-error --fail --cacert {site.certificate} "}
        assert operator.type(asked, replace=ports | trusted).count("</html>") == 2
