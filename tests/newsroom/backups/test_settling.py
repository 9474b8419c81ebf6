"""Promise 10: a backup put back brings back nobody who was erased, as far as the ledger of erasures survives."""

import io
import shutil
from datetime import timedelta

import pytest
from django.core.management import CommandError
from django.utils import timezone
from PIL import Image as Pillow

from newsroom.backups import ledger, presence, settling
from newsroom.backups.erasures import places
from newsroom.backups.models import PutBack
from newsroom.backups.refused import Refused
from newsroom.outbox import pausing
from tests.rawfiles import on_disk

pytestmark = pytest.mark.django_db(transaction=True)
STRONGER = "django.contrib.auth.hashers.MD5PasswordHasher"  # as the suite has it: quick
RED, BLACK = (255, 0, 0), (0, 0, 0)


def reader(name, **values):
    from newsletter.models import Subscriber

    address = f"{name}@example.org"
    state = Subscriber.State.CONFIRMED
    return Subscriber.objects.create(address=address, address_key=address, **{"state": state} | values)


def states():
    from newsletter.models import Subscriber

    return dict(Subscriber.objects.values_list("address_key", "state"))


def test_an_erased_reader_stays_erased_and_an_unsubscribed_one_unsubscribed(snapshot):
    from newsletter.models import Subscriber, Suppression

    names = ["erased", "left", "bounced", "complained", "paused", "still", "forgotten", "back"]
    readers = {name: reader(name) for name in names}
    waiting = reader("waiting", state=Subscriber.State.PENDING)
    backup = snapshot()
    readers["erased"].erase()
    readers["left"].unsubscribe()
    readers["bounced"].suppress(Suppression.Reason.BOUNCED)
    readers["complained"].suppress(Suppression.Reason.COMPLAINED)
    readers["paused"].pause_until(timezone.localdate() + timedelta(days=90))
    Subscriber.objects.filter(pk=readers["forgotten"].pk).delete()  # as tidying does
    readers["back"].unsubscribe()
    readers["back"].confirm()
    waiting.delete()
    unknown = reader("unknown")  # known to no backup
    unknown.erase()
    backup.put_back()
    assert states() == {
        "left@example.org": "unsubscribed",
        "bounced@example.org": "bounced",
        "complained@example.org": "unsubscribed",
        "paused@example.org": "confirmed",
        "still@example.org": "confirmed",
        "back@example.org": "confirmed",
    }
    receiving = Subscriber.objects.receiving().values_list("address_key", flat=True)
    assert sorted(receiving) == ["back@example.org", "still@example.org"]
    for name in ("erased", "bounced", "complained", "unknown"):
        assert Suppression.objects.of(f"{name}@example.org").exists()


def test_the_former_address_of_a_reader_who_moved_gets_nothing(snapshot):
    from newsletter.models import AddressChange

    moved = reader("old")
    backup = snapshot()
    change = AddressChange.objects.create(
        subscriber=moved, address="new@example.org", address_key="new@example.org"
    )
    assert change.agree("old") and change.agree("new")
    backup.put_back()
    assert states() == {}


def a_picture():
    from newsroom.pictures.models import Image

    file = io.BytesIO()
    Pillow.new("RGB", (400, 400), RED).save(file, "PNG")
    file.seek(0)
    return Image.objects.create_from_upload(file, alt_text="A face", credit="Ann")


def pixel(image, x, y):
    from django.core.files.storage import default_storage

    with default_storage.open(image.path_of("master.jpg")) as file:
        return Pillow.open(file).convert("RGB").getpixel((x, y))


def near(one, other):
    return all(abs(a - b) < 40 for a, b in zip(one, other, strict=True))


def test_a_withdrawn_picture_stays_gone_and_a_face_stays_covered(snapshot):
    from newsroom.pictures.models import Image

    gone, deleted, covered, turned, lost = (a_picture() for _ in range(5))
    backup = snapshot()
    gone.withdraw()
    deleted.delete()
    covered.cover([(0, 0, 0.5, 0.5)])
    turned.crop((0, 0, 1, 0.5))
    turned.cover([(0, 0, 0.25, 1)])
    turned.rotate(1)
    lost.cover([(0, 0, 0.5, 0.5)])
    from newsroom.backups.erasures import places

    (file,) = places.place().own.folder.glob("*.jsonl")  # the first step of the last one is lost
    lost.cover([(0.5, 0.5, 1, 1)])
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([*lines[:-2], lines[-1]]))
    backup.put_back()
    found = {image.uuid: image for image in Image.objects.all()}
    assert deleted.uuid not in found
    assert not found[gone.uuid].is_available and not found[lost.uuid].is_available
    again = found[covered.uuid]
    assert near(pixel(again, 50, 50), BLACK) and near(pixel(again, 350, 350), RED)
    again = found[turned.uuid]
    assert (again.width, again.height) == (200, 400)
    assert near(pixel(again, 100, 20), BLACK) and near(pixel(again, 100, 300), RED)
    folders = [path.name for path in (backup.media / "pictures").iterdir()]
    assert sorted(folders) == sorted(i.storage_key for i in found.values() if i.is_available)


