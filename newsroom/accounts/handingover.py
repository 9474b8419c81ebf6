"""What somebody had in hand whose account is closed: a page that hands it over, and a notice until that is done."""

from functools import cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsroom.editing import inhand
from newsroom.editing.inhand import InHand
from newsroom.editing.notices import Counted
from newsroom.guard.staffpages import signed_in

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
else:
    ModelAdmin = object  # a mixin: the class that uses it brings it

RIGHTS = {"is_active", "is_staff", "is_superuser", "groups"}
LESSENED = "_rights_were_changed"  # attribute of a request whose form changes the rights of an account
NOBODY = "nobody"  # the choice to give it to nobody
PAGE = "admin:auth_user_in_hand"


class HeirsForm(forms.Form):
    """Who goes on with each sort of what somebody had in hand; an empty choice is made later."""

    def __init__(self, found: list[InHand], user: User, data: Any = None) -> None:  # Any: as Django has it
        super().__init__(data)
        for kind in found:
            choices = [("", _("Decide later"))]
            if kind.nobody:
                choices.append((NOBODY, str(kind.nobody)))
            choices += [(str(one.pk), name_of(one)) for one in kind.heirs(user)]
            self.fields[kind.name] = forms.ChoiceField(
                label=kind.question, help_text=kind.told, choices=choices, required=False
            )


class HandsOver(ModelAdmin):
    """The admin of accounts: where one is closed, or loses a role, its work is given to somebody else."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.in_hand_view)
        return [path("<path:object_id>/in-hand/", view, name="auth_user_in_hand"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        setattr(request, LESSENED, bool(RIGHTS & set(form.changed_data)))

    def response_change(self, request: HttpRequest, obj: User) -> HttpResponse:
        """Lead to what a person had in hand, where they can't go on with it since this form was saved."""
        answer = super().response_change(request, obj)
        if getattr(request, LESSENED, False) and forsaken_by(obj):
            return HttpResponseRedirect(reverse(PAGE, args=[obj.pk]))
        return answer

    def in_hand_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show by its sorts what a person had in hand and can't go on with, and give it to whom is chosen."""
        user = self.get_object(request, object_id)
        if not isinstance(user, User):
            raise Http404
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        found = forsaken_by(user)
        form = HeirsForm(found, user, request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            self._hand_over(request, user, found, form.cleaned_data)
            is_done = not forsaken_by(user)
            return HttpResponseRedirect(reverse("admin:auth_user_changelist") if is_done else request.path)
        context = {
            "title": _("What %(name)s had in hand") % {"name": name_of(user)},
            "opts": self.opts,
            "original": user,
            "sorts": [
                {
                    "kind": kind,
                    "held": kind.held(user),
                    "lines": (lines := kind.lines(user, request))[: inhand.MOST_LINES],
                    "has_more": len(lines) > inhand.MOST_LINES,
                    "field": form[kind.name],
                }
                for kind in found
            ],
        }
        request.current_app = self.admin_site.name
        shown = self.admin_site.each_context(request) | context
        return TemplateResponse(request, "admin/auth/user/in_hand.html", shown)

    def _hand_over(
        self, request: HttpRequest, user: User, found: list[InHand], chosen: dict[str, str]
    ) -> None:
        """Give each sort to whom was chosen for it, and say how much that was."""
        by, is_any = signed_in(request), False
        for kind in found:
            choice = chosen[kind.name]
            if not choice:
                continue
            to = None if choice == NOBODY else User.objects.filter(pk=choice).first()
            count = kind.hand_over(user, to, by) if to or choice == NOBODY else 0
            told = ngettext(
                "%(what)s: %(count)s was handed over.", "%(what)s: %(count)s were handed over.", count
            )
            level = messages.SUCCESS if count else messages.WARNING
            self.message_user(request, told % {"what": kind.title, "count": count}, level)
            is_any = is_any or bool(count)
            if left := kind.held(user):
                said = _(
                    "Still here: %(left)s. Somebody else has to go on with what this person may not change; of very "
                    "many, hand over the next ones."
                )
                self.message_user(request, said % {"left": ", ".join(left)}, messages.WARNING)
        if is_any:
            self.log_change(request, user, _("Handed over what was in hand."))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Delete an account once nothing is in its hands; else lead to where it is handed over."""
        user = self.get_object(request, object_id)
        may_delete = isinstance(user, User) and self.has_delete_permission(request, user)
        reasons = _why_it_stays(user) if user is not None and may_delete else []
        if user is None or not reasons:
            return super().delete_view(request, object_id, extra_context)
        for reason in reasons:
            self.message_user(request, reason, messages.ERROR)
        page = PAGE if forsaken_by(user) else "admin:auth_user_change"
        return HttpResponseRedirect(reverse(page, args=[user.pk]))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:  # Any: as Django has it
        """Return what would be deleted, and of each account with something in hand that it stays."""
        to_delete, counts, lacking, protected = super().get_deleted_objects(objs, request)
        stays = [reason for user in objs if isinstance(user, User) for reason in _why_it_stays(user)]
        return to_delete, counts, lacking, [*protected, *stays]


def forsaken_by(user: User) -> list[InHand]:
    """Return the sorts of what a person has in hand and can't go on with."""
    return [kind for kind in inhand.kinds() if kind.forsaken().filter(pk=user.pk).exists()]


def notice(request: HttpRequest) -> Counted | None:
    """Tell Administrators whose work nobody has in hand, one person after the other."""
    if not request.user.has_perm("auth.change_user"):
        return None
    theirs = Q(pk__in=[])
    for kind in inhand.kinds():
        theirs |= Q(pk__in=kind.forsaken().order_by().values("pk"))
    people = User.objects.filter(theirs).exclude(pk=signed_in(request).pk).order_by("username")
    if not request.user.is_superuser:
        people = people.exclude(is_superuser=True)
    first = cache(people.first)  # asked once, and only where there is somebody

    def address() -> str:
        user = first()
        return reverse(PAGE, args=[user.pk]) if user else reverse("admin:auth_user_changelist")

    return Counted(people, lambda number: _told(first(), number - 1).replace("%", "%%"), lazy(address, str)())


def _told(user: User | None, others: int) -> str:
    """Return in words what is still in the name of a person, and how many others there are."""
    if user is None:
        return _("Everything was handed over just now.")
    held = ", ".join(said for kind in forsaken_by(user) for said in kind.held(user))
    words = {"name": name_of(user), "held": held}
    if user.is_active and user.is_staff:
        text = _("%(name)s has lost the role for what is still in that name: %(held)s.") % words
    else:
        text = _("The account of %(name)s is closed, and this is still in that name: %(held)s.") % words
    if not others:
        return text
    more = ngettext(
        "%(count)s more account waits for the same.", "%(count)s more accounts wait for the same.", others
    )
    return f"{text} {more % {'count': others}}"


def _why_it_stays(user: User) -> list[str]:
    """Return in sentences what would be lost with an account."""
    told = {
        _(
            "%(name)s still has in hand: %(held)s. Take ‘May sign in’ off and hand it over; then the account can be "
            "deleted."
        ): inhand.held_by(user),
        _(
            "%(name)s has set the time of publication of %(held)s. Without the account they would not become public: "
            "wait until then, or set the time anew yourself."
        ): inhand.awaited_from(user),
    }
    return [said % {"name": name_of(user), "held": ", ".join(held)} for said, held in told.items() if held]


def name_of(user: User) -> str:
    """Return by which name colleagues know an account."""
    return user.get_full_name() or user.get_username()
