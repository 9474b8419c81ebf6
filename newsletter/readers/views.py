"""What readers of the newsletter meet: signing up, confirming, and leaving."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from newsletter.issues import archive
from newsletter.readers import addresses, tokens
from newsletter.readers.forms import LinkForm, SignUpForm
from newsletter.readers.models.subscriber import Subscriber
from newsletter.readers.models.wish import AddressChange, Wish
from newsroom.guard.origin import anonymous_form, is_foreign, is_own_page, proven_form, refusal
from newsroom.guard.throttle import Limit, network
from newsroom.outbox import requested

HOUR = 3600  # seconds
EASY = Limit("newsletter-easy", 10, HOUR)  # sign-ups of a network by the box alone; more see the whole form
NETWORK = Limit("newsletter-network", 60, HOUR)  # forms of a network
ADDRESS = Limit("newsletter-address", 5, HOUR)  # forms for one mailbox; more are answered, and dropped


def unstored(view):
    """Return the view with answers that no cache keeps and no search engine lists."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any):
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return inner


@contextmanager
def _held(request: HttpRequest, link: tokens.Link, token: str) -> Iterator[Any]:
    """Find the row of a link; a reader whom a form changes is held, so that nobody erases it in between.

    Raises Over where it leads to none.
    """
    row = link.find(token)
    if request.method != "POST" or not isinstance(
        row, Subscriber
    ):  # a change of address holds what it needs itself
        yield row
        return
    with transaction.atomic():
        Subscriber.objects.select_for_update().filter(pk=row.pk).first()
        yield link.find(token)


def by_link(link):
    """Give a view the row that its token leads to, and a page that says what to do where it leads to none.

    Neither the token nor the path goes on in a Referer; our own origin does, so that forms can show it.
    """

    def decorator(view):
        @wraps(view)
        @unstored
        def inner(request: HttpRequest, token: str, *args: Any, **kwargs: Any):
            try:
                with _held(request, link, token) as row:
                    # Whether the reader is still in the state in which the link was made.
                    request.link_is_current = not link.bound or link.is_current(token, row)
                    response = view(request, row, *args, **kwargs)
            except tokens.Over:
                response = render(request, "newsletter/link_over.html", {"link": link}, status=404)
            response.headers["Referrer-Policy"] = "origin"
            return response

        return inner

    return decorator


@require_http_methods(["GET", "HEAD", "POST"])
@anonymous_form
def home(request: HttpRequest):
    """The newsletter: sign up, and read past issues."""
    return _sign_up(request) if request.method == "POST" else _home(request, SignUpForm())


@unstored
def _home(request: HttpRequest, form, status=200, **context):
    context |= {"form": form, "page_obj": archive.page_of(request)}
    return render(request, "newsletter/home.html", context, status=status)


@unstored
def _sign_up(request: HttpRequest):
    if not NETWORK.hit(network(request)):
        return render(request, "newsletter/too_many.html", status=429)
    from_box = "opened" not in request.POST
    form = SignUpForm(request.POST, timed=not from_box)
    if form.is_trapped:
        return redirect("newsletter:sign_up_sent")
    if not form.is_valid():
        return _home(request, form, status=422)
    if from_box and not EASY.hit(network(request)):
        return _home(request, form, once_more=True)
    _write_down(Wish.Kind.SIGN_UP, form.cleaned_data)
    return redirect("newsletter:sign_up_sent")


def _write_down(kind: str, data: dict) -> None:
    """Keep a wish for the worker, unless the same mailbox was sent too often: nobody learns which."""
    if ADDRESS.hit(requested.mailbox_of(addresses.key_of(data["address"]))):
        Wish.objects.create(
            kind=kind,
            address=data["address"],
            language=settings.LANGUAGE_CODE,
            countries=[country.pk for country in data.get("countries", [])],
            topics=[topic.pk for topic in data.get("topics", [])],
        )


@require_safe
@unstored
def sign_up_sent(request: HttpRequest):
    """The answer to everybody who signed up."""
    return render(request, "newsletter/sign_up_sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
@unstored
@anonymous_form
def ask_for_link(request: HttpRequest):
    """Ask for the mail with the link to one's own page."""
    form = LinkForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "newsletter/ask_for_link.html", {"form": form})
    if not NETWORK.hit(network(request)):
        return render(request, "newsletter/too_many.html", status=429)
    if not form.is_trapped:
        if not form.is_valid():
            return render(request, "newsletter/ask_for_link.html", {"form": form}, status=422)
        _write_down(Wish.Kind.LINK, form.cleaned_data)
    return redirect("newsletter:link_sent")


@require_safe
@unstored
def link_sent(request: HttpRequest):
    """The answer to everybody who asked for the link."""
    return render(request, "newsletter/link_sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(tokens.CONFIRM)
@proven_form
def confirm(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Confirm a sign-up: the page asks, and only its button does it, for mail scanners open every link.

    Who has left since is asked in their mailbox: the link may be in other hands, and was for another sign-up.
    """
    if request.method == "POST" and not reader.is_confirmed:
        if not request.link_is_current:
            ask_in_mailbox(reader)
            return redirect("newsletter:sign_up_sent")
        reader.confirm()
        return redirect(request.path)
    context = {"reader": reader, "has_left": not request.link_is_current and not reader.is_confirmed}
    return render(request, "newsletter/confirm.html", context)


def ask_in_mailbox(reader: Subscriber) -> None:
    """Ask in the reader's mailbox whether the newsletter shall come again, as if somebody had signed up."""
    interests = {"countries": reader.countries.all(), "topics": reader.topics.all()}
    _write_down(Wish.Kind.SIGN_UP, {"address": reader.address} | interests)


@csrf_exempt  # mailboxes post here by themselves (RFC 8058), without a cookie and from anywhere
@require_http_methods(["GET", "HEAD", "POST"])
@by_link(tokens.UNSUBSCRIBE)
def unsubscribe(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Unsubscribe: a POST does it at once, a GET asks first; who has just done it can take it back.

    The POST is a mail program's (RFC 8058), from anywhere, or that of the page's own button.
    """
    context = {"reader": reader}
    if request.method == "POST" and not _is_one_click(request) and (is_foreign(request) or not request.POST):
        return refusal(request)
    if request.method == "POST" and "back" in request.POST:
        if is_own_page(request) and tokens.is_way_back(request.POST["back"], reader):
            reader.confirm()
            context["is_back"] = True
    elif request.method == "POST" and reader.unsubscribe():
        context["way_back"] = tokens.way_back(reader)
    return render(request, "newsletter/unsubscribe.html", context)


def _is_one_click(request: HttpRequest) -> bool:
    """Return whether a POST holds what RFC 8058 says, and nothing else."""
    return request.POST.dict() == {"List-Unsubscribe": "One-Click"}


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(tokens.CHANGE_FROM)
@proven_form
def change_from(request: HttpRequest, change: bool):
    """Agree to a change of address in the mailbox that is left."""
    return _agree(request, change, "old")


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(tokens.CHANGE_TO)
@proven_form
def change_to(request: HttpRequest, change: bool):
    """Agree to a change of address in the new mailbox."""
    return _agree(request, change, "new")


def _agree(request: HttpRequest, change: AddressChange, side: str) -> HttpResponse:
    if request.method == "POST":
        is_last = bool(change.new_agreed_at if side == "old" else change.old_agreed_at)
        if not change.agree(side):
            raise tokens.Over
        return render(request, "newsletter/change_agreed.html", {"is_last": is_last})
    agreed = change.old_agreed_at if side == "old" else change.new_agreed_at
    return render(request, "newsletter/change.html", {"change": change, "agreed": agreed})
