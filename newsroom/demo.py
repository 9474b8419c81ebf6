"""The demo: loads content from fixtures/demo and makes staff accounts, and removes both again."""

import datetime
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import yaml
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core import serializers
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.management import CommandError, call_command
from django.core.serializers.base import DeserializationError, DeserializedObject
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from newsroom.configuration import environment
from newsroom.offers import offered
from newsroom.search.index import indexer

if TYPE_CHECKING:
    from newsroom.sitesettings.models import SiteSettings

FOLDER: Path = settings.BASE_DIR / "fixtures" / "demo"
PICTURES = FOLDER / "pictures.yaml"
STAFF = {
    "admin": "Administrator",
    "editor": "Editor",
    "writer": "Writer",
    "inquiries": "Inquiry officer",
}
SITE = {
    "name": "Newsroom",
    "tagline": "A web resource for combating human trafficking",
    "organisation": "The Newsroom Demo Project",
    "first_year": 2001,
    "reserves_rights": True,
    "contact_email": "contact@newsroom.example.org",
    "postal_address": "The Newsroom Demo Project\n1 Example Street\nExampletown",
    "exit_url": "https://www.wikipedia.org/",
    "republishing_text": (
        "You may print this article or publish it on your own site, free of charge, if you leave it unchanged, name "
        "The Newsroom Demo Project, and give the address of this page. Pictures are not part of it.\n\n"
        "Tell us where it appeared: contact@newsroom.example.org."
    ),
    "is_demo": True,
}


def address_of(username: str) -> str:
    """Return the mail address of a demo account, which can't receive mail."""
    return f"{username}@newsroom.example.org"


def site_settings() -> "SiteSettings | None":
    """Return the stored row of site settings, or None."""
    found: SiteSettings | None = apps.get_model("sitesettings.SiteSettings").objects.filter(pk=1).first()
    return found


def load() -> bool:
    """Load content, pictures and settings into an empty site; return whether there was anything to do.

    The settings are stored last, and tell that everything is there. Raises CommandError where the site is no demo.
    """
    site = site_settings()
    if site and site.is_demo:
        return False
    if site:
        raise CommandError("This site is no demo. Start it with `manage.py serve`, or set another DATA_DIR.")
    with transaction.atomic():
        load_content()
        for load_extra, _clear in offered("demo"):
            load_extra()
    if PICTURES.exists():
        call_command("import_pictures", str(FOLDER / "pictures"), verbosity=0)
    indexer.mend()  # for relations, facts and pictures that were saved after their row
    apps.get_model("sitesettings.SiteSettings").objects.create(**SITE)
    return True


def fixture_files() -> list[Path]:
    """Return the files of content, sorted by name."""
    return sorted(path for path in FOLDER.glob("*.yaml") if path != PICTURES)


def content() -> Iterator[DeserializedObject]:
    """Yield the deserialised objects of the fixtures; those that are stored have their primary key."""
    for path in fixture_files():
        text = re.sub(r"\btoday-([0-9]+)\b", _days_ago, path.read_text(encoding="utf-8"))
        try:
            yield from serializers.deserialize("yaml", text, handle_forward_references=True)
        except DeserializationError as error:
            raise CommandError(f"{path.name}: {error}") from error


def _days_ago(match: re.Match[str]) -> str:
    """Return the date that 'today-<days>' stands for."""
    return (timezone.localdate() - datetime.timedelta(days=int(match[1]))).isoformat()


def load_content() -> None:
    """Save the content through its models, which validate and sanitise it; forward references last."""
    waiting = []
    for item in content():
        save(item)
        if item.deferred_fields:
            waiting.append(item)
    for item in waiting:
        complete(item)


def save(item: DeserializedObject) -> None:
    """Save one deserialised object and its relations; raises CommandError where it is invalid."""
    row: Any = item.object  # of any model of the fixtures
    if getattr(row, "state", None) == "published" and not row.first_published_at:
        row.first_published_at = row.published_at
    try:
        row.full_clean()
    except ValidationError as error:
        raise CommandError(f"{row._meta.verbose_name} {row.natural_key()}: {error.messages}") from error
    row.save()
    for name, related in (item.m2m_data or {}).items():
        getattr(row, name).set(related)
    if item.m2m_data and hasattr(row, "reindex"):
        row.reindex()


