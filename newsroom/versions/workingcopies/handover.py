"""The pieces that somebody has in hand: drafts they began, what they submitted, and changes of theirs that wait."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Permission, User
from django.db import IntegrityError, transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from newsroom.backups import ledger
from newsroom.editing import inhand
from newsroom.editing.sections import Line, form_of
from newsroom.versions import recording, registry, snapshots
from newsroom.versions.models import Version
from newsroom.versions.review.models import Review
from newsroom.versions.rolledback import rolled_back

from . import working

if TYPE_CHECKING:
    type Rows = QuerySet[Any]  # Any: of whichever model


MOST = 200  # pieces at once: each gets a version, and on SQLite everybody who saves waits for it


@dataclass
class Held:
    """Why somebody has a piece in hand."""

    is_draft: bool = False
    review: Review | None = None
    copy: Version | None = None

    @property
    def said(self) -> str:
        """Return in words why it is in hand."""
        if self.review is not None:
            return str(self.review.get_state_display())
        return _("changes wait") if self.copy is not None else _("draft")


class Pieces(inhand.InHand):
    """What of the pieces stands in the name of a person; changes that have a time of publication stay as they are."""

    name = "pieces"
    title = gettext_lazy("Drafts, reviews and changes that wait")
    question = gettext_lazy("Who goes on with them")
    told = gettext_lazy(
        "They become this colleague’s own, and the history of each says so. Nothing becomes public, and changes that "
        "have a time of publication keep it."
    )

    def forsaken(self) -> QuerySet[User]:
        """Return who has pieces in hand, and may not sign in or change any."""
        theirs = Q(pk__in=_reviews().values("asked_by")) | Q(pk__in=_copies().values("created_by"))
        for rows in _drafts():
            theirs |= Q(pk__in=rows.values("created_by"))
        return User.objects.filter(theirs).exclude(pk__in=_may_change().values("pk"))

    def held(self, user: User) -> list[str]:
        """Return how many drafts a person has begun, and how many other pieces they are at work on."""
        found = _held(user)
        drafts = sum(one.is_draft for one in found.values())
        others = len(found) - drafts
        told = []
        if drafts:
            told.append(ngettext("%(count)s draft", "%(count)s drafts", drafts) % {"count": drafts})
        if others:
            said = ngettext(
                "%(count)s piece with a review or changes",
                "%(count)s pieces with a review or changes",
                others,
            )
            told.append(said % {"count": others})
        return told

    def lines(self, user: User, request: HttpRequest) -> list[Line]:
        """Return the pieces that the person who asks may look at."""
        models = {
            label: model for label, model in _models().items() if request.user.has_perm(_right("view", model))
        }
        held = _held(user)
        places = sorted(place for place in held if place[0] in models)[: inhand.MOST_LINES + 1]
        rows = {
            label: _rows(model, [key for of, key in places if of == label]) for label, model in models.items()
        }
        return [
            Line(
                str(rows[label][key]),
                form_of(label, key),
                capfirst(str(models[label]._meta.verbose_name)),
                comment=held[label, key].said,
            )
            for label, key in places
            if key in rows[label]
        ]

    def awaited(self, user: User) -> list[str]:
        """Return of how many pieces a person has set the time at which changes become public."""
        count = (
            Version.objects.waiting().filter(_stored(), publish_at__isnull=False, scheduled_by=user).count()
        )
        said = ngettext("%(count)s piece with changes", "%(count)s pieces with changes", count)
        return [said % {"count": count}] if count else []

    def heirs(self, user: User) -> QuerySet[User]:
        """Return the colleagues who may change pieces."""
        return _may_change().exclude(pk=user.pk).order_by("username")

    def hand_over(self, user: User, to: User | None, by: User) -> int:
        """Let a colleague go on with the pieces of somebody who can't, as far as they may change them."""
        count = 0
        with transaction.atomic():
            inhand.hold(user, to)
            if to is None or not self.heirs(user).filter(pk=to.pk).exists():
                return 0
            if not self.forsaken().filter(pk=user.pk).exists():
                return 0
            for label, key in sorted(_held(user)):
                if count < MOST:
                    count += _give(label, key, user, to, by)
        return count


def _models() -> "dict[str, type[Model]]":
    return {model._meta.label_lower: model for model in registry.registered()}


def _has_author(model: type[Model]) -> bool:
    """Return whether who began a draft of the model is known, and decides who may change it."""
    has_drafts = hasattr(model, "STATES_NOBODY_SEES")
    return has_drafts and any(field.name == "created_by" for field in model._meta.fields)


def _right(action: str, model: type[Model]) -> str:
    return f"{model._meta.app_label}.{action}_{model._meta.model_name}"


