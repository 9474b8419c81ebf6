"""`manage.py flush` empties the tables of models; the table of terms, which is none of them, follows here."""

from django.db import connection

from ..models import Document
from . import store


def forget_terms(**_signal) -> None:
    """Take away the terms of every document where no document is left."""
    if Document._meta.db_table in connection.introspection.table_names() and not Document.objects.exists():
        store.current().delete(store.current().keys())
