"""The page on which somebody says whether they want mail about reviews."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from newsroom.guard.staffpages import signed_in

from .models import MailWish

WANTED = "wanted"  # the box of the form


@require_http_methods(["GET", "HEAD", "POST"])
def mail_page(request: HttpRequest) -> HttpResponse:
    """Show the wish of the person who asks, or store it."""
    user = signed_in(request)
    if request.method == "POST":
        if WANTED in request.POST:
            MailWish.objects.get_or_create(user=user)
            messages.success(request, _("You get mail about reviews from now on."))
        else:
            MailWish.objects.filter(user=user).delete()
            messages.success(request, _("You get no mail about reviews. Your first page tells you."))
        return HttpResponseRedirect(reverse("admin:index"))
    context = admin.site.each_context(request) | {
        "title": _("Mail to you"),
        "address": user.email,
        "is_wanted": MailWish.objects.filter(user=user).exists(),
        "wanted_name": WANTED,
    }
    return render(request, "admin/review/mail.html", context)
