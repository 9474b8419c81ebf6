"""Several articles at once: published, unpublished, given a topic or a country, after a page that says what happens."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.models.article import Article
from articles.models.topic import Topic
from articles.places.models.country import Country
from newsroom.editing.rowchoices import is_key
from newsroom.guard.staffpages import signed_in
from newsroom.versions.models import ShareLink
from newsroom.versions.recording import recording
from newsroom.versions.review import steps
from newsroom.versions.workingcopies import working

from .unpublishing import ends_links_field, reason_field

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from .publishing import PublishableAdmin as Base
else:
    Base = object  # a mixin: the class that uses it brings it

MOST = 200  # pieces at once: each is saved by itself, in one transaction
CONFIRMED = "confirmed"  # the button of the page
SUBJECT = "subject"  # the box with the topic or the country
SEEN = "seen"  # hidden fields with the pieces that were said to change


@dataclass(frozen=True)
class Outcome:
    """What will happen to a piece, or why nothing can."""

    piece: Article
    told: str = ""
    reasons: list[str] = field(default_factory=list)


def publishing(piece: Article) -> Outcome:
    """Return what publishing would do: the rules are those of the form, and nothing is stored."""
    if piece.state == piece.State.PUBLISHED:
        said = _("It is scheduled already.") if piece.is_scheduled else _("It is public already.")
        return Outcome(piece, reasons=[said])
    if working.of(piece) is not None:
        return Outcome(piece, reasons=[_("Changes of it wait. Open it, look at them, and publish it there.")])
    trial = Article.objects.get(pk=piece.pk)
    try:
        trial.publish()
        trial.full_clean()
    except ValidationError as refused:
        return Outcome(piece, reasons=_reasons(refused))
    if trial.is_scheduled:
        when = date_format(localtime(trial.published_at), "DATETIME_FORMAT")
        return Outcome(piece, _("Visitors can read it from %(when)s.") % {"when": when})
    return Outcome(piece, _("Visitors can read it at once."))


def unpublishing(piece: Article) -> Outcome:
    """Return what unpublishing would do."""
    if piece.state != piece.State.PUBLISHED:
        return Outcome(piece, reasons=[_("It is not published.")])
    if piece.is_scheduled:
        return Outcome(piece, _("It won’t be published by itself."))
    return Outcome(piece, _("Visitors can’t read it any more. Its address says that it was taken off."))


def _reasons(refused: ValidationError) -> list[str]:
    if not hasattr(refused, "error_dict"):
        return list(refused.messages)
    labels = {
        one.name: str(one.verbose_name) for one in Article._meta.get_fields() if hasattr(one, "verbose_name")
    }
    return [
        f"{labels[name].capitalize()}: {said}" if name in labels else said
        for name, found in refused.message_dict.items()
        for said in found
    ]


def publish(piece: Article, by: "User") -> None:
    """Publish a piece with its version, and end its review."""
    with recording(piece, by, _("Published with others")):
        piece.publish()
        times = ["published_at", "first_published_at", "expires_at", "display_date", "updated_at"]
        piece.save(update_fields=["state", *times])
        steps.settle(piece, by)


def unpublish(piece: Article, by: "User", reason: str = "", *, ends_links: bool = False) -> None:
    """Take a piece off the site with its version, and with the links that share it; changes that wait stay."""
    with recording(piece, by, reason or _("Unpublished with others")):
        piece.withdraw()
        piece.save(update_fields=["state", "first_published_at", "updated_at"])
        if ends_links:
            ShareLink.objects.of(piece).delete()


def give(piece: Article, name: str, subject: Topic | Country, by: "User") -> None:
    """Add a topic or a country to a piece with its version."""
    said = _("Added with others: %(name)s") % {"name": subject}
    with recording(piece, by, said):
        getattr(piece, name).add(subject)
        piece.save(update_fields=["updated_at"])
        piece.reindex()


class ReasonForm(forms.Form):
    """Why several pieces go off the site, and whether the links that share any of them end."""

    reason = reason_field()
    ends_links = ends_links_field()

    def __init__(self, data: Any, pieces: QuerySet[Article]) -> None:  # Any: as Django has it
        super().__init__(data)
        keys = pieces.order_by().values("pk")
        shared = ShareLink.objects.working().filter(model=Article._meta.label_lower, object_id__in=keys)
        self.links = shared.count()
        if not self.links:
            del self.fields["ends_links"]


class ActsOnMany(Base):
    """A ModelAdmin of articles with actions on several of them."""

    actions = ("publish_many", "unpublish_many", "add_topic", "add_country", "delete_selected")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Return whether the person may publish; Django asks it for the actions below."""
        return self.may_publish(request)

    @admin.action(permissions=["publish"], description=gettext_lazy("Publish…"))
    def publish_many(self, request: HttpRequest, queryset: QuerySet[Article]) -> HttpResponse | None:
        """Publish what is ready."""
        return self._act(
            request, queryset, "publish_many", _("Publish several articles"), publishing, publish
        )

    @admin.action(permissions=["publish"], description=gettext_lazy("Unpublish…"))
    def unpublish_many(self, request: HttpRequest, queryset: QuerySet[Article]) -> HttpResponse | None:
        """Take what is published off the site."""
        asked = ReasonForm(request.POST if CONFIRMED in request.POST else None, queryset)
        chosen = asked.cleaned_data if asked.is_valid() else {}

        def act(piece: Article, by: "User") -> None:
            unpublish(piece, by, chosen.get("reason", ""), ends_links=chosen.get("ends_links", False))

        title = _("Unpublish several articles")
        return self._act(request, queryset, "unpublish_many", title, unpublishing, act, asked=asked)

    @admin.action(permissions=["publish"], description=gettext_lazy("Add a topic…"))
    def add_topic(self, request: HttpRequest, queryset: QuerySet[Article]) -> HttpResponse | None:
        """Add one topic to several articles."""
        return self._give(request, queryset, "topics", Topic, _("Add a topic to several articles"))

    @admin.action(permissions=["publish"], description=gettext_lazy("Add a country…"))
    def add_country(self, request: HttpRequest, queryset: QuerySet[Article]) -> HttpResponse | None:
        """Add one country to several articles."""
        return self._give(request, queryset, "countries", Country, _("Add a country to several articles"))

    def _give(
        self,
        request: HttpRequest,
        queryset: QuerySet[Article],
        name: str,
        model: Any,  # Topic or Country
        title: str,
    ) -> HttpResponse | None:
        key = request.POST.get(SUBJECT, "")
        subject = model.objects.filter(pk=key).first() if is_key(key) else None
        have = set(queryset.filter(**{name: subject}).values_list("pk", flat=True)) if subject else set()

        def outcome(piece: Article) -> Outcome:
            if piece.pk in have:
                return Outcome(piece, reasons=[_("It has it already.")])
            if piece.is_public:
                return Outcome(piece, _("Its page shows it at once."))
            return Outcome(piece, _("It gets it."))

        def act(piece: Article, by: "User") -> None:
            if subject is not None:
                give(piece, name, subject, by)

        action = "add_topic" if name == "topics" else "add_country"
        chosen = {"subjects": model.objects.order_by("name"), "subject": subject, "subject_name": SUBJECT}
        chosen["subject_label"] = model._meta.verbose_name
        return self._act(request, queryset, action, title, outcome, act, **chosen)

    def _act(
        self,
        request: HttpRequest,
        queryset: QuerySet[Article],
        action: str,
        title: str,
        outcome: Callable[[Article], Outcome],
        act: "Callable[[Article, User], None]",
        **context: Any,  # Any: of the page
    ) -> HttpResponse | None:
        """Show what will happen to each piece; once that is confirmed, do it to those that were said to change."""
        if queryset.count() > MOST:
            told = _("That is too many at once. Choose at most %(most)s.")
            self.message_user(request, told % {"most": MOST}, messages.ERROR)
            return None
        needs_subject = "subjects" in context and context["subject"] is None
        asked: forms.Form | None = context.get("asked")
        if CONFIRMED in request.POST and not needs_subject and (asked is None or asked.is_valid()):
            self._do(request, queryset, outcome, act)
            return None
        found = [outcome(piece) for piece in queryset.order_by("-published_at", "-pk")]
        request.current_app = self.admin_site.name
        shown = {
            "title": title,
            "opts": self.opts,
            "action": action,
            "will": [one for one in found if one.told],
            "cannot": [one for one in found if one.reasons],
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
            "confirmed_name": CONFIRMED,
            "seen_name": SEEN,
            "lacks_subject": needs_subject and (CONFIRMED in request.POST or "_look" in request.POST),
        }
        return TemplateResponse(
            request,
            "admin/articles/article/bulk.html",
            self.admin_site.each_context(request) | shown | context,
        )

    def _do(
        self,
        request: HttpRequest,
        queryset: QuerySet[Article],
        outcome: Callable[[Article], Outcome],
        act: "Callable[[Article, User], None]",
    ) -> None:
        """Do it to each piece of which the page said so and for which it still holds; say to how many."""
        by, done, left = signed_in(request), 0, []
        seen = {int(key) for key in request.POST.getlist(SEEN) if is_key(key)}
        for key in queryset.filter(pk__in=seen).order_by("pk").values_list("pk", flat=True):
            with transaction.atomic():
                piece = Article.objects.select_for_update().filter(pk=key).order_by().first()
                if piece is None:
                    continue
                if not self.has_change_permission(request, piece):
                    raise PermissionDenied
                if outcome(piece).reasons:
                    left.append(str(piece))
                    continue
                act(piece, by)
                self.log_change(request, piece, [{"changed": {}}])
                done += 1
        told = ngettext("Done for %(count)s article.", "Done for %(count)s articles.", done)
        self.message_user(request, told % {"count": done}, messages.SUCCESS if done else messages.WARNING)
        if left:
            told = _("Left as it was, since somebody has changed it meanwhile: %(names)s")
            self.message_user(request, told % {"names": ", ".join(left)}, messages.WARNING)
