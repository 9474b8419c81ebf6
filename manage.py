#!/usr/bin/env python3
"""Run Django's commands for this project."""

import gc
import os
import sys


def stop(line, code=2):
    """End with one line on standard error."""
    sys.stderr.write(f"{line}\n")
    sys.exit(code)


def main():
    # Loading the site makes many objects that stay: newsroom/apps.py lets the collector begin when they are there.
    gc.disable()
    gc.set_threshold(50_000, 20, 50)
    # An older Python gets as far as this line: what comes before it is written for any.
    if sys.version_info < (3, 12):  # noqa: UP036
        version = ".".join(map(str, sys.version_info[:2]))
        stop(f"Newsroom needs Python 3.12 or later, and this is {version}: run .venv/bin/python manage.py.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    if sys.argv[1:2] == ["demo"]:
        os.environ.setdefault("DEMO", "on")
    try:
        from django.conf import settings
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import DatabaseError
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "django":
            raise
        stop(f"Django is not installed for {sys.executable}: run .venv/bin/python manage.py.")

    try:
        settings.DEBUG  # noqa: B018 - reads the settings, so that a missing one is one line and no traceback
    except ImproperlyConfigured as error:
        stop(error)
    try:
        execute_from_command_line(sys.argv)
    except EOFError:
        stop(
            "Nobody is there to answer: run it in a terminal, or see which options of --help answer.", code=1
        )
    except BrokenPipeError:  # whoever reads has seen enough, such as `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except DatabaseError as error:
        from newsroom.conditions import database

        line = database.in_one_line(error)
        if not line:
            raise
        stop(line, code=1)


if __name__ == "__main__":
    main()
