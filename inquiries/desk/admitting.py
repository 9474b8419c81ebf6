"""The page about the officers: who they are, who waits to be let in, and what happened to their accounts."""

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from inquiries.desk.access import is_officer_here
from inquiries.desk.forms import LetInForm
from inquiries.desk.pages import EXPORT
from inquiries.models import AccountChange, Admission
from inquiries.officers import accountchanges
from inquiries.officers.membership import all_officers, is_let_in, members_here, waiting
from newsroom.editing.notices import Notice
from newsroom.guard.staffpages import signed_in

CHANGES = 50  # shown


@require_http_methods(["GET", "HEAD", "POST"])
def officers_page(request: HttpRequest) -> HttpResponse:
    """Show the officers, and let in a member whose identity an officer has checked."""
    form, officer = None, signed_in(request)
    if request.method == "POST":
        form = LetInForm(request.POST, by=officer)
        if form.is_valid():
            account = form.cleaned_data["account"]
            accountchanges.let_in(account, officer.get_username())
            messages.success(
                request, _("‘%(account)s’ can read inquiries now.") % {"account": account.get_username()}
            )
            return HttpResponseRedirect(reverse("admin:inquiries_inquiry_officers"))
    context = {
        **admin.site.each_context(request),
        "title": _("Officers"),
        "may_export": officer.has_perm(EXPORT),
        "officers": all_officers(),
        "waiting": [_Waiting(user, officer, form) for user in waiting()],
        "changes": AccountChange.objects.all()[:CHANGES],
    }
    return render(request, "admin/inquiries/officers.html", context, status=200 if form is None else 422)


class _Waiting:
    """A member to whom the desk is closed, with the reason and the form that lets them in."""

    def __init__(self, user: User, officer: User, sent: LetInForm | None) -> None:
        self.user = user
        self.reason = Admission.of(user).reason(user)
        is_sent = sent is not None and sent.data.get("account") == str(user.pk)
        auto_id = f"id_{user.pk}_%s"
        initial = {"account": user.pk, "state": Admission.state_of(user)}
        self.form = LetInForm(
            sent.data if is_sent and sent else None, by=officer, initial=initial, auto_id=auto_id
        )
        self.state = initial["state"]


def waiting_notice(request: HttpRequest) -> Notice | None:
    """Tell officers that a colleague waits, and a member that the desk is closed to them."""
    url = reverse("admin:inquiries_inquiry_officers")
    if not is_officer_here(request):
        text = _("The desk of the inquiries is closed to your account. Read what opens it.")
        is_member = any(one.pk == request.user.pk for one in members_here(request))
        return Notice(text, url) if is_member else None
    count = sum(not is_let_in(one) for one in members_here(request))
    text = ngettext(
        "%(count)s officer waits to be let in to the desk.",
        "%(count)s officers wait to be let in to the desk.",
        count,
    )
    return Notice(text % {"count": count}, url) if count else None
