"""The file of a backup: open to the usual programs, and refused in one line where a byte is not as it was written."""

import io
import random
import shutil
import subprocess
import tarfile

import pyrage
import pytest
from pyrage import x25519

from newsroom.backups import container, keys
from newsroom.backups.refused import Refused

WORDS = b"What nobody else may read. " * 40_000


def write(path, sealing):
    with container.writing(path, sealing) as archive:
        info = tarfile.TarInfo("media/words.txt")
        info.size = len(WORDS)
        archive.addfile(info, io.BytesIO(WORDS))
    return path


def read(path, identity=None):
    with container.Front(path).opened(identity) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """Return a backup under a key file, and its identity."""
    identity = x25519.Identity.generate()
    return write(tmp_path_factory.mktemp("sealed") / "backup.tar", keys.Sealing(identity)), identity


def test_it_is_closed_to_others_and_shows_nothing(sealed):
    path, identity = sealed
    assert path.stat().st_mode & 0o077 == 0
    assert b"nobody else" not in path.read_bytes()
    assert read(path, identity) == {"media/words.txt": WORDS}


@pytest.mark.parametrize("seed", range(6))
def test_a_flipped_byte_is_refused(sealed, tmp_path, seed):
    path, identity = sealed
    content = bytearray(path.read_bytes())
    begin = container.Front(path).begin
    place = random.Random(seed).randrange(begin, begin + container.Front(path).size)
    content[place] ^= 1 << seed
    copy = tmp_path / "copy.tar"
    copy.write_bytes(content)
    with pytest.raises(Refused, match=r"^copy\.tar is damaged: [^\n]+$|^The key is not"):
        read(copy, identity)


def test_a_flipped_byte_before_or_after_it_is_refused(sealed, tmp_path):
    content, copy, front = sealed[0].read_bytes(), tmp_path / "copy.tar", container.Front(sealed[0])
    page = range(tarfile.BLOCKSIZE, tarfile.BLOCKSIZE + len(front.page))  # its digest stands in the manifest
    for place in [*range(0, front.begin, 11), *range(front.begin + front.size, len(content), 101)]:
        copy.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        if place in page:
            assert container.Front(copy).page != front.page
            continue
        with pytest.raises(Refused):
            container.Front(copy)


@pytest.mark.parametrize("share", [0, 0.0001, 0.5, 0.999])
def test_a_cut_file_is_refused(sealed, tmp_path, share):
    path, identity = sealed
    copy = tmp_path / "copy.tar"
    copy.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(Refused, match=r"^copy\.tar is (cut|no backup)[^\n]+$"):
        read(copy, identity)


def test_other_bytes_at_its_end_are_refused(sealed, tmp_path):
    copy = tmp_path / "copy.tar"
    copy.write_bytes(sealed[0].read_bytes() + b"x")
    with pytest.raises(Refused, match="end"):
        container.Front(copy)


def test_another_key_is_refused(sealed):
    with pytest.raises(Refused, match="The key is not the one of this backup"):
        read(sealed[0], x25519.Identity.generate())


def test_of_several_keys_in_a_file_the_first_writes_and_all_read(sealed, tmp_path, settings):
    file, new = tmp_path / "keys", x25519.Identity.generate()
    settings.BACKUP_KEY_FILE = str(file)
    for encoding, end in (("utf-8", "\n"), ("utf-8-sig", "\r\n")):  # as an editor of Windows saves it
        file.write_text(end.join(["# 2026", str(new), str(sealed[1]), ""]), encoding=encoding, newline="")
        assert str(keys.sealing().identity) == str(new)
        assert read(sealed[0]) == {"media/words.txt": WORDS}
    for content, told in [
        (str(new).encode("utf-16"), "UTF-8"),
        (b"", "holds no age identity"),
        (f"{new}\n{str(new)[:-9]}\n".encode(), "is cut"),
    ]:
        file.write_bytes(content)
        with pytest.raises(Refused, match=told):
            keys.sealing()


def test_a_passphrase_opens_it_with_age_and_tar_alone(tmp_path, settings):
    settings.BACKUP_PASSPHRASE, settings.BACKUP_KEY_FILE = "harbour lantern orchard", ""
    sealing = keys.sealing()
    path = write(tmp_path / "backup.tar", sealing)
    assert b"age -d" in path.read_bytes()[:2000]
    front = container.Front(path)
    settings.BACKUP_PASSPHRASE = "another one altogether"
    with pytest.raises(Refused, match="not the passphrase of this backup"):
        front.opened().__enter__()
    subprocess.run(["tar", "-xf", path], cwd=tmp_path, check=True)
    key = tmp_path / "key.txt"
    # `age -d key.age` asks a terminal: the passphrase is tried by the library, all else by the program.
    key.write_bytes(pyrage.passphrase.decrypt((tmp_path / "key.age").read_bytes(), "harbour lantern orchard"))
    assert key.read_text().strip() == str(sealing.identity)
    if not shutil.which("age"):
        pytest.skip("age is missing: `apt-get install age` brings it.")
    opened = subprocess.run(
        ["age", "-d", "-i", key, tmp_path / "content.tar.age"], capture_output=True, check=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(opened)) as archive:
        assert archive.extractfile("media/words.txt").read() == WORDS
