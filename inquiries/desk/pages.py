"""The context that all pages of the desk share."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from inquiries.desk import inbox
from inquiries.models import Inquiry

EXPORT = "inquiries.export_inquiry"


def desk_page(
    request: HttpRequest, name: str, title: object, status: int = 200, **context: object
) -> HttpResponse:
    """Return a page of the desk."""
    whole = admin.site.each_context(request) | {
        "title": title,
        "opts": Inquiry._meta,
        "tabs": inbox.TABS,
        "may_export": request.user.has_perm(EXPORT),
        **context,
    }
    return render(request, f"admin/inquiries/{name}.html", whole, status=status)
