"""A bucket of an S3-compatible service as a storage of Django: private, read by us alone and piece by piece.

It is slow and far away compared with a folder, and may be away: every call is bounded, and its errors are
FileNotFoundError or FilesAway.
"""

import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import IO, Any
from urllib.parse import quote

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from newsroom.faults.outages import FilesAway

from .away import MARKER, Queue, availability_of
from .bounding import LONGEST, SLOWEST, bound

CONNECT_TIMEOUT, READ_TIMEOUT = 2, 5  # seconds
PIECE = 64 * 1024  # bytes
WHOLE = 64 * 1024 * 1024  # bytes up to which a file is sent in one request, so that none is stored in part
LONGEST_KEY = 1024  # bytes, of S3
ABSENT = {"404", "NoSuchKey", "NotFound"}

_queue = Queue()
_building = threading.Lock()  # sessions of boto3 may not be used by two threads at once


@cache
def _session(access_key: str, secret_key: str) -> boto3.Session:
    return boto3.Session(aws_access_key_id=access_key, aws_secret_access_key=secret_key)


def client_config(addressing_style: str, read_timeout: float) -> Config:
    """Return how a bucket is asked: two attempts, each bounded by these seconds without bytes."""
    return Config(
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=read_timeout,
        signature_version="s3v4",
        retries={"mode": "standard", "total_max_attempts": 2},
        s3={"addressing_style": addressing_style},
        # Other makers' services know no checksums but those that a call requires.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


class Bucket(S3Storage):
    """The files below a prefix of a bucket, addressed as the site serves them; it gives nobody else an address."""

    def __init__(
        self, *, base_url: str | None = None, purpose: str = "store of files", **options: Any
    ) -> None:
        self.base_url = base_url
        self.availability = availability_of(purpose)
        super().__init__(
            client_config=client_config(options.pop("addressing_style", "path"), READ_TIMEOUT),
            transfer_config=TransferConfig(use_threads=False, multipart_threshold=WHOLE),
            **options,
        )

    def _create_session(self) -> boto3.Session:
        return _session(self.access_key, self.secret_key)

    @property
    def connection(self) -> Any:  # boto3 makes its classes while it runs
        """Return this thread's connection."""
        if getattr(self._connections, "connection", None) is None:
            with _building:
                bound(super().connection)
        return super().connection

    @contextmanager
    def asked(self, *, reads: bool = True) -> Iterator[None]:
        """Bound a call, and let its errors be FileNotFoundError or FilesAway."""
        if not self.availability.is_worth_a_try():
            raise FilesAway(self.availability, "it could not be used a moment ago")
        try:
            with _queue.place(self.availability, reads=reads):
                yield
        except FilesAway:
            raise
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in ABSENT:
                self.availability.end()
                raise FileNotFoundError(code) from error
            self._is_away(code)
            raise FilesAway(self.availability, code) from error
        except (BotoCoreError, HTTPClientError, OSError) as error:
            self._is_away(type(error).__name__)
            raise FilesAway(self.availability, type(error).__name__) from error
        else:
            self.availability.end()

    def _is_away(self, reason: str) -> None:
        self.availability.begin(reason, pause=True)

    def _key(self, name: str) -> str:
        key: str = self._normalize_name(clean_name(name))
        return key

    def exists(self, name: str) -> bool:
        """Return whether there is a file, or a folder with files."""
        try:
            self.facts_of(name)
        except FileNotFoundError:
            return self._is_folder(name)
        return True

    def _is_folder(self, name: str) -> bool:
        client = self.connection.meta.client
        with self.asked():
            found = client.list_objects_v2(Bucket=self.bucket_name, Prefix=f"{self._key(name)}/", MaxKeys=1)
        return bool(found.get("KeyCount"))

    def require_present(self) -> None:
        """Raise FilesAway where the bucket does not hold the site's mark: a bucket that is gone looks empty."""
        try:
            self.facts_of(MARKER)
        except FileNotFoundError as error:
            raise FilesAway(self.availability, "the mark of the site is missing in it") from error

    def is_open_to_all(self) -> bool:
        """Return whether somebody without a key can read the site's mark."""
        client = self.unsigned_connection.meta.client
        try:
            with _queue.place(self.availability, reads=True):
                client.head_object(Bucket=self.bucket_name, Key=self._key(MARKER))
        except (BotoCoreError, ClientError, HTTPClientError, OSError):
            return False
        return True

    def facts_of(self, name: str) -> tuple[int, datetime]:
        """Return size and time of change of a file; raises FileNotFoundError."""
        key = self._key(name)
        if len(key.encode()) > LONGEST_KEY or not key.isprintable():  # the service would call it our mistake
            raise FileNotFoundError(name)
        with self.asked():
            found = self.connection.meta.client.head_object(Bucket=self.bucket_name, Key=key)
        return found["ContentLength"], found["LastModified"]

    def size(self, name: str) -> int:
        """Return the size of a file in bytes; raises FileNotFoundError."""
        return self.facts_of(name)[0]

    def get_modified_time(self, name: str) -> datetime:
        """Return when a file was written; raises FileNotFoundError."""
        return self.facts_of(name)[1]

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Return the names of folders and files in a folder; raises FileNotFoundError for one that is empty."""
        with self.asked(reads=False):  # a long list takes many requests
            folders, files = super().listdir(path)
        if not folders and not files:
            raise FileNotFoundError(path)
        return folders, files

    def _open(self, name: str, mode: str = "rb") -> "StoredObject":
        if mode != "rb":
            raise ValueError("A file of a bucket is read as bytes, and written as a whole.")
        return StoredObject(self, name, *self.facts_of(name))

    def body_of(self, name: str, start: int, end: int) -> Any:  # of botocore, without types
        """Return the body of an answer with these bytes of a file; raises FileNotFoundError."""
        with self.asked():
            answer = self.connection.meta.client.get_object(
                Bucket=self.bucket_name, Key=self._key(name), Range=f"bytes={start}-{end - 1}"
            )
        return answer["Body"]

    def _save(self, name: str, content: IO[bytes]) -> str:
        """Write a file; raises FilesAway, and then there is none, or what was there before."""
        try:
            with self.asked(reads=False):
                saved: str = super()._save(name, content)
                return saved
        except FileNotFoundError as error:  # there is no such bucket
            raise FilesAway(self.availability, "there is no such bucket") from error

    def delete(self, name: str) -> None:
        """Delete a file with its former versions, which a bucket may keep; nothing happens where there is none."""
        client, key = self.connection.meta.client, self._key(name)
        try:
            with self.asked(reads=False):
                answer = client.delete_object(Bucket=self.bucket_name, Key=key)
                if answer.get("DeleteMarker") or answer.get("VersionId"):
                    self._delete_versions(client, key)
        except FileNotFoundError:
            return

    def _delete_versions(self, client: Any, key: str) -> None:  # of boto3, without types
        found = client.get_paginator("list_object_versions").paginate(Bucket=self.bucket_name, Prefix=key)
        for page in found:
            for one in [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]:
                if one["Key"] == key:
                    client.delete_object(Bucket=self.bucket_name, Key=key, VersionId=one["VersionId"])

    def url(self, name: str, *_arguments: object, **_options: object) -> str:
        """Return the address at which the site serves a file; raises ValueError where it serves none."""
        if self.base_url is None:
            raise ValueError("These files have no address of their own.")
        return f"{self.base_url}{quote(clean_name(name))}"


class StoredObject(File):
    """A file of a bucket, fetched as it is read; `modified` is when it was written."""

    def __init__(self, bucket: Bucket, name: str, size: int, modified: datetime) -> None:
        self.modified = modified
        self._raw = _Reader(bucket, name, size)
        super().__init__(io.BufferedReader(self._raw, PIECE), name)

    @property
    def size(self) -> int:
        """Return its size in bytes."""
        return self._raw.size

    def end_at(self, position: int) -> None:
        """Fetch nothing beyond this position; call it before the first read."""
        self._raw.end = position


class _Reader(io.RawIOBase):
    """Reads an object from wherever it is told to; each seek that leaves its place asks anew."""

    def __init__(self, bucket: Bucket, name: str, size: int) -> None:
        self.bucket, self.name, self.size, self.end = bucket, name, size, size
        self._position = 0
        self._body: Any = None  # of botocore, without types
        self._deadline = time.monotonic() + LONGEST + size / SLOWEST

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        if base + offset != self._position:
            self._drop()
        self._position = base + offset
        return self._position

    def readinto(self, buffer: Any) -> int:  # typeshed's Buffer has no length
        """Fill the buffer with the next bytes, and return how many; raises FilesAway, FileNotFoundError."""
        wanted = min(len(buffer), self.end - self._position)
        if wanted <= 0:
            return 0
        if self._body is None:
            self._body = self.bucket.body_of(self.name, self._position, self.end)
        with self.bucket.asked():
            if time.monotonic() > self._deadline:
                raise TimeoutError
            piece = self._body.read(wanted)
            if not piece:
                raise ConnectionError  # it ended too early
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def _drop(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None

    def close(self) -> None:
        self._drop()
        super().close()
