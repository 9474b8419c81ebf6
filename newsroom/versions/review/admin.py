"""Review in the admin: a page about each piece, its state on the form and in the list, and a button to hand it in."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsroom.guard.staffpages import signed_in
from newsroom.versions.admin import HasVersions
from newsroom.versions.models import Version
from newsroom.versions.workingcopies import draftforms

from . import steps
from .models import LONGEST, Remark, Review

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.admin.views.main import ChangeList
    from django.utils.safestring import SafeString

SUBMIT = "_submit"  # the button that saves a form and goes on to hand the piece in
SHOWN_ON_FORM = 3  # of the latest remarks
NOTE, TAKE_BACK, SEND_BACK = "_note", "_take_back", "_send_back"


class RemarkForm(forms.Form):
    """What somebody writes to colleagues."""

    text = forms.CharField(
        label=gettext_lazy("To your colleagues"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "aria-describedby": "id_text_help"}),
    )


class Reviewed(HasVersions):
    """A ModelAdmin of pieces that are handed in to those who may publish; stands before other base classes."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.review_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_review"
        return [path("<path:object_id>/review/", view, name=name), *super().get_urls()]

    def review_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what colleagues wrote about a piece, take notes, and take the steps of its review."""
        row = self.row_with_history(request, object_id)
        form = RemarkForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                told = self._step(request, row, form)
            except steps.OutOfTurn:
                told = _("Nothing was done: somebody has taken a step meanwhile. See where it stands now.")
                self.message_user(request, told, messages.WARNING)
                return HttpResponseRedirect(request.path)
            if told:
                self.message_user(request, told, messages.SUCCESS)
                return HttpResponseRedirect(request.path if NOTE in request.POST else self._form_of(row))
        review = steps.of(row)
        context = {
            "title": _("Review and notes: %(name)s") % {"name": row},
            "form": form,
            "review": review,
            "remarks": Remark.objects.of(row).select_related("by"),
            "may_submit": not (review and review.is_waiting) and steps.can_be_submitted(row),
            "may_send_back": bool(review and review.is_waiting) and self.may_publish(request),
            # Editors send back what others have submitted: a second button that ends the wait would only confuse.
            "may_take_back": review is not None
            and review.is_waiting
            and (not self.may_publish(request) or review.asked_by == request.user),
            "may_publish": self.may_publish(request),
            "page": self._form_of(row),
            "is_asked": "submit" in request.GET,
        }
        return self.page_about(request, row, "admin/review/review.html", context)

    def _step(self, request: HttpRequest, row: Model, form: RemarkForm) -> str:
        """Take the step that a button asks for, and say so; return '' where a word is missing."""
        text, by = form.cleaned_data["text"].strip(), signed_in(request)
        if SUBMIT in request.POST:
            steps.submit(row, by, text)
            return _("Submitted. Editors see it on their first page.")
        if TAKE_BACK in request.POST:
            steps.take_back(row, by, text)
            return _("Taken back. It waits for nobody now.")
        if SEND_BACK in request.POST and not self.may_publish(request):
            raise PermissionDenied
        if not text:
            form.add_error("text", _("Write something first."))
            return ""
        if SEND_BACK in request.POST:
            steps.send_back(row, by, text)
            return _("Sent back. Whoever submitted it reads what you wrote on their first page.")
        steps.note(row, by, text)
        return _("Your note is here for everybody who may change this.")

    def _form_of(self, row: Model) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the steps of the review beside the versions."""
        row = self.row_with_history(request, object_id)
        remarks = Remark.objects.of(row).exclude(kind=Remark.Kind.NOTE).select_related("by")
        return super().history_view(request, object_id, {"remarks": remarks} | (extra_context or {}))

    def keeps_what_is_sent(self, request: HttpRequest, row: Model, copy: Version | None) -> bool:
        """Return whether a form is to wait: also one that hands in changes of what is public."""
        is_public = getattr(row, "state", "") == "published"
        return super().keeps_what_is_sent(request, row, copy) or (is_public and SUBMIT in request.POST)

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm, formsets: "Sequence[Any]", change: bool
    ) -> None:
        """Save the relations; what was published waits for nobody any more."""
        super().save_related(request, form, formsets, change)
        if getattr(form.instance, "state", "") == "published" and not draftforms.is_kept(request):
            steps.settle(form.instance, signed_in(request))

    def on_to_review(self, request: HttpRequest, row: Model) -> HttpResponse | None:
        """Return the way to hand in what was just saved, where the form asked for it."""
        if SUBMIT in request.POST and "_popup" not in request.POST:
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_review"
            return HttpResponseRedirect(reverse(name, args=[row.pk]) + "?submit")
        is_kept = draftforms.is_kept(request) and draftforms.DRAFT not in request.POST
        if is_kept and not self.may_publish(request):
            told = _(
                "It was published since you opened it. What you saved waits as a draft of changes: visitors see "
                "none of it until an Editor publishes it."
            )
            self.message_user(request, told, messages.WARNING)
        return None

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Tell the page where the review stands, and what colleagues wrote last."""
        obj = context.get("original")
        if obj is not None and self.has_change_permission(request, obj):
            remarks = list(Remark.objects.of(obj).select_related("by")[: SHOWN_ON_FORM + 1])
            context["review"], context["reviewed"] = steps.of(obj), True
            context["remarks"], context["more_remarks"] = remarks[:SHOWN_ON_FORM], remarks[SHOWN_ON_FORM:]
        return super().render_change_form(request, context, *args, **kwargs)

    def get_changelist_instance(self, request: HttpRequest) -> "ChangeList":
        """Fetch the rows with where their review stands."""
        changelist = super().get_changelist_instance(request)
        reviews = Review.objects.filter(model=self.opts.label_lower, object_id=OuterRef("pk"))
        changelist.result_list = changelist.result_list.annotate(review=Subquery(reviews.values("state")[:1]))
        return changelist


def label_of(row: Any) -> "SafeString | str":  # Any: a row of a list, with what is added above
    """Return where the review of a row stands, in words; empty for one in nobody's hands."""
    state = getattr(row, "review", "")
    if not state:
        return ""
    return format_html('<span class="state state-review-{}">{}</span>', state, Review.State(state).label)
