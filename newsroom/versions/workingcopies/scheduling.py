"""Changes that become public at a set time, in whichever process is first: no worker is needed, and no visitor.

Each web process asks four times a second whether any are due (newsroom/pagecache/), the worker each second. They are
published by the form of the admin, as by hand: with the rules of every save. That is tried once: where it fails, no
time is set any more, and whoever set it and whoever saved the changes are told.
"""

import logging
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.messages.storage.base import BaseStorage
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsroom.outbox import posting
from newsroom.versions import registry, snapshots
from newsroom.versions.models import Version
from newsroom.versions.restoring import Restores
from newsroom.versions.rolledback import rolled_back

from . import working
from .draftforms import BASED_ON, UNATTENDED

log = logging.getLogger(__name__)

MAIL = "changes_not_published"


class NotPublished(Exception):
    """Changes that the form refused, with the reasons in sentences."""


class _Unheard(BaseStorage):
    """What is said to nobody."""

    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Any], bool]:  # Any: as Django has it
        return [], True

    def _store(self, messages: list[Any], response: HttpResponse, *args: Any, **kwargs: Any) -> list[Any]:
        return []


def schedule(copy: Version, at: datetime, by: User) -> None:
    """Let a working copy become public at a time."""
    Version.objects.waiting().filter(pk=copy.pk).update(publish_at=at, scheduled_by=by, failure="")


def unschedule(copy: Version) -> None:
    """Let a working copy wait without a time."""
    Version.objects.filter(pk=copy.pk).update(publish_at=None, scheduled_by=None, failure="")


def unschedule_all() -> str:
    """Let all changes wait without a time, since a backup knows nothing of a later discarding; return a sentence."""
    count = Version.objects.filter(publish_at__isnull=False).update(publish_at=None, scheduled_by=None)
    told = ngettext(
        "%(count)s draft of changes had a time of publication, which was taken off. Set it anew if it still holds.",
        "%(count)s drafts of changes had times of publication, which were taken off. Set them anew if they still hold.",
        count,
    )
    return told % {"count": count} if count else ""


def is_any_due() -> bool:
    """Return whether changes are to become public now."""
    return Version.objects.filter(publish_at__lte=timezone.now()).exists()


def publish_due() -> None:
    """Publish what is due, one piece after the other."""
    due = Version.objects.filter(publish_at__lte=timezone.now()).order_by("publish_at", "pk")
    for key in list(due.values_list("pk", flat=True)):
        _publish_once(key)


def _publish_once(key: int) -> None:
    """Publish a working copy if no other process does.

    Whoever takes its time off, in the transaction that publishes, is the one; if this process dies, it never was.
    """
    with transaction.atomic():
        due = Version.objects.filter(pk=key, publish_at__lte=timezone.now())
        copy = due.select_related("scheduled_by", "created_by").defer("content").first()
        if copy is None or not due.update(publish_at=None):
            return
        try:
            with transaction.atomic():
                if copy.scheduled_by is None:
                    raise NotPublished(_("The account of whoever set the time was deleted."))
                publish(_admin_of(copy), copy, copy.scheduled_by)
        except (OperationalError, InterfaceError):
            raise  # such as a lock that takes too long: tried again, since all of it is undone
        except Exception as error:
            if not isinstance(error, NotPublished):
                log.exception("Changes that were due could not be published")
            said = str(error) if isinstance(error, NotPublished) else _("An error of the software.")
            _tell(copy, said)


def _admin_of(copy: Version) -> Restores:
    model = registry.model_of(copy.model)
    found: Any = admin.site._registry.get(model) if model else None  # registered with what keeps versions
    if found is None:
        raise NotPublished(_("It is not kept in versions any more."))
    return found


def _tell(copy: Version, said: str) -> None:
    Version.objects.filter(pk=copy.pk).update(failure=said)
    for user in {one for one in (copy.scheduled_by, copy.created_by) if one is not None}:
        posting.post(MAIL, f"{copy.pk}:{user.pk}")


def problems(model_admin: Restores, copy: Version, by: User) -> list[str]:
    """Return what would keep changes from being published now, in sentences."""
    with rolled_back():
        try:
            publish(model_admin, copy, by)
        except NotPublished as refused:
            return str(refused).splitlines()
    return []


def publish(model_admin: Restores, copy: Version, by: User) -> None:
    """Publish a working copy by the form of its piece, in the name of whoever said so; raises NotPublished.

    It counts that they were allowed to when they said so, and what the changes are: the form has every field.
    """
    request = HttpRequest()
    request.method, request.META = "POST", {"SCRIPT_NAME": ""}
    request.user = User.objects.get(pk=by.pk)
    request.user.is_superuser = request.user.is_active = request.user.is_staff = True  # never stored
    told = {"_messages": _Unheard(request), UNATTENDED: True, "_dont_enforce_csrf_checks": True}
    vars(request).update(told)
    if not is_public(model_admin.get_object(request, str(copy.object_id))):
        raise NotPublished(_("The piece itself is not published."))
    data = _data_of(model_admin, request, copy)
    data["_save"], data[BASED_ON] = "", str(copy.pk)
    request.POST = data  # type: ignore[assignment]  # as a browser would send it
    try:
        response = model_admin.changeform_view(request, str(copy.object_id))
    except PermissionDenied as refused:
        raise NotPublished(_("It can’t be changed any more.")) from refused
    if response.status_code != 302:
        raise NotPublished("\n".join(_reasons(response)) or _("The form was refused."))


def is_public(row: Any) -> bool:  # Any: of whichever model
    """Return whether changes of a piece can become public, now or at its own time of publication."""
    return row is not None and getattr(row, "state", "published") == "published"


def _data_of(model_admin: Restores, request: HttpRequest, copy: Version) -> QueryDict:
    """Return what the form sends of the piece as it is with its changes."""
    with rolled_back():
        try:
            row = working.apply(copy)
        except IntegrityError as error:
            told = _(
                "Something that one piece alone can have, such as its address, has been taken meanwhile."
            )
            raise NotPublished(told) from error
        return model_admin.data_of_version(request, row, Version.made_of(row, snapshots.take(row)))


def _reasons(response: HttpResponse) -> list[str]:
    """Return the errors of a form that was shown again, each with its field."""
    context = (response.context_data or {}) if isinstance(response, TemplateResponse) else {}
    if "adminform" not in context:
        return []
    formsets = [one.formset for one in context["inline_admin_formsets"]]
    forms = [context["adminform"].form, *(form for formset in formsets for form in formset.forms)]
    found = []
    for form in forms:
        for name, errors in form.errors.items():
            label = form.fields[name].label if name in form.fields else ""
            found += [f"{label}: {error}" if label else str(error) for error in errors]
    return found + [str(error) for formset in formsets for error in formset.non_form_errors()]


def address_of(copy: Version) -> str:
    """Return the path of the form of a piece."""
    return reverse(f"admin:{copy.model.replace('.', '_')}_change", args=[copy.object_id])
