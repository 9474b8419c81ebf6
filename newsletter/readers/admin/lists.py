"""The admin of imports: upload a list, look through its lines, decide, and follow the progress."""

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from newsletter.readers import imports
from newsletter.readers.models.lists import Import, ImportRow
from newsroom.guard.staffpages import signed_in

from .readers import LookOnly

LARGEST = 25  # megabytes
ROWS_A_PAGE = 100
# File names that Mailchimp and others give to exports of people who left; the file itself often does not say it.
OF_PEOPLE_WHO_LEFT = re.compile(
    r"unsub|cleaned|bounce|suppress|opt.?out|bl(o|a)cklist|complain|abgemeldet", re.IGNORECASE
)
PERMISSION = "newsletter.import_list"


class ImportForm(forms.ModelForm):
    """A file, and how the people in it agreed to get the newsletter."""

    file = forms.FileField(
        label=gettext_lazy("List"),
        help_text=format_lazy(
            gettext_lazy(
                "A CSV file (UTF-8) of up to {most} MB. Its first line names the columns: address, and if you have "
                "them countries and topics. Nothing is imported before you have seen what would happen."
            ),
            most=LARGEST,
        ),
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("Every person in this list agreed to get this newsletter, and we can show it."),
        help_text=gettext_lazy("Bought or collected addresses are against the law in most countries."),
    )

    class Meta:
        model = Import
        fields = ["consent", "told"]

    def clean_file(self) -> UploadedFile:
        """Refuse a file that is too large, or by its name a list of people who have left."""
        file: UploadedFile = self.cleaned_data["file"]
        if OF_PEOPLE_WHO_LEFT.search(file.name or ""):
            raise forms.ValidationError(
                _(
                    "By its name this is a list of people who have left or can’t be reached. They get no mail here."
                )
            )
        if (file.size or 0) > LARGEST * 1024 * 1024:
            raise forms.ValidationError(
                _("The file is larger than %(most)s MB. Split it.") % {"most": LARGEST}
            )
        return file


@admin.register(Import)
class ImportAdmin(LookOnly):
    """Imported lists."""

    form = ImportForm
    fields = ["file", "consent", "told", "agreed"]
    list_display = ["file_name", "state", "created_at", "created_by_name", "added", "skipped", "wrong"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Import]:
        return super().get_queryset(request).defer("content")

    def get_urls(self) -> list[URLPattern]:
        """Add the address of the decision."""
        decide = self.admin_site.admin_view(require_POST(self.decide))
        return [path("<int:pk>/decide/", decide, name="newsletter_import_decide"), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)

    @admin.display(description=gettext_lazy("added"))
    def added(self, source: Import) -> int:
        return int(source.counts.get(ImportRow.Fate.ADDED, 0))

    @admin.display(description=gettext_lazy("skipped"))
    def skipped(self, source: Import) -> int:
        return sum(source.counts.get(fate, 0) for fate in imports.SKIPPED)

    @admin.display(description=gettext_lazy("wrong"))
    def wrong(self, source: Import) -> int:
        return int(source.counts.get(ImportRow.Fate.WRONG, 0))

    def save_model(self, request: HttpRequest, obj: Import, form: forms.ModelForm, change: bool) -> None:
        """Store the list for the worker."""
        file = form.cleaned_data["file"]
        imports.start(obj, file.read(), file.name, signed_in(request))

    def response_add(
        self, request: HttpRequest, obj: Import, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the progress after the upload."""
        return redirect("admin:newsletter_import_change", obj.pk)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the progress, what would happen with each line, and the buttons to decide."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        source = self.get_object(request, object_id)
        if source is None:
            raise Http404
        rows = ImportRow.objects.filter(source=source)
        fate = request.GET.get("fate", "")
        page = Paginator(rows.filter(fate=fate) if fate in ImportRow.Fate.values else rows, ROWS_A_PAGE)
        context = self.admin_site.each_context(request) | {
            "title": source.file_name,
            "opts": self.opts,
            "source": source,
            "is_running": source.state in {Import.State.READING, Import.State.IMPORTING},
            "progress": source.progress,
            "counts": [
                (one, one.label, source.counts[one]) for one in ImportRow.Fate if one in source.counts
            ],
            "fate": fate,
            "new": source.counts.get(ImportRow.Fate.NEW, 0),
            "page_obj": page.get_page(request.GET.get("page")),
            "may_decide": self.has_add_permission(request),
        }
        return TemplateResponse(request, "admin/newsletter/import/progress.html", context)

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Start the import, or cancel it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        wanted = Import.State.IMPORTING if "import" in request.POST else Import.State.CANCELLED
        if imports.decide(pk, wanted):
            source = Import.objects.defer("content").get(pk=pk)
            self.log_change(
                request, source, _("Started.") if wanted == Import.State.IMPORTING else _("Cancelled.")
            )
        else:
            self.message_user(request, _("This list does not wait for a decision."), messages.WARNING)
        return redirect("admin:newsletter_import_change", pk)
