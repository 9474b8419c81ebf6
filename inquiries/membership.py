"""Tells the officers when somebody joins or leaves them: nobody reads along without their knowledge."""

from django.contrib.auth.models import Group, User

from inquiries import mail
from inquiries.officers import GROUP, all_officers, is_officer

# What a signing-in changes: when it was, and a password that is hashed anew under a stronger setting.
BY_ITSELF = {frozenset({"last_login"}), frozenset({"password"})}


def tell_of_change(sender, instance, action, reverse, pk_set, **kwargs):
    """Mail all officers, and whoever leaves, when the group changes (a receiver of m2m_changed)."""
    if action not in {"post_add", "post_remove", "pre_clear"} or pk_set == set():
        return
    if reverse:  # group.user_set.add(user)
        is_ours = instance.name == GROUP
        users = User.objects.filter(pk__in=pk_set) if pk_set else instance.user_set.all()
    else:
        groups = Group.objects.filter(pk__in=pk_set) if pk_set else instance.groups.all()
        is_ours = groups.filter(name=GROUP).exists()
        users = [instance]
    if is_ours:
        mail.tell_of_officers({*all_officers(), *users})


def tell_of_deletion(sender, instance, **kwargs):
    """Mail the others when the account of an officer is deleted (a receiver of pre_delete)."""
    if is_officer(instance):
        mail.tell_of_officers(set(all_officers()) - {instance})


def tell_of_account(sender, instance, raw=False, update_fields=None, **kwargs):
    """Mail all officers when an account of the group is put to sleep, woken or opened to somebody else.

    A receiver of pre_save. Whoever sets an officer's password, or leads its mail elsewhere, reads inquiries.
    """
    if raw or instance.pk is None or update_fields in BY_ITSELF:
        return
    before = User.objects.filter(pk=instance.pk, groups__name=GROUP).first()
    if before is None:
        return
    if (before.is_active, before.is_staff) != (instance.is_active, instance.is_staff):
        mail.tell_of_officers({*all_officers(), instance})
    if (before.password, before.email) != (instance.password, instance.email):
        mail.tell_of_access({*all_officers(), instance}, instance)
