"""The addresses of the newsletter; the issues come last, for their slugs match any word."""

from django.urls import path

from newsletter import archive, views

app_name = "newsletter"
urlpatterns = [
    path("", views.home, name="home"),
    path("sign-up/sent/", views.sign_up_sent, name="sign_up_sent"),
    path("<str:slug>/", archive.issue, name="issue"),
]
