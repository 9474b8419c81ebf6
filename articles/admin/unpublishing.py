"""The page that takes a piece off the site: it says what happens, takes a reason, and offers what should go along."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.models.publishing import Publishable
from newsroom.editing.heldrows import held, held_where_sent
from newsroom.guard.staffpages import signed_in
from newsroom.pictures.models import Image
from newsroom.pictures.uploads import thumbnail_of
from newsroom.pictures.uses import uses_of
from newsroom.versions.admin import HasVersions
from newsroom.versions.models import ShareLink
from newsroom.versions.recording import recording
from newsroom.versions.workingcopies import working

if TYPE_CHECKING:
    from django.utils.safestring import SafeString


BUTTON = "_withdraw"  # of a form


def reason_field() -> forms.CharField:
    """Return the field that asks why something goes off the site."""
    return forms.CharField(
        label=gettext_lazy("Why?"),
        required=False,
        max_length=300,
        help_text=gettext_lazy(
            "Stands in the history, for those who may change this; may stay empty. No name that must not be known."
        ),
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )


def ends_links_field() -> forms.BooleanField:
    """Return the field that asks whether the links that share something end with it."""
    return forms.BooleanField(label=gettext_lazy("End the links that share it"), required=False, initial=True)


class UnpublishForm(forms.Form):
    """Why a piece goes off the site, and what goes with it."""

    reason = reason_field()
    ends_links = ends_links_field()
    pictures = forms.ModelMultipleChoiceField(
        Image.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, links: int, pictures: list[Image]) -> None:  # Any: as Django has it
        super().__init__(data)
        keys = [picture.pk for picture in pictures]
        self.fields["pictures"].queryset = Image.objects.filter(pk__in=keys)  # type: ignore[attr-defined]
        if not links:
            del self.fields["ends_links"]


class Unpublishes(HasVersions):
    """A ModelAdmin with the page that unpublishes a piece."""

    publish_permission: str  # 'app.codename'

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.unpublish_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_unpublish"
        return [path("<path:object_id>/unpublish/", view, name=name), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,  # Any: a template's context
    ) -> HttpResponse:
        """Show or save the form; its button to unpublish leads to the page that asks, and saves nothing."""
        if BUTTON in request.POST:
            view = f"admin:{self.opts.app_label}_{self.opts.model_name}_unpublish"
            return HttpResponseRedirect(reverse(view, args=[object_id]))
        return super().change_view(request, object_id, form_url, extra_context)

    def unpublish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then take a piece off the site, with the pictures and the links that are chosen."""
        row: Any = self.row_with_history(request, object_id)  # of whichever publishable model
        if not request.user.has_perm(self.publish_permission):
            raise PermissionDenied
        with held_where_sent(request):
            if request.method == "POST":
                row = held(row)
            page = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
            if row.state != Publishable.State.PUBLISHED:
                self.message_user(request, _("It is not published."), messages.WARNING)
                return HttpResponseRedirect(page)
            links, pictures = (
                ShareLink.objects.of(row).working().count(),
                self._shown_here_alone(request, row),
            )
            form = UnpublishForm(request.POST if request.method == "POST" else None, links, pictures)
            if form.is_valid():
                self._unpublish(request, row, form.cleaned_data)
                return HttpResponseRedirect(page)
        context = {
            "title": _("Unpublish: %(name)s") % {"name": row},
            "form": form,
            "page": page,
            "links": links,
            "pictures": [(one, _thumbnail(one)) for one in pictures],
            "chosen": request.POST.getlist("pictures"),
            "waiting": working.of(row),
        }
        return self.page_about(request, row, "admin/articles/unpublish.html", context)

    def _shown_here_alone(self, request: HttpRequest, row: Publishable) -> list[Image]:
        """Return the pictures that nothing else shows and that the person may withdraw."""
        library = admin.site.get_model_admin(Image)
        shown = {one.pk: one for found in row.pictures_by_field().values() for one in found}
        return [
            one
            for one in shown.values()
            if one.is_available
            and library.has_change_permission(request, one)
            and all(use.row == row for use in uses_of(one))
        ]

    def _unpublish(self, request: HttpRequest, row: Publishable, asked: dict[str, Any]) -> None:
        was_scheduled = row.is_scheduled
        with recording(row, signed_in(request), asked["reason"].strip()):
            row.withdraw()
            row.save(update_fields=["state", "first_published_at", "updated_at"])
        self.log_change(request, row, _("Unpublished."))
        self.message_user(request, outcome(row, was_scheduled=was_scheduled), messages.SUCCESS)
        if asked.get("ends_links"):
            ShareLink.objects.of(row).delete()
        for picture in asked["pictures"]:
            picture.withdraw()
            admin.site.get_model_admin(Image).log_change(request, picture, _("Withdrawn."))
        if count := len(asked["pictures"]):
            told = ngettext("%(count)s picture was withdrawn.", "%(count)s pictures were withdrawn.", count)
            self.message_user(request, told % {"count": count}, messages.SUCCESS)


def _thumbnail(picture: Image) -> "SafeString | str":
    shown = thumbnail_of(picture)
    if shown is None:
        return ""
    words = '<img class="picture-thumbnail" src="{}" width="{}" height="{}" alt="">'
    return format_html(words, picture.url_of(shown), shown["width"], shown["height"])


def outcome(row: Publishable, *, was_scheduled: bool) -> str:
    """Return what becomes of a piece that was just unpublished."""
    if not was_scheduled:
        return _("Unpublished. Visitors can't read it any more.")
    if row.state == row.State.DRAFT:
        return _("It is a draft again and won’t be published by itself. No visitor has read it.")
    return _("Unpublished. It won’t come back at its time.")
