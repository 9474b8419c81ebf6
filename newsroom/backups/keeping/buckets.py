"""The bucket of BACKUP_TO: every call is bounded in time, and every error is an OSError."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def bucket_of(
    options: dict[str, Any], patience: float
) -> tuple[Any, str]:  # boto3 makes its classes while it runs
    """Return the bucket of these options of django-storages, and the prefix of what lies in it.

    A call waits `patience` seconds for bytes, and is tried twice; it has an end by its size, too.
    """
    from storages.backends.s3 import S3Storage  # only where a bucket is used

    from newsroom.filestore.bounding import bound
    from newsroom.filestore.bucket import client_config

    options = dict(options)
    prefix = f"{options.pop('location', '').strip('/')}/".lstrip("/")
    config = client_config(options.pop("addressing_style", "path"), patience)
    storage = S3Storage(client_config=config, **options)
    bound(storage.connection)
    return storage.bucket, prefix


@contextmanager
def said_as_oserror() -> Iterator[None]:
    """Raise OSError for what boto3 raises, without an address or a key in its words."""
    try:
        yield
    except Exception as error:  # some of boto3's are OSErrors themselves, and name the address
        if type(error).__module__.split(".")[0] not in {"boto3", "botocore", "s3transfer"}:
            raise
        response = getattr(error, "response", {}) or {}
        code = response.get("Error", {}).get("Code") or type(error).__name__
        raise OSError(f"the bucket can't be used ({code})") from error
