"""The URLs of the newsletter's feeds."""

from django.urls import path

from articles import converters  # noqa: F401 - registers the converters
from newsletter.issues import feeds

app_name = "newsletter_feeds"
urlpatterns = [
    path("newsletter.<feedformat:form>", feeds.newsletter, name="newsletter"),
]
