"""Mail to the staff: one function for each, with a subject, a text and an HTML template."""

from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def invitation(user, link):
    """Invite a colleague to choose a password; raises what the mail server raises."""
    _send("invitation", user, link)


def password_reset(user, link):
    """Send the link to a new password; raises what the mail server raises."""
    _send("password_reset", user, link)


def _send(name, user, link):
    context = {
        "user": user,
        "link": link,
        "site": apps.get_model("sitesettings", "SiteSettings").load(),
        "site_url": settings.SITE_URL,
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
    }
    subject = render_to_string(f"newsroom/mail/{name}_subject.txt", context)
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"newsroom/mail/{name}.txt", context),
        to=[user.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string(f"newsroom/mail/{name}.html", context), "text/html")
    message.send()
