"""The checks in the form of an article: what holds it back, the box for a reason, and the panel."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from newsroom.editing.sentonce import ONCE
from newsroom.guard.staffpages import signed_in
from newsroom.versions.workingcopies import draftforms

from . import live
from .asking import state_of
from .holding import REASON, accept, acceptable, reason_in
from .judging import findings
from .panel import panel
from .state import notes_in

if TYPE_CHECKING:
    from newsroom.versions.workingcopies.draftforms import KeepsDrafts as Base
else:
    Base = object  # a mixin: the class that uses it brings it

LET_THROUGH = (
    "_let_through"  # the attribute of a request with what was let through: article, findings, reason
)


class Checked(forms.ModelForm):
    """A form that tells its article with which reason it was sent, and what was typed beside what it holds."""

    def _post_clean(self) -> None:
        self.instance.publication_reason = reason_in(self.data.get(REASON, ""))
        self.instance.sent_html = self.data.get("body_html", "")
        self.instance.sent_notes = notes_in(self.data)
        super()._post_clean()  # type: ignore[misc]  # Django's own, which its stubs leave out


class ShowsChecks(Base):
    """A ModelAdmin with the panel of findings; a reason lets those through that may be so."""

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        """Save; store with it what the reason lets through."""
        found = acceptable(obj) if obj.publication_reason and self.may_publish(request) else []
        super().save_model(request, obj, form, change)
        if found:
            accept(obj, found, obj.publication_reason, signed_in(request))
            setattr(request, LET_THROUGH, (obj, found))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,  # Any: a template's context
    ) -> HttpResponse:
        """Show or save the form; what was let through of changes that wait is stored after what they undo."""
        response = super().changeform_view(request, object_id, form_url, extra_context)
        article: Any  # an Article
        article, found = getattr(request, LET_THROUGH, (None, []))
        if found and response.status_code == 302 and draftforms.is_kept(request):
            accept(article, found, article.publication_reason, signed_in(request))
        return response

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Give the page its panel."""
        obj, form = context.get("original"), context["adminform"].form
        may_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if may_save:
            is_new = obj is None and not form.is_bound
            state = None if is_new else state_of(form.instance, form.instance.sent_html, fresh=False)
            found = findings(state) if state else []
            context["checks"] = panel(form.instance, found)
            context["may_let_through"] = self.may_publish(request)
            context["reason"] = request.POST.get(REASON, "")
        return super().render_change_form(request, context, *args, **kwargs)

    def said_of(
        self, request: HttpRequest, obj: Model | None, fields: list[tuple[str, str]]
    ) -> dict[str, object]:
        """Return the panel of what was typed."""
        page = dict(fields).get(ONCE, "")
        return live.said_of(obj or self.model(), fields, f"{request.user.pk}:{obj.pk if obj else ''}:{page}")
