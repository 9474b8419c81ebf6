"""What happens as somebody signs in: a line in the log, a mail from a new device, and what the session has to know."""

import json

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from newsroom.guard import encryption
from newsroom.guard.staffpages import signed_in
from newsroom.guard.throttle import DAY, Limit
from newsroom.signin import devices, events
from newsroom.signin.events import Kind
from newsroom.signin.secondfactor import factors, requirement
from newsroom.signin.signinform import NEW_CODES, SignInForm

STEP = "X-Sign-In"  # a header that tells scripts what the form asks for next
NEW_DEVICES = Limit("new-device", 5, DAY)  # mails to one account


def after(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the answer of the sign-in page, with what a script and the session need."""
    form = (getattr(response, "context_data", None) or {}).get("form")
    if isinstance(form, SignInForm) and form.is_bound:
        return _refused(response, form)
    if request.method == "POST" and response.status_code == 302 and request.user.is_authenticated:
        return _arrived(request, response, signed_in(request))
    return response


def _refused(response: HttpResponse, form: SignInForm) -> HttpResponse:
    response.headers[STEP] = form.step
    if form.is_locked:
        response.status_code = 429
        response.headers["Retry-After"] = "900"
    return response


def _arrived(request: HttpRequest, response: HttpResponse, user: User) -> HttpResponse:
    name = user.get_username()
    is_known = bool(devices.known(request, name))
    event = events.note(Kind.SIGNED_IN if is_known else Kind.NEW_DEVICE, user, name)
    if not is_known and NEW_DEVICES.hit(name):
        events.tell(event, user)
    if settings.REQUIRE_2FA and not factors.of(user):
        request.session[requirement.UNTIL] = int(requirement.ends(user).timestamp())
    codes = vars(request).get(NEW_CODES)
    if codes:
        keep_codes(request, codes)
        response.headers["Location"] = reverse("admin:second_factor")
    return devices.remember(request, response, name)


def keep_codes(request: HttpRequest, codes: list[str]) -> None:
    """Keep new recovery codes in the session, encrypted, until the page has shown them once."""
    request.session[requirement.CODES] = encryption.encrypt(json.dumps(codes))
    request.session.pop(requirement.UNTIL, None)


def take_codes(request: HttpRequest) -> list[str]:
    """Return the recovery codes that were not shown yet, and forget them."""
    try:
        return [
            str(code) for code in json.loads(encryption.decrypt(request.session.pop(requirement.CODES, "")))
        ]
    except (encryption.Unreadable, ValueError):
        return []
