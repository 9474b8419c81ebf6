"""The admin of staff accounts: invitations by mail, roles, and ending sessions."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Field, ManyToManyField, QuerySet
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from newsroom.accounts.handingover import HandsOver
from newsroom.accounts.roles import ROLES
from newsroom.editing.modeladmin import StaffForms
from newsroom.editing.rowchoices import ManyField
from newsroom.guard.staffpages import signed_in
from newsroom.outbox import posting
from newsroom.signin import sessions
from newsroom.signin.passwords import GivenPasswordForm
from newsroom.signin.secondfactor import factors

# The rights in words of a newsroom; Django's speak of this admin and of deletion.
RIGHTS = {
    "is_active": (gettext_lazy("May sign in"), gettext_lazy("Take it off when a colleague leaves.")),
    "is_staff": (gettext_lazy("Works in the newsroom"), gettext_lazy("Only then does a role count.")),
    "is_superuser": (gettext_lazy("May do everything"), gettext_lazy("Except read inquiries.")),
}


class RoleFilter(admin.RelatedFieldListFilter):
    """Accounts by their role, under the word that the newsroom has for Django's groups."""

    def __init__(self, field: Any, *args: Any, **kwargs: Any) -> None:  # Any: as Django has it
        super().__init__(field, *args, **kwargs)
        self.title = gettext_lazy("role")


class AccountForm(forms.ModelForm):
    """An account whose address no other account has: a password reset would reach both."""

    class Meta:
        model = User
        fields = "__all__"

    def clean_email(self) -> str:
        """Return the address, which may be empty; raises ValidationError where another account has it."""
        email: str = self.cleaned_data["email"]
        if email and User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(gettext_lazy("Another account has this address already."))
        return email


class InvitationForm(AccountForm):
    """A new account without a password: its owner chooses one by the mailed link."""

    class Meta:
        model = User
        fields = ["username", "email", "first_name", "last_name", "groups"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True
        self.fields["email"].help_text = gettext_lazy("The invitation goes there.")

    def save(self, commit: bool = True) -> User:
        self.instance.is_staff = True
        self.instance.set_unusable_password()
        user: User = super().save(commit)
        return user


admin.site.unregister(User)
admin.site.unregister(Group)  # roles come from the table in roles.py
for _model in apps.get_app_config("axes").get_models():
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)  # our throttle has a store of its own; these tables stay empty


