"""deploy/install.sh with the libraries for real, and the site that it leaves, with a proxy that is not named."""

import sys

from tests.deploy.installing import DOMAIN, Installation, served


def test_from_nothing_to_https_with_every_library_fetched(tmp_path):
    installation = Installation(tmp_path)
    installation.python.unlink()
    installation.python.symlink_to(sys._base_executable)
    done = installation.install(
        "--domain", DOMAIN, "--yes", "--site-name", "Example", "--admin-username", "ann",
        "--admin-email", "ann@example.org", "--officer-email", "desk@example.org",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    with served(installation) as site:
        assert site.get("/")[0] == 200


def test_a_proxy_that_is_not_named_is_one_line_and_no_redirect(tmp_path):
    installation = Installation(tmp_path)
    assert installation.first().returncode == 0
    with served(installation, TRUSTED_PROXIES="") as site:
        assert [site.get("/")[0] for _ in range(3)] == [503] * 3
    lines = [line for line in site.output.read_text().splitlines() if "TRUSTED_PROXIES" in line]
    assert len(lines) == 1 and "Set TRUSTED_PROXIES=127.0.0.1" in lines[0]
