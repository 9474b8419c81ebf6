"""`make bench`: result pages, saves and the reindex of a site with 100,000 articles of 400 words.

The site is made once and kept: in BENCH_FOLDER (default: bench/ in the temporary folder), on PostgreSQL in
a database named newsroom_bench. BENCH_ARTICLES makes it smaller.
"""

import json
import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.conftest import database_url
from tests.servers import clean_environment, manage

ARTICLES = int(os.environ.get("BENCH_ARTICLES", 100_000))
FOLDER = Path(os.environ.get("BENCH_FOLDER") or Path(tempfile.gettempdir(), "newsroom-bench"))
NAME = f"newsroom_bench_{ARTICLES}"
PATIENCE = 3600  # seconds


def environment():
    """Return the environment of the kept site; its database is made where it is missing."""
    kind = "postgresql" if database_url() else "sqlite"
    folder = FOLDER / f"{kind}-{ARTICLES}"
    folder.mkdir(parents=True, exist_ok=True)
    values = {"DEMO": "on", "DATA_DIR": str(folder)}
    if database_url():
        import psycopg

        with psycopg.connect(database_url(), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                connection.execute(f"CREATE DATABASE {NAME}")
        values["DATABASE_URL"] = urlunsplit(urlsplit(database_url())._replace(path=f"/{NAME}"))
    return folder, clean_environment(**values)


def run(env, call):
    done = manage(
        "shell",
        "--no-imports",
        "-c",
        f"from tests.bench import searching; searching.{call}",
        env=env,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_search_in_100_000_articles():
    folder, env = environment()
    if not (folder / "made").exists():
        assert manage("migrate", env=env).returncode == 0
        (folder / "made").write_text(run(env, f"build({ARTICLES})"))
    print(f"\n{(folder / 'made').read_text().strip()}")
    figures = json.loads(run(env, "measure()").splitlines()[-1])
    for name, value in figures.items():
        print(f"{name}: {value:.1f}")
    if database_url():
        for words in ["1 %", "all"]:
            ratio = figures[f"page, word in {words}"] / figures[f"bare, word in {words}"]
            print(f"page against its bare statements, word in {words}: {ratio:.2f} (limit 1.5)")
        assert figures["page, word in all"] < 1000
