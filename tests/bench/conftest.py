"""Prints the table of a bench at its end, and keeps that of a whole run that passed in RESULTS.md."""

import pytest

from tests.bench import results


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """Print the table."""
    if results.rows:
        terminalreporter.write_line(f"\n{results.table()}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write RESULTS.md after a run of all benches in which none failed."""
    whole = not session.config.getoption("keyword") and all("::" not in arg for arg in session.config.args)
    folders = [arg for arg in session.config.args if arg.rstrip("/").endswith("tests/bench")]
    if results.rows and whole and folders and exitstatus == 0:
        results.write()
