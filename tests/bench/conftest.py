"""Prints the table of a bench at its end, and keeps that of a whole run in RESULTS.md, with what it missed."""

import pytest

from tests.bench import results


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """Print the table."""
    if results.rows:
        terminalreporter.write_line(f"\n{results.table()}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note a bench that missed its limit, or could not be measured."""
    if report.failed and "tests/bench/" in report.nodeid:
        results.missed.append(report.nodeid.rpartition("/")[2])


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write RESULTS.md after a run of all benches."""
    whole = not session.config.getoption("keyword") and all("::" not in arg for arg in session.config.args)
    folders = [arg for arg in session.config.args if arg.rstrip("/").endswith("tests/bench")]
    if (
        results.rows
        and whole
        and folders
        and exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
    ):
        results.write()
