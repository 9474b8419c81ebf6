"""The admin's list of mails that were given up."""

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from newsroom.editing.modeladmin import LookOnlyAdmin

from .models import LostMail, Mail


@admin.register(LostMail)
class LostMailAdmin(LookOnlyAdmin):
    """A list to send again from; nobody may delete rows, since one may be a notice about what they did."""

    list_display = ["__str__", "wanted_at", "lost_at", "answer"]
    list_display_links = None
    actions = ["send_again"]

    @admin.action(description=_("Send again"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[LostMail]) -> None:
        """Post each mail anew; it is rendered when it is sent, and dropped then if nobody needs it any more."""
        now = timezone.now()
        with transaction.atomic():
            rows = list(queryset.select_for_update())
            Mail.objects.bulk_create(
                Mail(kind=row.kind, key=row.key, recipient=row.recipient, due_at=now, wanted_at=now)
                for row in rows
            )
            LostMail.objects.filter(pk__in=[row.pk for row in rows]).delete()
        text = ngettext("%(count)s mail leaves again.", "%(count)s mails leave again.", len(rows))
        self.message_user(request, text % {"count": len(rows)}, messages.SUCCESS)
