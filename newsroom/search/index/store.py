"""The store of the terms: that of the database in use."""

from django.db import connection

from . import postgresql, sqlite


def of(database):
    """Return the module that keeps terms in the database of this connection."""
    return {"sqlite": sqlite, "postgresql": postgresql}[database.vendor]


def current():
    """Return the module that keeps terms in the site's database."""
    return of(connection)
