"""deploy/install.sh: from nothing to an installation, and a second run that changes nothing."""

import os
import re
import shutil
import subprocess

import pytest

from tests.deploy.installing import DOMAIN, Installation, on_ports
from tests.servers import ROOT

PATH = f"{os.environ['PATH']}:/usr/sbin"


def tool(name, package):
    """Return the path of a program, or skip; with REQUIRE_BROWSER=1, as in .ci/run, every tool has to be there."""
    found = shutil.which(name, path=PATH)
    if found is None and os.environ.get("REQUIRE_BROWSER") != "1":
        pytest.skip(f"{name} is missing: `apt-get install {package}` brings it.")
    return found


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Return an installation, and what the script said."""
    installation = Installation(tmp_path_factory.mktemp("install"))
    done = installation.first()
    assert done.returncode == 0, done.stdout + done.stderr
    installation.said = done.stdout
    return installation


def test_a_dry_run_prints_the_steps_and_changes_nothing(tmp_path):
    installation = Installation(tmp_path)
    done = installation.install("--domain", DOMAIN, "--dry-run")
    assert done.returncode == 0, done.stderr
    for step in ["releases/", "newsroom.env", "migrate", "init_site", "newsroom.service", "nginx"]:
        assert step in done.stdout
    assert done.stdout.endswith("Nothing was changed.\n")
    assert not installation.root.exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "--domain is missing"),
        (["--domain", "https://news.example.org"], "must be a name"),
        (["--domain"], "--domain needs a value"),
        (["--domain", DOMAIN, "--database", "mysql"], "sqlite or postgresql"),
        (["--domain", DOMAIN, "--proxy", "apache"], "nginx, caddy or none"),
        (["--domain", DOMAIN, "--certificate", "/nowhere"], "--certificate needs --certificate-key"),
        (["--domain", DOMAIN, "--contact", "me"], "no mail address"),
        (["--domain", DOMAIN, "--source", "/etc"], "no manage.py in /etc"),
        (["--domian", DOMAIN], "unknown option --domian"),
        (["--domain", DOMAIN], "--yes goes on without"),
    ],
)
def test_a_wrong_option_is_one_line_and_changes_nothing(tmp_path, options, told):
    installation = Installation(tmp_path)
    done = installation.install(*options)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert told in done.stderr
    assert not installation.root.exists()


def test_nothing_of_a_developers_tools_is_copied(installed):
    tools = {
        ".git",
        ".venv",
        "var",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".hypothesis",
        "staticfiles",
    }
    release = (installed.home / "current").resolve()
    assert {path.name for path in release.iterdir()} & tools == {".venv"}


def test_every_key_is_made_and_closed_to_others(installed):
    values = installed.environment()
    assert values["SITE_URL"] == f"https://{DOMAIN}"
    assert len(values["SECRET_KEY"]) >= 64
    assert values["DATA_DIR"] == str(installed.root / "var/lib/newsroom")
    modes = {
        "etc/newsroom.env": 0o640,
        "etc/newsroom-inquiry-keys": 0o640,
        "etc/newsroom-backup-key": 0o640,
        "etc/newsroom-tls/privkey.pem": 0o600,
        "var/lib/newsroom": 0o700,
        "var/backups/newsroom": 0o700,
    }
    assert {name: (installed.root / name).stat().st_mode & 0o777 for name in modes} == modes
    key = (installed.root / "etc/newsroom-backup-key").read_text().strip()
    assert installed.said.count(key) == 1
    assert values["SECRET_KEY"] not in installed.said


def test_libraries_are_installed_by_their_hashes(installed):
    release = (installed.home / "current").resolve()
    assert f"--require-hashes -r {release}/requirements/base.txt" in installed.log.read_text()


def test_a_second_run_changes_nothing_and_says_so(installed):
    before = installed.state()
    done = installed.install("--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout == f"Nothing to do: https://{DOMAIN} is installed, and every step is as it should be.\n"
    )
    assert installed.changed(before, installed.state()) == {}


def test_it_reads_a_file_of_variables_that_somebody_has_edited(installed):
    before = installed.env_file.read_text()
    installed.env_file.write_text(
        before.replace(f'SITE_URL="https://{DOMAIN}"', f"SITE_URL = 'https://{DOMAIN}/' ")
    )
    done = installed.install("--yes", "--domain", DOMAIN)
    installed.env_file.write_text(before)
    assert (done.returncode, done.stderr) == (0, "")


def test_another_name_than_that_of_the_variables_is_refused_with_both_ways_out(installed):
    before = installed.state()
    done = installed.install("--yes", "--domain", "www.example.net")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert f"give --domain {DOMAIN}, or change SITE_URL there first" in done.stderr
    assert installed.changed(before, installed.state()) == {}


def test_a_run_that_was_interrupted_is_finished_by_running_again(installed):
    before, variables = installed.state(), installed.env_file.read_text()
    (installed.root / "etc/nginx/sites-enabled/newsroom").unlink()
    (installed.root / "etc/systemd/system/newsroom.service").unlink()
    (installed.home / "current").unlink()
    (installed.home / "releases" / f"{version()}.part").mkdir()
    done = installed.install("--yes")
    assert done.returncode == 0, done.stderr
    assert "  - let nginx serve" in done.stdout and "  - install the service" in done.stdout
    assert "* make the key" not in done.stdout and "* begin the site" not in done.stdout
    assert installed.env_file.read_text() == variables
    (installed.home / "releases" / f"{version()}.part").rmdir()
    assert installed.state().keys() == before.keys()


def version():
    """Return the version of this code."""
    return re.search(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]


def test_another_version_is_laid_beside_and_left_to_the_upgrade(installed, tmp_path):
    source = tmp_path / "source"
    shutil.copytree(
        (installed.home / "current").resolve(), source, symlinks=True, ignore=shutil.ignore_patterns(".venv")
    )
    text = (source / "pyproject.toml").read_text()
    (source / "pyproject.toml").write_text(text.replace(f'version = "{version()}"', 'version = "9.9.9"'))
    done = installed.install("--yes", source=source)
    assert done.returncode == 0, done.stderr
    assert f"sudo newsroom upgrade {installed.home}/releases/9.9.9" in done.stdout
    assert (installed.home / "current").resolve().name == version()
    shutil.rmtree(installed.home / "releases" / "9.9.9")


def test_other_code_of_the_same_version_is_told_and_can_be_laid_beside(installed, tmp_path):
    source, before = tmp_path / "source", installed.state()
    shutil.copytree(
        (installed.home / "current").resolve(), source, symlinks=True, ignore=shutil.ignore_patterns(".venv")
    )
    with (source / "newsroom" / "urls.py").open("a") as file:
        file.write("# mended\n")
    done = installed.install("--yes", source=source)
    assert done.returncode == 0, done.stderr
    assert f"--release {version()}-2 lays it beside" in done.stdout
    assert installed.changed(before, installed.state()) == {}
    beside = installed.home / "releases" / f"{version()}-2"
    done = installed.install("--yes", "--release", beside.name, source=source)
    assert done.returncode == 0, done.stderr
    assert f"sudo newsroom upgrade {beside}" in done.stdout
    assert (beside / "newsroom" / "urls.py").read_text().endswith("# mended\n")
    assert (installed.home / "current").resolve().name == version()
    shutil.rmtree(beside)


def test_the_unit_passes_systemd_s_own_verifier(installed):
    unit = installed.root / "etc/systemd/system/newsroom.service"
    done = subprocess.run(
        [tool("systemd-analyze", "systemd"), "verify", str(unit)], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Restart=always" in unit.read_text()


def test_nginx_accepts_its_file(installed, tmp_path):
    text = (installed.root / "etc/nginx/sites-available/newsroom").read_text()
    (tmp_path / "nginx.conf").write_text(on_ports(text, tmp_path, 8081, 8444, 8001))
    done = subprocess.run(
        [tool("nginx", "nginx"), "-t", "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "syntax is ok" in done.stderr


def test_caddy_accepts_its_file(tmp_path):
    command = [
        tool("caddy", "caddy"),
        "validate",
        "--adapter",
        "caddyfile",
        "--config",
        ROOT / "deploy" / "Caddyfile",
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env=os.environ | {"HOME": str(tmp_path)}
    )
    assert done.returncode == 0, done.stderr
    assert '"level":"warn"' not in done.stderr


@pytest.mark.parametrize("script", ["deploy/install.sh", "deploy/newsroom", ".ci/run"])
def test_shellcheck_finds_nothing_in(script):
    done = subprocess.run(
        [tool("shellcheck", "shellcheck"), ROOT / script], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_a_python_that_can_not_be_used_is_named(tmp_path):
    installation = Installation(tmp_path)
    done = installation.install("--domain", DOMAIN, "--yes", "--python", "/bin/false")
    assert done.returncode == 1
    assert "--python /bin/false can't be used" in done.stderr
    assert "stopped at: find a Python" in done.stderr
    assert not installation.home.exists()
