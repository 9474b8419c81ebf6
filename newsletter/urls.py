"""The addresses of the newsletter; the issues come last, for their slugs match any word."""

from django.urls import path

from newsletter import archive

app_name = "newsletter"
urlpatterns = [
    path("", archive.home, name="home"),
    path("<str:slug>/", archive.issue, name="issue"),
]