def complete(item: DeserializedObject) -> None:
    """Save the forward references of an object; raises CommandError where one leads nowhere."""
    row = item.object
    for field, key in item.deferred_fields.items():
        related: Any = field.related_model  # of any model of the fixtures
        manager = related._default_manager
        try:
            if field.many_to_many:
                getattr(row, field.name).set([manager.get_by_natural_key(*one) for one in key])
            else:
                setattr(row, field.name, manager.get_by_natural_key(*key))
        except ObjectDoesNotExist:
            raise CommandError(f"{row}: {field.name} names {key!r}, which is nowhere.") from None
    row.save()


def create_staff() -> str:
    """Create the missing accounts; return their password, or "" where it is unknown."""
    kept = settings.DATA_DIR / "secrets" / "demo-password"
    password = environment.text("DEMO_PASSWORD")
    missing = [name for name in STAFF if not User.objects.filter(username=name).exists()]
    if not password and (missing or kept.exists()):
        password = environment.kept_secret(kept, lambda: secrets.token_urlsafe(12))
    for name in missing:
        user = User.objects.create_user(name, address_of(name), password, is_staff=True)
        user.is_superuser = name == "admin"
        user.save(update_fields=["is_superuser"])
        user.groups.set([Group.objects.get(name=STAFF[name])])
        _open_desk(user)
    is_given = environment.text("DEMO_PASSWORD") and "admin" not in missing
    # One account stands for all: argon2 is slow by design.
    if is_given and not User.objects.get(username="admin").check_password(password):
        for user in User.objects.filter(username__in=STAFF):
            user.set_password(password)
            user.save(update_fields=["password"])
            _open_desk(user)
    return password


def _open_desk(user: User) -> None:
    """Open the desk to an officer of the demo, as `manage.py let_officer_in` would."""
    if STAFF[user.get_username()] == "Inquiry officer":
        apps.get_model("inquiries.Admission").admit(user)


def clear() -> dict[str, int]:
    """Remove the demo's content, pictures and staff; return how many rows of each kind were deleted.

    Countries and topics that other content uses stay.
    """
    rows: list[Model] = [item.object for item in content() if item.object.pk]
    rows += picture_rows()
    former = apps.get_model("articles.FormerAddress").objects
    gone: dict[str, int] = {}
    with transaction.atomic():
        for _load, clear_extra in offered("demo"):
            gone |= clear_extra()
        rows.sort(key=lambda row: row._meta.model_name in {"country", "topic"})
        for row in rows:
            if _is_used(row):
                continue
            if hasattr(row, "get_absolute_url"):
                stored = type(row)._default_manager.get(pk=row.pk)  # its address may have changed
                former.filter(current_path=unquote(stored.get_absolute_url())).delete()
            row.delete()
            kind = str(row._meta.verbose_name_plural)
            gone[kind] = gone.get(kind, 0) + 1
        staff = demo_staff()
        gone["staff accounts"] = staff.count()
        staff.delete()
        _forget_officers()
        site = site_settings()
        if site is not None:
            site.is_demo = False
            site.save()
    (settings.DATA_DIR / "secrets" / "demo-password").unlink(missing_ok=True)
    return gone


def _forget_officers() -> None:
    """Reset the desk unless there are other officers: the next officer is then the first, and lets others in."""
    if User.objects.filter(groups__name="Inquiry officer").exists():
        return
    apps.get_model("inquiries.AccountChange").objects.all().delete()
    apps.get_model("inquiries.Event").objects.filter(inquiry=None).delete()
    apps.get_model("outbox.Mail").objects.filter(kind="inquiry-account").delete()  # their addresses are gone


def _is_used(row: Model) -> bool:
    """Return whether the row is a country or topic that other rows refer to."""
    if row._meta.model_name not in {"country", "topic"}:
        return False
    fields = [relation.field for relation in row._meta.related_objects]
    return any(field.model._default_manager.filter(**{field.name: row}).exists() for field in fields)


def picture_rows() -> list[Model]:
    """Return the pictures of the demo."""
    if not PICTURES.exists():
        return []
    keys = [entry["uuid"] for entry in yaml.safe_load(PICTURES.read_text(encoding="utf-8")) or []]
    return list(apps.get_model("pictures.Image").objects.filter(uuid__in=keys))


def demo_staff() -> QuerySet[User]:
    """Return the accounts of the demo, without those that were given another mail address."""
    return User.objects.filter(username__in=STAFF, email__in=[address_of(name) for name in STAFF])
