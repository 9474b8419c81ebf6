"""Mail to the staff, read on the smallest phone."""

import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string

from newsletter.models import DomainPause
from newsletter.sending import domains
from newsroom import mail
from newsroom.alerts.models import Alert
from newsroom.signin.models import SignInEvent

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
LONG = "x" * 120


def mails():
    """Return every mail to the staff by name, each with the longest that can stand in it."""
    user = User.objects.create_superuser(LONG, f"{LONG[:60]}@example.org")
    user.is_staff = True
    user.save()
    change = {"what": LONG, "before": f"https://example.org/{LONG}", "after": LONG}
    alert = Alert.objects.create(changed_by=LONG, changes=[change])
    pause = DomainPause.objects.create(
        domain=f"{LONG[:60]}.example.org", until="2100-01-01T00:00Z", answer="5.7.1"
    )
    event = SignInEvent.objects.create(kind="rights", account=LONG, by=LONG, detail=LONG)
    found = {
        "help changed": mail.help_changed(f"{alert.pk}:{user.pk}"),
        "domain paused": domains.notice(f"{pause.pk}:{user.pk}"),
        "account notice": mail.account_notice(f"{event.pk}:{user.pk}"),
        "password reset": mail.password_reset(str(user.pk)),
    }
    user.set_unusable_password()
    user.save()
    found["invitation"] = mail.invitation(str(user.pk))
    pages = {name: message.alternatives[0].content for name, message in found.items()}
    text = f"Hello,\n\nhttps://example.org/{LONG}\n"
    return pages | {"about inquiries": render_to_string("inquiries/mail/message.html", {"text": text})}


def test_no_mail_to_the_staff_is_wider_than_the_smallest_phone(browser):
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=True)
    page = context.new_page()
    try:
        for name, content in mails().items():
            page.set_content(content)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
            assert page.evaluate("getComputedStyle(document.body).fontSize") == "16px", name
    finally:
        context.close()
