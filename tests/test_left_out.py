"""What does not run on PostgreSQL asks no database: whoever gives it one is told here."""

from pathlib import Path

from tests.conftest import WITHOUT_A_SERVER

HERE = Path(__file__).resolve().parent
ASKS = {"db", "transactional_db", "server", "make_server", "migrated_file", "file_database"}


def asks_a_database(item):
    """Return whether a test may use the server that the suite runs on."""
    return bool(
        item.get_closest_marker("django_db")
        or ASKS & set(item.fixturenames)
        or "database_url" in vars(item.module)
    )


def test_what_is_left_out_on_postgresql_asks_no_database(request):
    left_out = [HERE / path for path in WITHOUT_A_SERVER]
    assert [path for path in left_out if not path.exists()] == []
    asks = [
        item.nodeid
        for item in request.session.items
        if any(item.path.is_relative_to(path) for path in left_out) and asks_a_database(item)
    ]
    assert asks == [], "take its file out of WITHOUT_A_SERVER in tests/conftest.py"