def test_a_file_that_was_replaced_does_not_come_back(snapshot):
    from newsroom.pictures.models import Image

    def blue():
        file = io.BytesIO()
        Pillow.new("RGB", (400, 400), (0, 0, 255)).save(file, "PNG")
        file.seek(0)
        return file

    after, before = a_picture(), a_picture()
    before.replace(blue())
    backup = snapshot()
    after.cover([(0, 0, 0.5, 0.5)])
    after.replace(blue())
    after.rotate(1)
    before.cover([(0, 0, 0.5, 0.5)])
    backup.put_back()
    found = {image.uuid: image for image in Image.objects.all()}
    assert not found[after.uuid].is_available
    again = found[before.uuid]  # the backup holds the file that it was replaced by
    assert near(pixel(again, 50, 50), BLACK) and near(pixel(again, 350, 350), (0, 0, 255))
    assert [path.name for path in (backup.media / "pictures").iterdir()] == [again.storage_key]


def test_it_can_be_settled_twice_and_covers_once(snapshot):
    from newsroom.pictures.models import Image

    covered = a_picture()
    backup = snapshot()
    covered.cover([(0, 0, 0.5, 0.5)])
    backup.put_back()
    key = Image.objects.get().storage_key
    PutBack.objects.update(settled_at=None)  # as if it had been killed before the end
    settling.settle(print, lambda question: True)
    assert Image.objects.get().storage_key == key
    Image.objects.get().cover([(0.5, 0.5, 1, 1)])
    backup.put_back()  # the first backup once more
    again = Image.objects.get()
    assert near(pixel(again, 50, 50), BLACK) and near(pixel(again, 350, 350), BLACK)
    assert near(pixel(again, 350, 50), RED)


def test_an_inquiry_stays_deleted(snapshot):
    from inquiries import retention
    from inquiries.models import Entry, Inquiry

    kept, deleted = (Inquiry(lookup=name) for name in ("a" * 64, "b" * 64))
    for inquiry in (kept, deleted):
        inquiry.seal(name="Ann")
        inquiry.save(force_insert=True)
        inquiry.enter(Entry.Voice.VISITOR, "Please help.")
    backup = snapshot()
    retention.delete(Inquiry.objects.filter(pk=deleted.pk))
    said = backup.put_back()
    assert list(Inquiry.objects.values_list("pk", flat=True)) == [kept.pk]
    assert Entry.objects.count() == 1
    assert "Done again, deleted inquiries.inquiry: 1." in said


def test_a_colleague_who_was_shut_out_stays_out(snapshot, make_user, client, settings):
    from django.contrib.auth.models import Group, User
    from django.contrib.sessions.models import Session

    shut_out, lessened, deleted, same = (
        make_user(name, "Editor") for name in ("shut-out", "lessened", "deleted", "same")
    )
    new_password, moved = make_user("new-password", "Editor"), make_user("moved", "Editor")
    client.force_login(shut_out)
    backup = snapshot()
    shut_out.is_active = False
    shut_out.save()
    lessened.groups.set([Group.objects.get(name="Writer")])
    deleted.delete()
    new_password.set_password("another one that nobody guesses")
    new_password.save()
    moved.email = "new@example.org"
    moved.save()
    same.last_login = timezone.now()
    same.save(update_fields=["last_login"])
    settings.PASSWORD_HASHERS = [
        STRONGER,
        *settings.PASSWORD_HASHERS,
    ]  # as a new version brings a stronger one
    assert same.check_password(same.raw_password) and same.password.startswith("md5")
    same.first_name = "Ann"
    same.save()
    said = backup.put_back()
    users = {user.username: user for user in User.objects.all()}
    assert not users["shut-out"].is_active and "deleted" not in users
    assert not users["lessened"].groups.filter(name="Editor").exists()
    assert not users["new-password"].has_usable_password() and users["moved"].email == ""
    assert users["same"].is_active and users["same"].check_password(same.raw_password)
    assert users["same"].groups.filter(name="Editor").exists()
    assert not Session.objects.exists()
    assert any("manage.py changepassword" in sentence for sentence in said)


