"""The file of a backup: a plain tar with a page that says how to open it, and a tar encrypted by age.

Its parts are written as streams: nothing but the database is ever whole in a file without encryption.
"""

import hashlib
import io
import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import pyrage

from .keys import Sealing, identities_for
from .refused import Refused

README, KEY, CONTENT = "README.txt", "key.age", "content.tar.age"
BLOCK = tarfile.BLOCKSIZE
PIECE = 1024 * 1024  # bytes
HOW = """This is a backup of a Newsroom site. `manage.py restore FILE` puts it back; docs/operators.md says how.

To open it without Newsroom, with the programs age (https://age-encryption.org) and tar:

    tar -xf FILE
{open}
Inside are the database, every file of media and documents, and manifest.json with the checksum of each.
"""
WITH_WORDS = """    age -d -o key.txt key.age        # asks for the passphrase
    age -d -i key.txt content.tar.age | tar -x
"""
BY_KEY = """    age -d -i KEYFILE content.tar.age | tar -x        # KEYFILE: the site's BACKUP_KEY_FILE
"""


def readme(sealing_wrapped: bytes) -> bytes:
    """Return the page in front of a backup."""
    return HOW.format(open=WITH_WORDS if sealing_wrapped else BY_KEY).encode()


def front(page: bytes, wrapped: bytes) -> str:
    """Return the digest of what stands in front of the encrypted part."""
    return hashlib.sha256(page + b"\0" + wrapped).hexdigest()


@contextmanager
def writing(path: Path, sealing: Sealing) -> Iterator[tarfile.TarFile]:
    """Make a new file of a backup, and yield the tar that becomes its encrypted part."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w+b") as file:
        file.write(_front(readme(sealing.wrapped), sealing.wrapped))
        begin = file.tell()
        file.write(bytes(BLOCK))  # its header: the size is known at the end
        recipient = sealing.identity.to_public()
        with (
            _piped(lambda source: pyrage.encrypt_io(source, file, [recipient])) as sink,
            tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT) as inner,
        ):
            yield inner
        size = file.tell() - begin - BLOCK
        file.write(bytes(-size % BLOCK + 2 * BLOCK))
        file.seek(begin)
        file.write(_header(CONTENT, size))
        file.flush()
        os.fsync(file.fileno())


def _front(page: bytes, wrapped: bytes) -> bytes:
    """Return the bytes in front of the header of the encrypted part."""
    return _small(README, page) + (_small(KEY, wrapped) if wrapped else b"")


def _small(name: str, content: bytes) -> bytes:
    return _header(name, len(content)) + content + bytes(-len(content) % BLOCK)


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT)


@contextmanager
def _piped(work: Callable[[IO[bytes]], object]) -> Iterator[IO[bytes]]:
    """Yield the writing end of a pipe whose reading end a thread works on; raises what went wrong there."""
    reading, writing_end = os.pipe()
    failures: list[BaseException] = []

    def run() -> None:
        with os.fdopen(reading, "rb", PIECE) as source:
            try:
                work(source)
            except BaseException as error:  # told to the other thread
                failures.append(error)

    thread = threading.Thread(target=run, name="age", daemon=True)
    thread.start()
    sink = os.fdopen(writing_end, "wb", PIECE)
    try:
        yield sink
        sink.close()
    except BrokenPipeError:  # the thread has failed, and says why
        pass
    finally:
        with suppress(OSError):
            sink.close()
        thread.join()
    if failures:
        raise OSError(str(failures[0])) if isinstance(failures[0], pyrage.EncryptError) else failures[0]


class Front:
    """What can be read of a backup without its key: where its encrypted part lies, and the wrapped identity."""

    def __init__(self, path: Path) -> None:
        """Read the front; raises Refused where this is no backup, or a part of it is missing."""
        self.path = path
        bad = f"{path.name} is no backup of Newsroom, or its beginning is damaged."
        try:
            with path.open("rb") as file:
                found: dict[str, tuple[int, int]] = {}
                while len(found) < 3 and CONTENT not in found:
                    info = tarfile.TarInfo.frombuf(file.read(BLOCK), "utf-8", "strict")
                    found[info.name] = (file.tell(), info.size)
                    file.seek(info.size + -info.size % BLOCK, os.SEEK_CUR)
                self.begin, self.size = found[CONTENT]
                self.page = self._read(file, found[README])
                self.wrapped = self._read(file, found[KEY]) if KEY in found else b""
                file.seek(0)
                if file.read(self.begin) != _front(self.page, self.wrapped) + _header(CONTENT, self.size):
                    raise ValueError  # also where a byte differs that no reader looks at
                whole = self.begin + self.size + -self.size % BLOCK + 2 * BLOCK
                there = file.seek(0, os.SEEK_END)
                file.seek(self.begin + self.size)
                tail = file.read(4 * BLOCK)
        except FileNotFoundError:
            raise Refused(f"{path} is not there.") from None
        except OSError as error:
            raise Refused(f"{path} can't be read ({error.strerror}).") from None
        except (tarfile.HeaderError, KeyError, ValueError):
            raise Refused(bad) from None
        if there < whole:
            raise Refused(f"{path.name} is cut: {there:,} of {whole:,} bytes are there.")
        if there > whole or any(tail):
            raise Refused(f"{path.name} is damaged: other bytes stand at its end.")

    def _read(self, file: IO[bytes], where: tuple[int, int]) -> bytes:
        begin, size = where
        if size > PIECE:
            raise ValueError(size)
        file.seek(begin)
        return file.read(size)

    @contextmanager
    def opened(self, identity: object = None) -> Iterator[tarfile.TarFile]:
        """Yield the decrypted tar as a stream; raises Refused for a wrong key or a damaged file, at the latest when
        its end is read."""
        keys = [identity] if identity else identities_for(self.wrapped)
        damaged = f"{self.path.name} is damaged: what it holds can't be decrypted."
        reading, sink = os.pipe()
        failures: list[str] = []

        def run() -> None:
            # BrokenPipeError: nobody reads on, and whoever stopped says why.
            with suppress(BrokenPipeError), os.fdopen(sink, "wb", PIECE) as out, self.path.open("rb") as file:
                try:
                    pyrage.decrypt_io(_Section(file, self.begin, self.size), out, keys)
                except pyrage.DecryptError as error:
                    wrong = "No matching keys" in str(error)
                    failures.append("The key is not the one of this backup." if wrong else damaged)
                except OSError:
                    failures.append(damaged)

        thread = threading.Thread(target=run, name="age", daemon=True)
        thread.start()
        try:
            with os.fdopen(reading, "rb", PIECE) as source:
                try:
                    with tarfile.open(fileobj=source, mode="r|") as inner:
                        yield inner
                    while source.read(PIECE):  # age checks the last piece at the very end
                        pass
                except tarfile.TarError:
                    failures.append(damaged)
        finally:
            thread.join()
        if failures:
            raise Refused(failures[0])


class _Section(io.RawIOBase):
    """A part of a file as a file."""

    def __init__(self, file: IO[bytes], begin: int, size: int) -> None:
        file.seek(begin)
        self._file, self._left = file, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer, says the base
        piece = self._file.read(min(len(buffer), self._left))
        self._left -= len(piece)
        buffer[: len(piece)] = piece
        return len(piece)
