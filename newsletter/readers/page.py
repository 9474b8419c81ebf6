"""A reader's own page: interests, pause, change of address, stored data, and erasure."""

import calendar
from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from newsletter.readers import tokens
from newsletter.readers.forms import AddressForm, InterestsForm, PauseForm
from newsletter.readers.models.subscriber import Subscriber
from newsletter.readers.models.wish import AddressChange
from newsletter.readers.views import ask_in_mailbox, by_link, is_link_current
from newsroom.guard.origin import anonymous_form, is_own_page, refusal
from newsroom.guard.throttle import Limit
from newsroom.outbox import posting, requested
from newsroom.outbox.requested import Room

CHANGES = Limit("newsletter-change", 3, 24 * 3600)  # changes of address that one reader can ask for
DONE = {
    "interests": _("Your interests are saved."),
    "pause": _("The newsletter pauses."),
    "resume": _("The newsletter comes again."),
    "address": _(
        "We change it once both addresses have agreed, and ask each by email. No email after an hour? Please try "
        "again tomorrow: others can make us write to an address, so it gets three such emails a day at most."
    ),
    "often": _("You have asked for three changes today. Please try again tomorrow."),
    "unsubscribe": _("You are unsubscribed. No more newsletters come."),
    "subscribe": _("You are subscribed."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(tokens.MANAGE)
@anonymous_form
def manage(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Show the page, or do what one of its forms says."""
    if request.method != "POST":
        return _page(request, reader)
    act = ACTIONS.get(request.POST.get("action", ""))
    return act(request, reader) if act else _page(request, reader, status=400)


@require_safe
@by_link(tokens.MANAGE)
def data(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Everything that is stored about a reader, as a JSON download."""
    response = JsonResponse(_everything(reader), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response.headers["Content-Disposition"] = 'attachment; filename="newsletter-data.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(tokens.MANAGE)
@anonymous_form
def erase(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Ask before everything about a reader is deleted, and delete it by the button."""
    if request.method == "POST":
        reader.erase()
        return render(request, "newsletter/readers/erased.html")
    return render(request, "newsletter/readers/erase.html", {"back": request.path.removesuffix("erase/")})


def _page(request: HttpRequest, reader: Subscriber, status: int = 200, **forms: Form) -> HttpResponse:
    """Return the page with these forms in place of empty ones; the errors of the first are shown on top."""
    interests = {"countries": reader.countries.all(), "topics": reader.topics.all()}
    context = {
        "reader": reader,
        "done": DONE.get(request.GET.get("done", "")),
        "change": AddressChange.objects.filter(subscriber=reader).first(),
        "interests": InterestsForm(initial=interests),
        "pause": PauseForm(),
        "move": AddressForm(),
    } | forms
    context["form"] = next(iter(forms.values()), None)
    return render(request, "newsletter/readers/manage.html", context, status=status)


def _done(request: HttpRequest, what: str) -> HttpResponse:
    return redirect(f"{request.path}?done={what}")


def _save_interests(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    form = InterestsForm(request.POST)
    if not form.is_valid():
        return _page(request, reader, status=422, interests=form)
    reader.countries.set(form.cleaned_data["countries"])
    reader.topics.set(form.cleaned_data["topics"])
    return _done(request, "interests")


def _pause(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    form = PauseForm(request.POST)
    if not form.is_valid():
        return _page(request, reader, status=422, pause=form)
    reader.pause_until(months_from(timezone.localdate(), form.cleaned_data["months"]))
    return _done(request, "pause")


def _resume(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    reader.pause_until(None)
    return _done(request, "resume")


def _move(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _page(request, reader, status=422, move=form)
    if not CHANGES.hit(str(reader.uuid)):
        return _done(request, "often")
    with transaction.atomic():
        AddressChange.objects.filter(subscriber=reader).delete()
        change = AddressChange.objects.create(
            subscriber=reader, address=form.cleaned_data["address"], address_key=form.key
        )
        posting.post("newsletter_change_from", change.pk)
        _post_to_new_mailbox(change)
    return _done(request, "address")


def _post_to_new_mailbox(change: AddressChange) -> None:
    """Post the mail that asks the new mailbox, as far as the caps on mail on request allow it."""
    room = requested.take(change.address_key)
    if room is not Room.NONE:
        wait = requested.seconds_left(change.address_key) if room is Room.LATER else 0
        posting.post("newsletter_change_to", change.pk, timezone.now() + timedelta(seconds=wait))


def _unsubscribe(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    reader.unsubscribe()
    return _done(request, "unsubscribe")


def _subscribe(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Subscribe the reader again; where the link is from before the unsubscription, by a mail to confirm."""
    if not is_own_page(request):
        return refusal(request)
    if not is_link_current(request) and not reader.is_confirmed:
        ask_in_mailbox(reader)
        return redirect("newsletter:sign_up_sent")
    reader.confirm()
    return _done(request, "subscribe")


ACTIONS: dict[str, Callable[[HttpRequest, Subscriber], HttpResponse]] = {
    "interests": _save_interests,
    "pause": _pause,
    "resume": _resume,
    "address": _move,
    "unsubscribe": _unsubscribe,
    "subscribe": _subscribe,
}


def months_from(day: date, months: int) -> date:
    """Return the same day that many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _everything(reader: Subscriber) -> dict[str, object]:
    change = AddressChange.objects.filter(subscriber=reader).first()
    return {
        "address": reader.address,
        "state": reader.state,
        "state_since": reader.state_changed_at,
        "signed_up": reader.created_at,
        "confirmed": reader.confirmed_at,
        "imported_with_the_statement": reader.came_by.consent if reader.came_by else None,
        "language": reader.language,
        "countries": [country.name for country in reader.countries.all()],
        "topics": [topic.name for topic in reader.topics.all()],
        "paused_until": reader.paused_until,
        "last_mail_on_request": reader.mailed_at,
        "mails_on_request": reader.mails_sent,
        "new_address_waiting_for_agreement": change.address if change else None,
        "issues": [
            {"subject": delivery.issue.subject, "state": delivery.state}
            for delivery in reader.deliveries.select_related("issue").order_by("issue_id")
        ],
    }