def test_what_was_taken_from_the_public_stays_away(
    snapshot, make_article, make_page, make_resource, make_callout, make_hotline
):
    from articles.models import Article, Callout, Hotline, Page, Resource

    withdrawn, deleted, changed, later = (make_article() for _ in range(4))
    page, resource, callout, hotline = make_page(), make_resource(), make_callout(), make_hotline()
    backup = snapshot()
    withdrawn.withdraw()
    withdrawn.save()
    Article.objects.filter(pk=deleted.pk).delete()
    changed.body_html = "<p>Without the name.</p>"
    changed.save()
    later.published_at = timezone.now() + timedelta(days=3)
    later.save()
    page.delete()
    resource.withdraw_for_good()
    callout.ends_at = timezone.now()
    callout.save()
    hotline.number_local = "199"
    hotline.save()
    said = backup.put_back()
    assert list(Article.objects.published()) == [changed]
    assert Article.objects.get(pk=withdrawn.pk).state == Article.State.WITHDRAWN
    assert not Page.objects.exists() and not Resource.objects.published().exists()
    assert not Callout.objects.active().exists()
    assert Hotline.objects.get().verified_on is None
    assert any(changed.get_absolute_url() in sentence for sentence in said)


def test_texts_outside_of_pieces_are_named_and_a_consent_ends_when_it_was_to_end_last(
    snapshot, make_topic, make_callout, make_hotline
):
    from newsroom.pictures.models import Image
    from newsroom.sitesettings.models import SiteSettings

    topic, callout, hotline, site = make_topic(), make_callout(), make_hotline(), SiteSettings()
    site.save()
    named, ends, same = (a_picture() for _ in range(3))
    backup = snapshot()
    topic.intro_html = "<p>Without the name.</p>"
    callout.text = "Without the number."
    hotline.note = "Not on Sundays."
    site.footer_text = "Another one."
    named.caption = "Nobody’s name."
    day = timezone.localdate()
    ends.shows_recognisable_person, ends.consent_reference, ends.consent_date = True, "12", day
    ends.consent_expires = day + timedelta(days=9)
    for row in (topic, callout, hotline, site, named, ends, same):
        row.save()
    ends.consent_expires = day + timedelta(days=5)
    ends.save()
    said = backup.put_back()
    (told,) = [one for one in said if one.startswith("Changed after the backup")]
    for row in (topic, callout, hotline, site):
        assert f"“{row}”" in told
    assert told.count("picture “") == 2  # not the one that was saved as it was
    assert Image.objects.get(pk=ends.pk).consent_expires == day + timedelta(days=5)
    assert Image.objects.get(pk=same.pk).consent_expires is None


def test_without_the_ledger_it_says_what_that_means_and_asks(snapshot):
    reader("ann")
    backup = snapshot()
    shutil.rmtree(places.place().own.folder)
    with pytest.raises(CommandError, match="Nothing is served"):
        backup.put_back(ask=lambda question: False)
    with pytest.raises(Refused, match="restore --continue"):
        presence.require_settled()
    said = []
    settling.settle(said.append, lambda question: True)
    assert "can't be read" in said[0] and "is back" in said[0]
    presence.require_settled()
    assert pausing.is_paused() and not PutBack.objects.get().has_ledger


def test_a_ledger_that_was_lost_and_began_anew_is_not_taken_for_a_whole_one(snapshot):
    ann = reader("ann")
    backup = snapshot()
    backup.made_at -= timedelta(days=40)
    ann.delete()
    shutil.rmtree(places.place().own.folder)
    ledger.keep_up()
    assert ledger.read(backup.made_at).entries  # the rows of the database knew them still
    said = backup.put_back()
    assert any("is complete since" in one for one in said) and not states()
    assert not PutBack.objects.get().has_ledger


def test_nothing_of_an_erased_reader_stays_in_the_files_of_the_database(file_database, snapshot):
    from newsletter.models import Subscriber

    erased = reader("verylongaddressofanerasedreader")
    backup = snapshot()
    erased.erase()
    backup.put_back()
    assert b"verylongaddressofanerasedreader" not in on_disk(Subscriber)
