"""The preview of a form as it stands, of what is stored, and of any version: who may see the change form sees it."""

from typing import Any

from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.forms import BaseInlineFormSet, ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.csp import CSP
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from newsroom.editing.kept import is_from_another_session, offer_again
from newsroom.guard.staffpages import POLICY
from newsroom.richtext.limits import is_too_long
from newsroom.richtext.pictures import rich_text_fields
from newsroom.richtext.sanitiser import sanitise
from newsroom.versions.history import ShowsHistory
from newsroom.versions.rolledback import rolled_back
from newsroom.versions.workingcopies import working
from newsroom.versions.workingcopies.draftforms import put

from . import forms, placing
from .pages import Draft, NotShown, for_frames

FRAME = "_frame"  # in the data of a form: the answer stands in a frame beside it
VERSION = "version"  # the parameter with the number of a version


class Previews(ShowsHistory):
    """A ModelAdmin whose change form can be looked at as visitors would."""

    def get_urls(self) -> list[URLPattern]:
        info = self.opts.app_label, self.opts.model_name
        return [
            path("add/preview/", self._preview_entry(), name="{}_{}_preview_new".format(*info)),
            path("<path:object_id>/preview/", self._preview_entry(), name="{}_{}_preview".format(*info)),
            *super().get_urls(),
        ]

    def _preview_entry(self) -> Any:  # Any: as Django's own, the view takes what its route gives it
        """Return the view, which tells in words what a frame could not show: a page of the admin."""
        view = self.admin_site.admin_view(self.preview_view)

        @csrf_exempt  # checked here
        def inner(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                is_strange = is_from_another_session(request)
                if FRAME in request.POST and (is_strange or not self.admin_site.has_permission(request)):
                    return _told(request, [_("Your session has ended. Sign in again in another tab.")], 403)
                if is_strange:
                    return offer_again(request)
            response: HttpResponse = view(request, **kwargs)
            return response

        return inner

    def preview_view(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        """Show the page of the form that was sent; or of what is stored, or of the version that the address names."""
        row = self.get_object(request, unquote(object_id)) if object_id else None
        if object_id and row is None:
            raise Http404
        try:
            page = (
                self._preview_of_form(request, row)
                if request.method == "POST"
                else self._preview_of(request, row)
            )
        except NotShown as error:
            return _told(request, error.sentences)
        return for_frames(page)

    def _preview_of_form(self, request: HttpRequest, row: Model | None) -> HttpResponse:
        may = self.has_change_permission(request, row) if row else self.has_add_permission(request)
        if not may:
            raise PermissionDenied
        vars(request)["_files"] = MultiValueDict()  # a file is looked at when it is saved
        for name in rich_text_fields(self.model):
            text = request.POST.get(name)
            if not is_too_long(text):
                sanitise(text)
        copy = working.of(row) if row else None
        if row is None or copy is None:
            return self._page_of_form(request, row)
        with (
            rolled_back()
        ):  # the form was made of the row as it would be: its new rows below are among the stored
            put(copy, for_good=False)
            return self._page_of_form(request, self.get_object(request, str(row.pk)))

    def _page_of_form(self, request: HttpRequest, row: Model | None) -> HttpResponse:
        form, formsets = self._lenient_forms(request, row)
        if problems := forms.what_is_wrong(form, formsets):
            raise NotShown(*problems)
        draft = Draft(is_for_staff=True)
        if FRAME not in request.POST:
            draft = Draft(_("Preview. Nobody but you sees it."), is_for_staff=True)
        return placing.page_of_form(form, formsets, draft)

    def _lenient_forms(
        self, request: HttpRequest, row: Model | None
    ) -> tuple[ModelForm, list[BaseInlineFormSet]]:
        names = flatten_fieldsets(self.get_fieldsets(request, row))
        form = forms.lenient(self.get_form(request, row, change=row is not None, fields=names))
        filled = form(request.POST, MultiValueDict(), instance=row)
        filled.is_valid()  # fills its instance
        formsets, _inlines = self._create_formsets(request, filled.instance, change=row is not None)  # type: ignore[attr-defined]  # private
        for formset in formsets:
            for one in formset.forms:
                forms.require_nothing(one)
        return filled, formsets

    def _preview_of(self, request: HttpRequest, row: Model | None) -> HttpResponse:
        if row is None or not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        says = _("Preview. Nobody but you and your colleagues sees it.")
        version = None
        if self.has_change_permission(request, row):
            version = self.version_asked(request, row, VERSION) or working.of(row)
        draft = Draft(says, is_for_staff=True)
        if version is None:
            return placing.page_of_row(row, draft)
        return placing.page_of_version(row, version, draft)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,  # Any: a template's context
    ) -> HttpResponse:
        """Let the page of the form hold a frame of ours."""
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if response.status_code == 200 and hasattr(response, "render"):
            policy = getattr(response, "_csp_config", POLICY)
            response._csp_config = policy | {"frame-src": [CSP.SELF]}  # type: ignore[attr-defined]  # what Django's CSP reads
        return response

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Give the page the address of the preview, for those who may send the form."""
        row = context.get("original")
        context["preview_frame"] = FRAME
        info = self.opts.app_label, self.opts.model_name
        if row is None and self.has_add_permission(request):
            context["preview_url"] = reverse("admin:{}_{}_preview_new".format(*info))
        elif row is not None and self.has_change_permission(request, row):
            for name in ("preview", "share"):
                context[f"{name}_url"] = reverse("admin:{}_{}_{}".format(*info, name), args=[row.pk])
        return super().render_change_form(request, context, *args, **kwargs)


def _told(request: HttpRequest, sentences: list[str], status: int = 200) -> HttpResponse:
    """Return a page that says in a frame, or in a tab, why there is nothing to see."""
    context = {"sentences": sentences}
    return for_frames(render(request, "admin/versions/not_shown.html", context, status=status))
