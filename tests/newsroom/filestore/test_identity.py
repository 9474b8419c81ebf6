"""A database and the store of its files know each other, so that no machine looks in the wrong place."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from newsroom.filestore import away, identity
from newsroom.filestore.models import Store
from newsroom.pictures.models import Image

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(files_in, tmp_path):
    """Return a function that lets the files lie in a shared folder."""
    return lambda name="shared": files_in(f"file://{tmp_path / name}")


def known_picture():
    """Add the row of a picture whose files lie nowhere."""
    return Image.objects.create(storage_key="a" * 32, width=1, height=1, alt_text="A", credit="B")


def mark(store):
    with store.open(away.MARKER) as file:
        return file.read().decode()


def test_the_first_start_ties_the_two_and_later_ones_find_them_tied(shared):
    store = shared()
    identity.require_own_store()
    assert mark(store) == Store.objects.get().token and len(mark(store)) == 32
    identity.require_own_store()
    assert identity.condition().is_well and Store.objects.count() == 1


def test_a_machine_that_looks_elsewhere_does_not_start_and_says_what_to_do(shared, settings):
    shared()
    identity.require_own_store()
    shared("another")
    with pytest.raises(CommandError, match=r"mount the folder, or mend FILES_URL.*adopt_files") as refused:
        identity.require_own_store()
    assert "\n" not in str(refused.value) and "wrong place" in identity.condition().problem
    settings.FILES_URL = ""
    assert "set FILES_URL" in identity.problem()


def test_a_store_of_another_site_is_not_taken_over(shared):
    shared().save(away.MARKER, ContentFile(b"b" * 32))
    with pytest.raises(CommandError, match="of another site"):
        identity.require_own_store()
    assert not Store.objects.exists() and identity.is_of_another_database()


def test_an_empty_store_is_not_tied_to_a_database_that_knows_pictures(shared):
    """The second machine may be the first to start after an update."""
    store, image = shared(), known_picture()
    with pytest.raises(CommandError, match="does not hold the pictures"):
        identity.require_own_store()
    assert not Store.objects.exists() and not store.exists(away.MARKER)
    store.mark.parent.mkdir(parents=True)
    (store.mark.parent / "pictures" / image.storage_key).mkdir(parents=True)
    identity.require_own_store()
    assert store.exists(away.MARKER)


def test_adopting_a_store_counts_what_is_missing_asks_and_makes_the_former_one_a_stranger(
    shared, monkeypatch
):
    former = shared()
    identity.require_own_store()
    known_picture()
    store, told = shared("moved"), io.StringIO()
    monkeypatch.setattr("builtins.input", lambda _question: "")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("adopt_files", stdout=told)
    assert "Of 1 pictures and documents that the database knows, 1 are missing here." in told.getvalue()
    call_command("adopt_files", yes=True, stdout=told)
    identity.require_own_store()
    assert mark(store) == Store.objects.get().token != mark(former)


def test_what_was_put_back_from_a_backup_is_tied_again_without_a_question(shared):
    shared()
    identity.require_own_store()
    former = Store.objects.get().token
    store = shared("new")
    identity.adopt_after_restore()
    assert mark(store) == Store.objects.get().token != former
    identity.adopt_after_restore()
    identity.require_own_store()
    assert not identity.is_of_another_database()
    identity.detach()  # as a restore does that takes the files
    assert identity.is_of_another_database()
    identity.adopt_after_restore()
    identity.require_own_store()


def test_a_site_on_one_machine_notices_nothing(settings, tmp_path):
    settings.FILES_URL, settings.MEDIA_ROOT = "", tmp_path / "media"
    if connection.vendor != "sqlite":
        pytest.skip("A database server can have machines whose files lie apart.")
    known_picture()
    identity.require_own_store()
    assert identity.condition().is_well and not (tmp_path / "media").exists() and not Store.objects.exists()