def _drafts() -> "Iterator[Rows]":
    """Yield the drafts of each model whose rows have an author."""
    for model in registry.registered():
        if _has_author(model):
            states = getattr(model, "STATES_NOBODY_SEES", ())
            yield model._base_manager.filter(state__in=states).exclude(created_by=None)


def _stored() -> Q:
    """Return what holds for a review, or changes, of a piece that does not lie in the trash."""
    found = Q(pk__in=[])
    for label, model in _models().items():
        found |= Q(Exists(model._base_manager.order_by().filter(pk=OuterRef("object_id"))), model=label)
    return found


def _reviews() -> "QuerySet[Review]":
    return Review.objects.filter(_stored()).exclude(asked_by=None).order_by()


def _copies() -> "QuerySet[Version]":
    """Return the changes that wait for a person: those without a time of publication."""
    waiting = Version.objects.waiting().filter(_stored(), publish_at=None)
    return waiting.exclude(created_by=None).order_by()


def _may_change() -> QuerySet[User]:
    """Return the active staff who may change pieces of those models whose rows have an author."""
    rights = Q(pk__in=[])
    for model in filter(_has_author, registry.registered()):
        codename = f"change_{model._meta.model_name}"
        rights |= Q(content_type__app_label=model._meta.app_label, codename=codename)
    right = Permission.objects.filter(rights).order_by()
    may = Q(is_superuser=True) | Q(groups__permissions__in=right) | Q(user_permissions__in=right)
    return User.objects.filter(may, is_active=True, is_staff=True).distinct()


def _held(user: User) -> dict[tuple[str, int], Held]:
    """Return the pieces that a person has in hand, by label and key: each once, whyever it is."""
    found: dict[tuple[str, int], Held] = {}
    for rows in _drafts():
        label = rows.model._meta.label_lower
        keys = rows.filter(created_by=user).order_by("pk").values_list("pk", flat=True)
        found |= {(label, key): Held(is_draft=True) for key in keys}
    for review in _reviews().filter(asked_by=user):
        found.setdefault((review.model, review.object_id), Held()).review = review
    for copy in _copies().filter(created_by=user).defer("content"):
        found.setdefault((copy.model, copy.object_id), Held()).copy = copy
    return found


def _rows(model: type[Model], keys: list[int]) -> dict[int, Any]:  # Any: rows of whichever model
    """Return rows by their keys, without long texts, which no list needs."""
    long = [field.name for field in model._meta.concrete_fields if field.get_internal_type() == "TextField"]
    return model._base_manager.defer(*long).in_bulk(keys)


def _give(label: str, key: int, user: User, to: User, by: User) -> bool:
    """Hand a piece over, where it is still in hand and that person may change it then; return whether it was."""
    row: Any = _models()[label]._base_manager.select_for_update().filter(pk=key).order_by().first()
    if row is None or not _may_take(to, row, user):
        return False
    is_own = getattr(row, "created_by_id", None) == user.pk
    is_draft = is_own and row.state in getattr(row, "STATES_NOBODY_SEES", ())
    review, copy = Review.objects.of(row).filter(asked_by=user), working.of(row)
    if copy is not None and (copy.created_by_id != user.pk or copy.publish_at is not None):
        copy = None
    if not (is_draft or copy or review.exists()):
        return False  # somebody has published or discarded it meanwhile
    said = _("Handed over from %(former)s to %(now)s") % {"former": _name(user), "now": _name(to)}
    with recording.recording(row, by, said):
        if is_own:
            row.created_by = to
            row.save(update_fields=["created_by"])
        review.update(asked_by=to)
    if copy is not None:
        _give_changes(row, copy, to, said)
    return True


def _give_changes(row: Model, copy: Version, to: User, said: str) -> None:
    """Keep changes that wait as a colleague's; those of the former one stay in the history."""
    known = working.keys_below(row)
    try:
        with ledger.silence(), rolled_back():
            working.apply(copy)
            known = {name: keys | working.keys_below(row)[name] for name, keys in known.items()}
            content = snapshots.take(recording.stored(row) or row)
    except IntegrityError:  # something such as its address is taken meanwhile: whoever opens it is told
        Version.objects.filter(pk=copy.pk).update(created_by=to)
        return
    working.keep(row, working.with_own_keys(content, known), to, said, based_on=copy)


def _may_take(to: User, row: Any, user: User) -> bool:  # Any: of whichever model
    """Return whether somebody may change a piece once it is theirs: who may not publish, only what is their own."""
    model = type(row)
    if not to.has_perm(_right("change", model)):
        return False
    may_publish = to.has_perm(_right("publish" if hasattr(model, "State") else "change", model))
    return may_publish or getattr(row, "created_by_id", None) in {user.pk, to.pk}


def _name(user: User) -> str:
    return user.get_full_name() or user.get_username()