@admin.register(User)
class UserAdmin(HandsOver, StaffForms, auth_admin.UserAdmin):
    """Colleagues and their roles."""

    add_form = InvitationForm
    form = AccountForm
    change_password_form = GivenPasswordForm
    add_form_template = "admin/auth/user/invitation.html"
    list_display = ["username", "full_name", "email", "roles", "is_active", "last_login"]
    list_filter = ["is_active", ("groups", RoleFilter)]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined"]
    actions = ["invite_again", "sign_out", "reset_second_factor"]
    add_fieldsets = [
        (None, {"fields": ["username", "email", "first_name", "last_name"]}),
        (
            gettext_lazy("Rights"),
            {
                "fields": ["groups"],
                "description": gettext_lazy(
                    "Save, and the person gets a mail with a link to choose a password."
                ),
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> User | None:
        """Return the account; notices about a change name who is signed in, and one's own session survives it."""
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            sessions.note_who_changes(found, signed_in(request))
            own_session = request.session.session_key if found == request.user else ""
            found.kept_session = own_session  # sessions.end_on_change() reads it
        return found

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        sessions.note_who_changes(obj, signed_in(request))
        super().save_model(request, obj, form, change)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Delete one by one, so that notices name who is signed in."""
        with transaction.atomic():
            for user in queryset:
                sessions.note_who_changes(user, signed_in(request))
                user.delete()

    @admin.display(description=gettext_lazy("name"), ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, user: User) -> str:
        names = [group.name for group in user.groups.all()]
        return ", ".join([_("Superuser"), *names] if user.is_superuser else names)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> list[Any]:
        if obj is None:
            return self.add_fieldsets
        rights: dict[str, Any] = {"fields": ["is_active", "is_staff", "groups"]}
        if self._leaves_rights(request, obj):
            told = _("Nobody changes their own rights: another Administrator does it.")
            rights = {"fields": ["roles"], "description": told if obj == request.user else ""}
        elif request.user.is_superuser:
            rights["fields"].append("is_superuser")
        return [
            (None, {"fields": ["username", "email", "first_name", "last_name"]}),
            (gettext_lazy("Rights"), rights),
            (gettext_lazy("Important dates"), {"fields": ["last_login", "date_joined"]}),
        ]

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> "forms.Field | None":
        """Return the form field; rights are named in words of a newsroom."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in RIGHTS:
            field.label, field.help_text = RIGHTS[db_field.name]
        elif field is not None and db_field.name == "username":
            field.help_text = gettext_lazy("For signing in: letters, digits and @ . + - _")
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Return also the roles where the person may not change them."""
        return [*self.readonly_fields, "roles"] if self._leaves_rights(request, obj) else self.readonly_fields

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "forms.ModelMultipleChoiceField[Any] | None":
        if db_field.name == "groups":
            kwargs |= {"widget": forms.CheckboxSelectMultiple, "form_class": ManyField}
            if not request.user.is_superuser:
                kwargs["queryset"] = Group.objects.filter(name__in=ROLES)
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field and db_field.name == "groups":
            field.label = gettext_lazy("Roles")
            field.help_text = ""
        return field

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and self._may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Return whether the account may be deleted: its owner's log entries go with it, so a used one stays."""
        is_unused = obj is None or obj.last_login is None
        return (
            super().has_delete_permission(request, obj)
            and self._may_touch(request, obj)
            and (obj is None or obj != request.user)
            and (is_unused or request.user.is_superuser)
        )

    def _may_touch(self, request: HttpRequest, obj: User | None) -> bool:
        """Return whether the person may change the account: only superusers may change superusers."""
        return obj is None or request.user.is_superuser or not obj.is_superuser

    def _leaves_rights(self, request: HttpRequest, obj: User | None) -> bool:
        """Return whether the person may only read the rights of an account: nobody changes their own."""
        return obj is not None and (obj == request.user or not self.has_change_permission(request, obj))

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Let only superusers set somebody's password; everybody else sends a link by mail."""
        if not request.user.is_superuser:
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm, formsets: Iterable[BaseFormSet], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        if not change:
            self._invite(request, form.instance)

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on as for any other model; Django's UserAdmin would go on to the page of the account."""
        return admin.ModelAdmin.response_add(self, request, obj, post_url_continue)

    def _invite(self, request: HttpRequest, user: User) -> None:
        posting.post("invitation", user.pk)
        self.message_user(
            request,
            _("An invitation is on its way to %(address)s.") % {"address": user.email},
            messages.SUCCESS,
        )

    @admin.action(description=gettext_lazy("Send the invitation again"), permissions=["change"])
    def invite_again(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Send a new link to each selected account that has an address and no password yet."""
        waiting = [
            user
            for user in queryset.filter(is_active=True).exclude(email="")
            if not user.has_usable_password() and self._may_touch(request, user)
        ]
        for user in waiting:
            self._invite(request, user)
        skipped = queryset.count() - len(waiting)
        if skipped:
            self.message_user(
                request,
                ngettext(
                    "%(count)s account was left out: it has a password already, or no address.",
                    "%(count)s accounts were left out: they have a password already, or no address.",
                    skipped,
                )
                % {"count": skipped},
                messages.WARNING,
            )

    @admin.action(description=gettext_lazy("Sign out on every device"), permissions=["change"])
    def sign_out(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """End the sessions of the selected accounts."""
        sessions.sign_out_all(request, [user for user in queryset if self._may_touch(request, user)])

    @admin.action(
        description=gettext_lazy("Reset a lost second factor, and sign out on every device"),
        permissions=["change"],
    )
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Take the factors of the selected colleagues away; nobody resets their own without a code."""
        others = [user for user in queryset if user != request.user and self._may_touch(request, user)]
        count = sum(factors.reset(user, by=request.user.get_username()) for user in others)
        text = ngettext(
            "The second factor of %(count)s account was taken away; its owner and all Administrators get a mail.",
            "The second factors of %(count)s accounts were taken away; their owners and all Administrators get a mail.",
            count,
        )
        told = text % {"count": count} if count else _("None of them has a second factor that you may reset.")
        self.message_user(request, told, messages.SUCCESS if count else messages.WARNING)
