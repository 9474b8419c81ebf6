"""What of the desk officers read on the admin's first page: which inquiries wait, the urgent first, no word of one."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from inquiries.desk.access import is_officer_here
from inquiries.desk.inbox import TABS, TO_DO, Row, row_of
from inquiries.models import Inquiry
from newsroom.editing.sections import Line, Section, list_of

PLACE, URGENT_PLACE = 15, 5


def inquiries(request: HttpRequest) -> list[Section]:
    """Return the inquiries that wait for an answer, for officers alone."""
    if not is_officer_here(request):
        return []
    found: QuerySet[Inquiry] = Inquiry.objects.filter(state__in=TABS[TO_DO][1])
    rows = sorted((row_of(one, {}) for one in found), key=lambda row: row.order)
    place = URGENT_PLACE if any(row.is_urgent for row in rows) else PLACE
    return [Section(_("Inquiries that wait"), [_line(row) for row in rows], place, list_of(Inquiry))]


def _line(row: Row) -> Line:
    """Return when an inquiry came and is due: what it is about stands behind the password of the desk."""
    inquiry = row.inquiry
    came = date_format(localtime(inquiry.received_at), "DATETIME_FORMAT")
    due = inquiry.due_on and date_format(inquiry.due_on, "DATE_FORMAT")
    return Line(
        _("Received %(when)s") % {"when": came},
        reverse("admin:inquiries_inquiry_change", args=[inquiry.pk]),
        comment=_("Answer due %(day)s") % {"day": due} if due else "",
        mark=_("urgent") if row.is_urgent else _("overdue") if inquiry.is_overdue else "",
    )
