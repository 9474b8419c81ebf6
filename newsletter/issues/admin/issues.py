"""The admin of draft issues. What follows the draft stands in newsletter/sending/admin/steps.py."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Model, QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.admin.base import EditorPageAdmin
from newsletter.issues import drafting
from newsletter.issues.models import Issue, Item
from newsroom.editing.modeladmin import ASIDE
from newsroom.editing.sentonce import new_number, once

from .forms import ArticleEntryForm, EventForm, IssueForm, StartForm


class EntryInline(admin.StackedInline):
    """Entries of one kind."""

    model = Item
    extra = 0
    kind: Item.Kind

    def get_queryset(self, request: HttpRequest) -> QuerySet[Item]:
        return super().get_queryset(request).filter(kind=self.kind).select_related("article")


class ArticleInline(EntryInline):
    """The articles of an issue; new ones come with the draft, or through 'Add articles'."""

    form = ArticleEntryForm
    kind = Item.Kind.ARTICLE
    verbose_name = gettext_lazy("article")
    verbose_name_plural = gettext_lazy("articles")
    fields = [("position", "group", "title", "seen"), "blurb"]
    readonly_fields = ["seen"]
    template = "admin/newsletter/issue/entries.html"

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("On the site"))
    def seen(self, item: Item) -> SafeString:
        if item.article and item.article.is_public:
            return format_html('<a href="{}">{}</a>', item.article.get_absolute_url(), _("Read it"))
        return format_html('<strong class="not-public">{}</strong>', _("not public"))


class EventInline(EntryInline):
    """The events of an issue."""

    form = EventForm
    add_label = gettext_lazy("Add an event")
    kind = Item.Kind.EVENT
    verbose_name = gettext_lazy("event")
    verbose_name_plural = gettext_lazy("events")
    fields = [("position", "group", "title"), ("when", "url"), "blurb"]
    template = "admin/newsletter/issue/entries.html"


class IssueAdmin(EditorPageAdmin):
    """Issues, of which only drafts can be changed; newsletter.sending.admin adds the steps after the draft."""

    form = IssueForm
    inlines = [ArticleInline, EventInline]
    list_display = ["name", "state_label", "shown_language", "sent_at"]
    list_filter = ["state"]
    search_fields = ["subject", "preheader", "introduction_html"]
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    actions = None  # no deletion of several at once: sent ones might be among them
    autocomplete_fields = ["countries", "topics"]
    readonly_fields = ["audience_count", "correction_of"]
    change_form_template = "admin/newsletter/issue/change_form.html"

    class Media:
        js = ["js/admin-issue.js"]

    def get_fieldsets(self, request: HttpRequest, obj: Issue | None = None) -> Any:
        """Return the groups of fields (Any: Django's type for them is a private name of django-stubs)."""
        if obj is not None and obj.corrects_id:
            audience = ["correction_of", "audience_count"]
        else:
            audience = ["audience", "countries", "topics", "audience_count"]
        entries = [(_("Entries"), {"fields": ["more_articles"]})]
        return [
            (None, {"fields": ["subject", "preheader", "introduction_html"]}),
            (_("Who gets it"), {"classes": [ASIDE], "fields": audience}),
            (_("Language and address"), {"classes": [ASIDE], "fields": ["language", "slug"]}),
        ] + (entries if self.has_change_permission(request, obj) else [])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Issue]:
        return super().get_queryset(request).select_related("corrects")

    def steps_of(self, request: HttpRequest, issue: Issue, current: str) -> list[dict[str, Any]]:
        """Return the steps that are shown above the form of a draft: none without newsletter.sending."""
        return []

    def has_change_permission(self, request: HttpRequest, obj: Issue | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.state == Issue.State.DRAFT)

    def has_delete_permission(self, request: HttpRequest, obj: Issue | None = None) -> bool:
        """Return whether it is a draft: what readers have got stays in the archive."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.state == Issue.State.DRAFT)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Start a draft from everything that was published since the last issue."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return once(request, lambda: self._new(request))

    def _new(self, request: HttpRequest) -> HttpResponse:
        """Show where a draft starts from, and start it."""
        since, language = drafting.last_time(), self._language()
        initial = {"since": since, "grouping": "countries", "language": language}
        form = StartForm(request.POST or None, initial=initial)
        if request.method == "POST" and form.is_valid():
            return self._start(request, form.cleaned_data)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("New issue"),
            "form": form,
            "media": self.media + form.media,
            "count": len(drafting.published_since(since, language)),
            "since": since,
            "once": new_number(),
        }
        return TemplateResponse(request, "admin/newsletter/issue/new.html", context)

    def _start(self, request: HttpRequest, data: dict[str, Any]) -> HttpResponse:
        issue = drafting.new_issue(**data)
        self.log_addition(request, issue, [{"added": {}}])
        count = issue.items.count()
        message = ngettext(
            "The draft holds %(count)s article. Take out what is too much.",
            "The draft holds %(count)s articles. Take out what is too much.",
            count,
        )
        self.message_user(request, message % {"count": count}, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:newsletter_issue_change", args=[issue.pk]))

    def _language(self) -> str:
        code = settings.LANGUAGE_CODE
        return code if code in dict(settings.LANGUAGES) else "en"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form of a draft, and the progress of any other issue."""
        issue = self.get_object(request, object_id) if request.method == "GET" else None
        if (
            issue is not None
            and issue.state != Issue.State.DRAFT
            and self.has_view_permission(request, issue)
        ):
            return HttpResponseRedirect(reverse("admin:newsletter_issue_progress", args=[issue.pk]))
        return super().change_view(request, object_id, form_url, extra_context)

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: Sequence[BaseModelFormSet], change: bool
    ) -> None:
        """Store the entries, add the new articles at the end, and number all entries in even steps."""
        super().save_related(request, form, formsets, change)
        issue = form.instance
        present = set(issue.items.values_list("article", flat=True))
        new = [article for article in form.cleaned_data.get("more_articles", []) if article.pk not in present]
        drafting.add_articles(issue, [("", article) for article in new])
        drafting.renumber(issue)

    def response_change(self, request: HttpRequest, obj: Issue) -> HttpResponse:
        """Show the preview or the form again after saving."""
        if "_preview" in request.POST:
            return HttpResponseRedirect(reverse("admin:newsletter_issue_preview", args=[obj.pk]))
        self.message_user(request, _("Draft saved."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:newsletter_issue_change", args=[obj.pk]))

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Issue | None = None,
    ) -> HttpResponse:
        """Add the steps above the form."""
        context["steps"] = self.steps_of(request, obj, "change") if obj else []
        context["issue_state"] = self.state_label(obj) if obj else ""
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.display(description=gettext_lazy("issue"), ordering="subject")
    def name(self, issue: Issue) -> str:
        return str(issue)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_label(self, issue: Issue) -> SafeString:
        return format_html('<span class="state state-{}">{}</span>', issue.state, issue.get_state_display())

    @admin.display(description=gettext_lazy("language"), ordering="language")
    def shown_language(self, issue: Issue) -> str:
        return issue.get_language_display()

    @admin.display(description=gettext_lazy("sent"), ordering=F("published_at").desc(nulls_first=True))
    def sent_at(self, issue: Issue) -> str:
        moment = issue.published_at or issue.send_at
        return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else ""

    @admin.display(description=gettext_lazy("correction of"))
    def correction_of(self, issue: Issue) -> SafeString:
        words = _("It goes to exactly those who got the issue and still want mail.")
        link = reverse("admin:newsletter_issue_progress", args=[issue.corrects_id])
        return format_html('<a href="{}">{}</a>. {}', link, issue.corrects, words)
