"""Where providers tell what became of a message: signed, and only the provider that EMAIL_URL names."""

from anymail.webhooks.mailersend import MailerSendTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from newsletter.bounces import take_event

READERS = {
    "mailersend": MailerSendTrackingWebhookView,
    "mailgun": MailgunTrackingWebhookView,
    "mailjet": MailjetTrackingWebhookView,
    "postmark": PostmarkTrackingWebhookView,
    "sendgrid": SendGridTrackingWebhookView,
    "sparkpost": SparkPostTrackingWebhookView,
}


@csrf_exempt
@never_cache
@require_http_methods(["HEAD", "POST"])
def hook(request, provider):
    """Take up the events of a provider; 404 where it is not ours or no secret is set, 400 unsigned."""
    if provider != settings.MAIL_PROVIDER or not settings.MAIL_WEBHOOK_SECRET:
        raise Http404
    if request.method == "HEAD":  # some look whether anybody is there
        return HttpResponse()
    reader = READERS[provider]()
    reader.run_validators(request)
    try:
        events = reader.parse_events(request)
    except (AttributeError, KeyError, LookupError, TypeError, ValueError):
        raise BadRequest("These are no events.") from None
    for event in events:
        take_event(event)
    return HttpResponse()
