"""The public pages of the readers: signing up, confirming, unsubscribing, changing the address."""

from collections.abc import Callable, Iterator
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
from newsletter.readers.models.subscriber import DAYS_PENDING, Subscriber
from newsletter.readers.models.wish import AddressChange, Wish
from newsroom.guard.origin import View, anonymous_form, is_foreign, is_own_page, proven_form, refusal
from newsroom.guard.throttle import Limit, network
from newsroom.outbox import posting, requested

HOUR = 3600  # seconds
EASY = Limit("newsletter-easy", 10, HOUR)  # sign-ups of a network by the box alone; more see the whole form
NETWORK = Limit("newsletter-network", 60, HOUR)  # forms of a network
ADDRESS = Limit("newsletter-address", 5, HOUR)  # forms for one mailbox; more are answered, and dropped
LINK_IS_CURRENT = "_link_is_current"  # attribute of a request, see is_link_current()


def unstored(view: View) -> View:
    """Return the view with responses that are neither cached nor indexed."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return inner


@contextmanager
def _held[Row: (Subscriber, AddressChange)](
    request: HttpRequest, link: tokens.Link[Row], token: str
) -> Iterator[Row]:
    """Yield the row of a link; for a POST a reader is locked, so that nobody erases it in between.

    Raises InvalidLink where the link leads to no row.
    """
    row = link.find(token)
    # A change of address locks its rows itself.
    if request.method != "POST" or not isinstance(row, Subscriber):
        yield row
        return
    with transaction.atomic():
        Subscriber.objects.select_for_update().filter(pk=row.pk).first()
        yield link.find(token)


def is_link_current(request: HttpRequest) -> bool:
    """Return whether the reader's state has not changed since the link of this request was made."""
    return bool(vars(request)[LINK_IS_CURRENT])


def by_link[Row: (Subscriber, AddressChange)](link: tokens.Link[Row]) -> Callable[[View], View]:
    """Return a decorator that calls a view with the row of its token; where there is none, a page says what to do.

    A Referer header tells no other site the path with the token, but our own site its origin, as forms need it.
    """

    def decorator(view: View) -> View:
        @wraps(view)
        @unstored
        def inner(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                with _held(request, link, token) as row:
                    vars(request)[LINK_IS_CURRENT] = link.is_current(token, row)
                    response = view(request, row, *args, **kwargs)
            except tokens.InvalidLink:
                response = render(request, "newsletter/readers/link_over.html", {"link": link}, status=404)
            response.headers["Referrer-Policy"] = "origin"
            return response

        return inner

    return decorator


@require_http_methods(["GET", "HEAD", "POST"])
@anonymous_form
def home(request: HttpRequest) -> HttpResponse:
    """The newsletter: sign up, and read past issues."""
    return _sign_up(request) if request.method == "POST" else _home(request, SignUpForm())


@unstored
def _home(request: HttpRequest, form: SignUpForm, status: int = 200, **context: object) -> HttpResponse:
    context |= {"form": form, "page_obj": archive.page_of(request), "days_pending": DAYS_PENDING}
    return render(request, "newsletter/readers/home.html", context, status=status)


@unstored
def _sign_up(request: HttpRequest) -> HttpResponse:
    if not NETWORK.hit(network(request)):
        return render(request, "newsletter/readers/too_many.html", status=429)
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


def _write_down(kind: str, data: dict[str, Any]) -> None:
    """Store a wish for the worker, unless too many came for the same mailbox; the visitor sees no difference."""
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
def sign_up_sent(request: HttpRequest) -> HttpResponse:
    """The page after a sign-up, the same for everybody."""
    return render(request, "newsletter/readers/sign_up_sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
@unstored
@anonymous_form
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """The form that asks for the link to one's own page."""
    form = LinkForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "newsletter/readers/ask_for_link.html", {"form": form})
    if not NETWORK.hit(network(request)):
        return render(request, "newsletter/readers/too_many.html", status=429)
    if not form.is_trapped:
        if not form.is_valid():
            return render(request, "newsletter/readers/ask_for_link.html", {"form": form}, status=422)
        _write_down(Wish.Kind.LINK, form.cleaned_data)
    return redirect("newsletter:link_sent")


@require_safe
@unstored
def link_sent(request: HttpRequest) -> HttpResponse:
    """The page after the link was asked for, the same for everybody."""
    return render(request, "newsletter/readers/link_sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(tokens.CONFIRM)
@proven_form
def confirm(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Confirm a sign-up by the button of the page only, since mail scanners open every link.

    A reader who has unsubscribed since the link was made gets a new mail to confirm: somebody else may have the link.
    """
    if request.method == "POST" and not reader.is_confirmed:
        if not is_link_current(request):
            ask_in_mailbox(reader)
            return redirect("newsletter:sign_up_sent")
        reader.confirm()
        posting.post("newsletter_welcome", reader.pk)
        return redirect(request.path)
    has_left = not is_link_current(request) and not reader.is_confirmed
    context = {"reader": reader, "has_left": has_left, "days_pending": DAYS_PENDING}
    return render(request, "newsletter/readers/confirm.html", context)


def ask_in_mailbox(reader: Subscriber) -> None:
    """Mail the reader the question whether the newsletter shall come again, as after a sign-up."""
    interests = {"countries": reader.countries.all(), "topics": reader.topics.all()}
    _write_down(Wish.Kind.SIGN_UP, {"address": reader.address} | interests)


@csrf_exempt  # mail programs post here (RFC 8058), without a cookie and from anywhere
@require_http_methods(["GET", "HEAD", "POST"])
@by_link(tokens.UNSUBSCRIBE)
def unsubscribe(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Unsubscribe: a POST does it at once, a GET asks first; the page afterwards offers to take it back.

    The POST comes from a mail program (RFC 8058), from anywhere, or from the page's own button.
    """
    context: dict[str, object] = {"reader": reader}
    if request.method == "POST" and not _is_one_click(request) and (is_foreign(request) or not request.POST):
        return refusal(request)
    if request.method == "POST" and "back" in request.POST:
        if is_own_page(request) and tokens.is_way_back(request.POST["back"], reader):
            reader.confirm()
            context["is_back"] = True
    elif request.method == "POST" and reader.unsubscribe():
        context["way_back"] = tokens.way_back(reader)
    return render(request, "newsletter/readers/unsubscribe.html", context)


def _is_one_click(request: HttpRequest) -> bool:
    """Return whether a POST holds exactly what RFC 8058 prescribes."""
    return request.POST.dict() == {"List-Unsubscribe": "One-Click"}


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(tokens.CHANGE_FROM)
@proven_form
def change_from(request: HttpRequest, change: AddressChange) -> HttpResponse:
    """Agree to a change of address from the former mailbox."""
    return _agree(request, change, "old")


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(tokens.CHANGE_TO)
@proven_form
def change_to(request: HttpRequest, change: AddressChange) -> HttpResponse:
    """Agree to a change of address from the new mailbox."""
    return _agree(request, change, "new")


def _agree(request: HttpRequest, change: AddressChange, side: str) -> HttpResponse:
    if request.method == "POST":
        is_last = bool(change.new_agreed_at if side == "old" else change.old_agreed_at)
        if not change.agree(side):
            raise tokens.InvalidLink
        return render(request, "newsletter/readers/change_agreed.html", {"is_last": is_last})
    agreed = change.old_agreed_at if side == "old" else change.new_agreed_at
    return render(request, "newsletter/readers/change.html", {"change": change, "agreed": agreed})
