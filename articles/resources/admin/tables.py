"""What the editor of texts asks of CSV files: which there are, and the rows of one."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.documents.report import DocumentError
from articles.resources.csvtables import listed, table_of
from articles.resources.models.resource import Resource


def csv_list(request: HttpRequest) -> JsonResponse:
    """Return the published CSV files as JSON."""
    _require_viewer(request)
    found = [
        {
            "title": one.title,
            "publisher": one.publisher,
            "table": reverse("admin:articles_resource_table", args=[one.pk]),
        }
        for one in listed()
    ]
    return JsonResponse({"files": found})


def csv_table(request: HttpRequest, pk: int) -> JsonResponse:
    """Return the rows of a published CSV file as JSON."""
    _require_viewer(request)
    resource = get_object_or_404(Resource.objects.published().filter(file_extension="csv"), pk=pk)
    try:
        table = table_of(resource)
    except (FileNotFoundError, DocumentError):
        return JsonResponse({"error": _("This file can’t be read as a table.")}, status=409)
    source = ", ".join(part for part in (resource.title, resource.publisher) if part)
    return JsonResponse({**table, "source": source})


def _require_viewer(request: HttpRequest) -> None:
    if not request.user.has_perm("articles.view_resource"):
        raise PermissionDenied
