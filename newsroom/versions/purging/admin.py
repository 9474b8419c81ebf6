"""The Administrator's page that purges a name: where it stands, what happens to it there, and what is out of reach."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsroom.editing.modeladmin import LookOnlyAdmin
from newsroom.guard.staffpages import signed_in
from newsroom.search.models import DocumentText

from ..models import Remark, Trashed, Version
from ..trash import snapshot
from . import outofreach, places, purging
from .models import Purge
from .places import Held
from .wanted import MOST_WORDS, Phrase

PERMISSION = "versions.purge_words"
FORMER = 20  # purges that are listed


class PurgeForm(forms.Form):
    """A word or a phrase, and what its former addresses answer."""

    phrase = forms.CharField(
        label=gettext_lazy("Name, word or number"),
        max_length=200,
        help_text=gettext_lazy(
            "Capitals, accents and mark-up make no difference. Search each form of a name by itself: "
            "also the surname alone, and how else it is spelt."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "vTextField", "spellcheck": "false"}),
    )
    answer = forms.ChoiceField(
        label=gettext_lazy("Addresses that hold it and lead nowhere any more"),
        required=False,
        choices=[
            ("404", gettext_lazy("say that nothing is there (404): nobody learns that something was")),
            ("410", gettext_lazy("say that it was taken down (410): search engines forget it sooner")),
        ],
        initial="404",
        widget=forms.RadioSelect,
    )

    def clean_phrase(self) -> str:
        """Refuse what is too short or too long to be searched."""
        typed: str = self.cleaned_data["phrase"]
        if Phrase(typed).problem:
            told = _("Give at least two letters or digits, and at most %(most)s words.")
            raise forms.ValidationError(told % {"most": MOST_WORDS})
        return typed


class Place(NamedTuple):
    """Somewhere that holds it, in words."""

    kind: str
    name: str
    address: str  # of its page in the admin, or empty
    fields: str


@admin.register(Purge)
class PurgeAdmin(LookOnlyAdmin):
    """Purging a name, and that it was done."""

    def has_view_permission(self, request: HttpRequest, obj: Purge | None = None) -> bool:
        return request.user.has_perm(PERMISSION)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for a word, show where it stands, and purge it; the word is in no address and no log."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = PurgeForm(request.POST or None, initial={"answer": "404"})
        context: dict[str, Any] = self.admin_site.each_context(request) | {
            "title": _("Purge a name"),
            "opts": self.opts,
            "form": form,
            "former": Purge.objects.select_related("by")[:FORMER],
        }
        if request.method == "POST" and form.is_valid():
            phrase = Phrase(form.cleaned_data["phrase"])
            mails = outofreach.mails_holding(phrase)
            if "_purge" in request.POST:
                is_gone = form.cleaned_data["answer"] == "410"
                done = purging.purge(phrase, signed_in(request), is_gone=is_gone)
                context |= {"done": done, "live": _named(done.left)}
                context["letters"] = [*done.addresses, *_public_addresses(done.left)]
            else:
                context |= {"searched": True} | _found(phrase)
            context["out_of_reach"] = outofreach.sentence(mails)
        return TemplateResponse(request, "admin/versions/purge.html", context)

    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise PermissionDenied  # a row says no more than the list


def _found(phrase: Phrase) -> dict[str, Any]:
    past = [one for model in places.past() for one in places.holding(phrase, places.all_of(model))]
    live = [one for model in places.live() for one in places.holding(phrase, purging.live_rows(model))]
    sent = [one for rows in places.sent().values() for one in places.holding(phrase, rows)]
    noted = list(places.holding(phrase, LogEntry.objects.all()))
    redirects = [one for model in places.redirects() for one in places.holding(phrase, places.all_of(model))]
    return {
        "live": _named(live),
        "past": _named(past),
        "sent": _named(sent),
        "noted": len(noted),
        "redirects": [one.row.path for one in redirects],
        "indexed": sum(1 for _one in places.holding(phrase, DocumentText.objects.all())),
    }


def _named(found: Iterable[Held]) -> list[Place]:
    return [Place(_kind(one.row), _name(one.row), _address(one.row), _fields(one)) for one in found]


def _kind(row: Any) -> str:  # Any: of whichever model
    of = row.model if isinstance(row, Version | Trashed | Remark) else ""
    kind = capfirst(str(row._meta.verbose_name))
    return f"{kind}: {snapshot.name_of(of)}" if of else kind


def _name(row: Any) -> str:
    if isinstance(row, Version):
        return f"{row.get_kind_display()}, {row.created_at:%Y-%m-%d %H:%M}"
    return str(row)


def _fields(held: Held) -> str:
    if isinstance(held.row, Version | Trashed | Remark):
        return ""
    fields = [held.row._meta.get_field(name) for name in held.found]
    return ", ".join(str(field.verbose_name) for field in fields)


def _address(row: Any) -> str:
    """Return the admin's page of a row, or of what it belongs to; empty where there is none."""
    if isinstance(row, Version):
        view = f"admin:{row.model.replace('.', '_')}_compare"
        return _reversed(view, row.object_id, f"?new={row.pk}")
    if isinstance(row, Remark):
        return _reversed(f"admin:{row.model.replace('.', '_')}_review", row.object_id)
    found = _reversed(f"admin:{row._meta.label_lower.replace('.', '_')}_change", row.pk)
    if found:
        return found
    for field in row._meta.concrete_fields:
        if isinstance(field, ForeignKey) and isinstance(field.related_model, type):
            key = getattr(row, field.attname)
            above = field.related_model._meta.label_lower.replace(".", "_")
            if key and (found := _reversed(f"admin:{above}_change", key)):
                return found
    return ""


def _reversed(view: str, key: object, query: str = "") -> str:
    try:
        return reverse(view, args=[key]) + query
    except NoReverseMatch:
        return ""


def _public_addresses(found: Iterable[Held]) -> list[str]:
    """Return the pages that show it, for the letters."""
    return [one.row.get_absolute_url() for one in found if _is_public(one.row)]


def _is_public(row: Model) -> bool:
    return hasattr(row, "get_absolute_url") and bool(getattr(row, "is_public", True))
