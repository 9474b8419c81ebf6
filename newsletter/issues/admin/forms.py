"""The forms of an issue: how its draft begins, its contents, and when it is sent."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.admin.filling import FillsSlug
from articles.models.article import Article
from newsletter.issues.models import Issue, Item
from newsroom.editing.clocks import why_not
from newsroom.editing.moments import MomentField
from newsroom.editing.rowchoices import ManyAutocomplete, ManyField


class StartForm(forms.Form):
    """Since when a new issue collects articles, and how it groups them."""

    since = MomentField(label=gettext_lazy("Articles published since"))
    grouping = forms.ChoiceField(
        label=gettext_lazy("Grouped by"),
        required=False,
        choices=[
            ("countries", gettext_lazy("country")),
            ("topics", gettext_lazy("topic")),
            ("", gettext_lazy("nothing: the newest first")),
        ],
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("Of several translations of an article, the one in this language is taken."),
    )

    def clean_since(self) -> datetime:
        """Refuse a year that nobody can have meant."""
        since: datetime = self.cleaned_data["since"]
        if told := why_not(since):
            raise ValidationError(told)
        return since


def counted(field: forms.Field, box_id: str, value: str) -> None:
    """Show under a field how many characters it has; the page's script updates the number."""
    length = len(value)
    words = ngettext("%(number)s character", "%(number)s characters", length) % {"number": length}
    field.help_text = format_html(
        '{} <span class="length" data-length-of="{}">{}</span>', field.help_text, box_id, words
    )


class IssueForm(FillsSlug):
    """An issue as its editor writes it; what it still lacks is asked for before it is sent (sending/checks.py)."""

    title_field = "subject"

    more_articles = ManyField(
        queryset=Article.objects.none(),
        widget=ManyAutocomplete(Item._meta.get_field("article"), admin.site),
        label=gettext_lazy("Add articles"),
        required=False,
        help_text=gettext_lazy("Public articles. They are put at the end when you save."),
        error_messages={"invalid_choice": gettext_lazy("Only public articles can stand in an issue.")},
    )

    class Meta:
        model = Issue
        fields = "__all__"
        labels = {
            "slug": gettext_lazy("Address"),
            "preheader": gettext_lazy("Line beside the subject in the mailbox (preheader)"),
        }
        widgets = {"preheader": forms.Textarea(attrs={"rows": 2, "maxlength": 150})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        written = self.data if self.is_bound else self.initial
        for name in {"subject", "preheader"} & self.fields.keys():
            counted(self.fields[name], f"id_{name}", written.get(name) or "")
        if isinstance(more := self.fields.get("more_articles"), ManyField):
            more.queryset = Article.objects.published()

    def clean_preheader(self) -> str:
        """Make one line of the preheader."""
        return " ".join(self.cleaned_data["preheader"].split())


PLACE = gettext_lazy("Place in the order")


class ArticleEntryForm(forms.ModelForm):
    """An article in an issue."""

    class Meta:
        model = Item
        fields = ["position", "group", "title", "blurb"]
        labels = {"title": gettext_lazy("Other title"), "position": PLACE}
        help_texts = {"title": gettext_lazy("Empty: the article’s own.")}
        widgets = {
            "position": forms.NumberInput(attrs={"class": "vIntegerField", "min": 0}),
            "blurb": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        }


class EventForm(forms.ModelForm):
    """An event in an issue."""

    class Meta:
        model = Item
        fields = ["position", "group", "title", "when", "url", "blurb"]
        labels = {"position": PLACE}
        help_texts = {
            "position": gettext_lazy("Empty: at the end."),
            "group": gettext_lazy("Empty: Events."),
        }
        widgets = {
            "position": forms.NumberInput(attrs={"class": "vIntegerField", "min": 0}),
            "blurb": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True
        self.fields["position"].required = False
        if not self.instance.pk:
            self.initial["position"] = None

    def clean_position(self) -> int:
        """Return the position, 0 where there is none: renumber() then puts the event at the end."""
        return self.cleaned_data["position"] or 0

    def _post_clean(self) -> None:
        """Make an event of the entry before Django validates the model."""
        self.instance.kind = Item.Kind.EVENT
        super()._post_clean()  # type: ignore[misc]  # a hook of ModelForm that django-stubs lack


class ScheduleForm(forms.Form):
    """When an issue is sent."""

    at = MomentField(label=gettext_lazy("Day and time"))

    def clean_at(self) -> datetime:
        """Refuse a time that is over."""
        at: datetime = self.cleaned_data["at"]
        if told := why_not(at):
            raise ValidationError(told)
        if at <= timezone.now():
            raise ValidationError(_("This time is over. To send it now, use the other button."))
        return at
