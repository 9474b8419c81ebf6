"""Lets pages that are served when the site can't work bring their style: one answer, and nothing to load after it."""

import base64
import functools
import hashlib

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.csp import CSP, build_policy


@functools.cache
def policy() -> str:
    """Return the site's content security policy, with the one style of templates/newsroom/_fault_style.html."""
    style = render_to_string("newsroom/_fault.css").encode()
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    allowed = [*settings.SECURE_CSP["style-src"], f"'sha256-{digest}'"]
    return build_policy(settings.SECURE_CSP | {"style-src": allowed})


def allow(response: HttpResponse) -> HttpResponse:
    """Let the browser apply the style that the page holds; return the response."""
    response.headers[str(CSP.HEADER_ENFORCE)] = policy()
    return response
