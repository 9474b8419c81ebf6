"""What readers of the newsletter meet."""

from functools import wraps

from django.conf import settings
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from newsletter import addresses, archive
from newsletter.forms import SignUpForm
from newsletter.models import Wish
from newsroom.guard.origin import anonymous_form
from newsroom.guard.throttle import Limit, network

HOUR = 3600  # seconds
EASY = Limit("newsletter-easy", 10, HOUR)  # sign-ups of a network by the box alone; more see the whole form
NETWORK = Limit("newsletter-network", 60, HOUR)  # forms of a network
ADDRESS = Limit("newsletter-address", 5, HOUR)  # forms with one address; more are answered, and dropped


def unstored(view):
    """Return the view with answers that no cache keeps and no search engine lists."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return inner


@require_http_methods(["GET", "HEAD", "POST"])
@unstored
@anonymous_form
def home(request):
    """The newsletter: sign up, and read past issues."""
    if request.method != "POST":
        return _home(request, SignUpForm())
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
    write_down(Wish.Kind.SIGN_UP, form.cleaned_data)
    return redirect("newsletter:sign_up_sent")


def _home(request, form, status=200, **context):
    context |= {"form": form, "page_obj": archive.page_of(request)}
    return render(request, "newsletter/home.html", context, status=status)


def write_down(kind, data):
    """Keep a wish for the worker, unless the same address was sent too often: nobody learns which."""
    if ADDRESS.hit(addresses.key_of(data["address"])):
        Wish.objects.create(
            kind=kind,
            address=data["address"],
            language=settings.LANGUAGE_CODE,
            countries=[country.pk for country in data.get("countries", [])],
            topics=[topic.pk for topic in data.get("topics", [])],
        )


@require_safe
@unstored
def sign_up_sent(request):
    """The answer to everybody who signed up."""
    return render(request, "newsletter/sign_up_sent.html")
