"""Makes a mail from its templates."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def from_templates(
    path: str,
    context: Mapping[str, Any],
    to: str,
    *,
    html_path: str = "",
    style: Callable[[str], str] | None = None,
    sender: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> EmailMultiAlternatives:
    """Return the mail to one address from the templates PATH_subject.txt, PATH.txt and PATH.html.

    The HTML template gets the text part as `text`, so that several mails can share one (html_path); style() puts styles
    into its elements.
    """
    subject = render_to_string(f"{path}_subject.txt", dict(context))
    text = render_to_string(f"{path}.txt", dict(context))
    unsafe_text = "".join([text])  # no SafeString any more, so that the HTML template escapes it
    html = render_to_string(html_path or f"{path}.html", {**context, "text": unsafe_text})
    message = EmailMultiAlternatives(
        " ".join(subject.split()), text, sender, [to], headers=dict(headers or {})
    )
    message.attach_alternative(style(html) if style else html, "text/html")
    return message
