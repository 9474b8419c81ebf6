"""The addresses of the newsletter's feeds."""

from django.urls import path

from newsletter import feeds

app_name = "newsletter_feeds"
urlpatterns = [
    path("newsletter.rss", feeds.newsletter_rss, name="rss"),
]
