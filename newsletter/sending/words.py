"""The words of the issues that were sent, for a purge of a name: what is in mailboxes is out of reach."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Sum

from newsletter.issues.models import Issue
from newsletter.sending.models import Batch


def of_sent_issues() -> Iterator[tuple[datetime, int, list[str]]]:
    """Yield when each issue was published, how many mails of it left, and its texts."""
    totals = Batch.objects.values_list("issue").annotate(number=Sum("sent"))
    left = dict(totals.filter(sent__gt=0).order_by("issue"))
    for issue in (
        Issue.objects.filter(pk__in=left).prefetch_related("items__article").order_by("published_at")
    ):
        texts = [issue.subject, issue.preheader, issue.introduction_html]
        for item in issue.items.all():
            title = item.title or (item.article.title if item.article else "")
            texts += [title, item.group, item.blurb, item.when, item.url]
        yield issue.published_at or issue.created_at, left[issue.pk], texts
