"""The suite's environment, set before Django reads its settings (pytest loads this with -p)."""

import atexit
import os
import secrets
import shutil
import sys
import tempfile

# One word for the whole run, which the processes of pytest-xdist inherit: they share one loaded demo.
FIRST_PROCESS = "NEWSROOM_TEST_RUN" not in os.environ
os.environ.setdefault("NEWSROOM_TEST_RUN", secrets.token_hex(6))

# Tests start many short processes: without bytecode each would compile the whole site for a quarter of its time.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

data_dir = tempfile.mkdtemp(prefix="newsroom-tests-")
atexit.register(shutil.rmtree, data_dir, ignore_errors=True)

for name in [
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "SITE_URL",
    "EMAIL_URL",
    "FILES_URL",
    "BACKUP_TO",
    "BACKUP_PASSPHRASE",
    "BACKUP_KEY_FILE",
    "BACKUP_KEEP",
    "INQUIRY_KEYS",
    "INQUIRY_FROM_EMAIL",
    "DEBUG",
    "DEMO_PASSWORD",
    "PORT",
    "HOST",
    "TRUSTED_PROXIES",
    "REQUIRE_2FA",
    "REQUIRE_2FA_DAYS",
    "SESSION_HOURS",
    "SESSION_IDLE_HOURS",
]:
    os.environ.pop(name, None)
os.environ.setdefault("NEWSROOM_ENV", os.devnull)  # never that of a site on this machine
os.environ |= {
    "DEMO": "on",
    "CHECK_LINKS": "off",
    "DATA_DIR": data_dir,
    "CACHE_URL": f"file://{data_dir}/cache",
}
# A commit waits for no disk: tests kill processes of the site, and servers of databases in tests/soak/cluster.py alone.
os.environ["PGOPTIONS"] = "-c synchronous_commit=off"
