"""Forms of the admin whose unsaved words are kept at the server, and offered when their author comes back."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from newsroom.editing.differences import Difference
from newsroom.editing.formdata import FillsForms
from newsroom.editing.sentonce import ONCE
from newsroom.guard.staffpages import signed_in

from . import comparing, presence
from .endpoint import Sent, answer, for_scripts, malformed, refused, state
from .models import UnsavedText
from .places import Place
from .texts import TAKEN, Text, find, read
from .words import script_words

TAKE_UP = "unsaved"  # the parameter with the number of the text that the form is to show
COMPARE = "compare"
DRAFT = "draft"  # the parameter with the UUID of a piece that is not stored yet
NEW = "new-"  # begins the key of such a piece
SHOWN = "_unsaved_text"  # the attribute of a request with the text that its form shows


@dataclass(frozen=True)
class Offered:
    """A text that can be taken up again, and where."""

    text: Text
    address: str  # of the form
    discard: str


@dataclass(frozen=True)
class Unsaved:
    """What a form needs so that nothing typed into it is lost, and what was typed before."""

    url: str
    draft: str = ""
    taken: list[str] = field(default_factory=list)
    texts: list[Offered] = field(default_factory=list)
    others: list[presence.Other] = field(default_factory=list)
    shown: Text | None = None
    differences: list[Difference] | None = None
    is_refused: bool = False
    is_comparable: bool = True
    taken_name: str = TAKEN

    @property
    def words(self) -> dict[str, str]:
        """Return what the script of the form says."""
        return script_words()


class KeepsUnsaved(FillsForms):
    """A ModelAdmin that keeps what is typed into its forms, a text a person and piece, until it is saved."""

    keeps_unsaved: bool  # of newsroom/editing/modeladmin.py, as the next
    said_of: Callable[[HttpRequest, Model | None, list[tuple[str, str]]], dict[str, object]]

    def get_urls(self) -> list[URLPattern]:
        if not self.keeps_unsaved:
            return super().get_urls()
        name = f"{self.opts.app_label}_{self.opts.model_name}_unsaved"
        keep, discard = for_scripts(self.unsaved_view), self.admin_site.admin_view(self.discard_view)
        *others, last = (
            super().get_urls()
        )  # the last one takes whatever is left; ours take no address of another form
        return [
            *others,
            path("add/unsaved/", keep, name=f"{name}_new"),
            path("add/unsaved/discard/", discard, name=f"{name}_new_discard"),
            path("<path:object_id>/unsaved/", keep, name=name),
            path("<path:object_id>/unsaved/discard/", discard, name=f"{name}_discard"),
            last,
        ]

    def unsaved_view(
        self, request: HttpRequest, sent: Sent | None, object_id: str | None = None
    ) -> HttpResponse:
        """Keep what is typed, for somebody who may save it."""
        obj = self.get_object(request, unquote(object_id)) if object_id else None
        if not self._may_save(request, obj):
            return refused()
        if sent is None:
            return malformed()
        if object_id and obj is None:
            return state("gone")
        key = str(obj.pk) if obj else draft_key(request)
        more = self.said_of(request, obj, sent.fields) if sent.fields and not sent.has_left else {}
        return answer(request, sent, self._place(request, key), f"{self.opts.label_lower}:{key}", **more)

    def discard_view(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        """Delete a text of one's own, and go back to the form."""
        return require_POST(self._discard)(request, object_id)

    def _discard(self, request: HttpRequest, object_id: str | None) -> HttpResponse:
        if not self._may_save(request, None):
            raise PermissionDenied
        key = unquote(object_id) if object_id else draft_key(request)
        self._place(request, key).drop(request.POST.getlist("page"))
        self.message_user(request, _("Discarded."), messages.SUCCESS)
        return HttpResponseRedirect(self._address(key, is_new=object_id is None))

    def _may_save(self, request: HttpRequest, obj: Model | None) -> bool:
        if obj is not None:
            return self.has_change_permission(request, obj)
        return self.has_add_permission(request) or self.has_change_permission(request)

    def _place(self, request: HttpRequest, key: str) -> Place:
        return Place(
            UnsavedText.objects.all(), user=signed_in(request), model=self.opts.label_lower, object_key=key
        )

    def _address(self, key: str, is_new: bool = False) -> str:
        before = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        return reverse(f"{before}_add") if is_new else reverse(f"{before}_change", args=[quote(key)])

    def filling(self, request: HttpRequest, obj: Model | None) -> QueryDict | None:
        """Return what was typed into the form, where the address asks for it."""
        page = request.GET.get(TAKE_UP)
        if not page or not self.keeps_unsaved:
            return super().filling(request, obj)
        texts = self._place(request, str(obj.pk) if obj else draft_key(request)).read()
        text = find(texts, page)
        if text is None:
            self.message_user(request, _("This text was saved or discarded meanwhile."), messages.WARNING)
            return super().filling(request, obj)
        setattr(request, SHOWN, text)
        if COMPARE in request.GET:
            setattr(request, COMPARE, comparing.differences(self, request, obj, text))  # type: ignore[arg-type]  # each of our admins is one
        return text.as_data()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        response = super().add_view(request, form_url, extra_context)
        return self._saved(request, response, draft_key(request))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        return self._saved(request, response, unquote(object_id))

    def _saved(self, request: HttpRequest, response: HttpResponse, key: str) -> HttpResponse:
        """Delete what was typed into a page, now that it is saved: outside the transaction of the save."""
        if self.keeps_unsaved and request.method == "POST" and response.status_code == 302:
            self._place(request, key).drop(pages_of(request))
        return response

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Give the page what its script needs, what was typed before, and who else has it open."""
        obj = context.get("original")
        is_popup = IS_POPUP_VAR in request.POST or IS_POPUP_VAR in request.GET
        may_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if self.keeps_unsaved and may_save and not is_popup:
            context["unsaved"] = self._unsaved(request, obj)
        return super().render_change_form(request, context, *args, **kwargs)

    def _unsaved(self, request: HttpRequest, obj: Model | None) -> Unsaved:
        shown = getattr(request, SHOWN, None)
        is_refused = request.method == "POST" and shown is None
        taken = [shown.page] if shown else pages_of(request)
        key = str(obj.pk) if obj else draft_key(request)
        address = self._address(key, is_new=obj is None)
        found = self._offered(request, key, address, is_new=obj is None)
        form = f"{self.opts.label_lower}:{key}"
        return Unsaved(
            url=f"{address.removesuffix('change/')}unsaved/" + ("" if obj else f"?{DRAFT}={key[len(NEW) :]}"),
            draft="" if obj else key.removeprefix(NEW),
            taken=taken,
            texts=[one for one in found if one.text.page not in taken],
            others=presence.seen(form, signed_in(request), presence.LOADED) if obj else [],
            shown=shown,
            differences=getattr(request, COMPARE, None),
            is_refused=is_refused,
        )

    def _offered(self, request: HttpRequest, key: str, address: str, *, is_new: bool) -> list[Offered]:
        """Return what the person typed about this piece, or about pieces that are not stored yet."""
        place = self._place(request, key)
        if not is_new:
            discard = f"{address.removesuffix('change/')}unsaved/discard/"
            return [Offered(one, f"{address}?{TAKE_UP}={one.page}", discard) for one in place.read()]
        of_person = {name: value for name, value in place.key.items() if name != "object_key"}
        rows = place.rows.filter(**of_person, object_key__startswith=NEW).order_by("saved_at")
        found = []
        for row in rows:
            draft = f"{DRAFT}={row.object_key[len(NEW) :]}"
            for one in read(row.content):
                take_up = f"{address}?{draft}&{TAKE_UP}={one.page}"
                found.append(Offered(one, take_up, f"{address}unsaved/discard/?{draft}"))
        return found


def draft_key(request: HttpRequest) -> str:
    """Return the key of the piece that is not stored yet and that the address names, or a new one."""
    known = getattr(request, DRAFT, None)
    if known is None:
        try:
            known = uuid.UUID(request.GET.get(DRAFT, ""))
        except ValueError:
            known = uuid.uuid4()
        setattr(request, DRAFT, known)
    return f"{NEW}{known}"


def pages_of(request: HttpRequest, number: str = ONCE) -> list[str]:
    """Return the numbers of the page that a form was sent from, and of those that it goes on from."""
    if request.method != "POST":
        return []
    return [one for one in [*request.POST.getlist(TAKEN), request.POST.get(number, "")] if one]
