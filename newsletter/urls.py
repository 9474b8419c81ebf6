"""The addresses of the newsletter; the issues come last, for their slugs match any word."""

from django.urls import path

from newsletter.issues import archive
from newsletter.readers import page, views
from newsletter.sending.bounces import webhooks

app_name = "newsletter"
urlpatterns = [
    path("", views.home, name="home"),
    path("sign-up/sent/", views.sign_up_sent, name="sign_up_sent"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("change/from/<str:token>/", views.change_from, name="change_from"),
    path("change/to/<str:token>/", views.change_to, name="change_to"),
    path("manage/", views.ask_for_link, name="ask_for_link"),
    path("manage/sent/", views.link_sent, name="link_sent"),
    path("manage/<str:token>/", page.manage, name="manage"),
    path("manage/<str:token>/data.json", page.data, name="data"),
    path("manage/<str:token>/erase/", page.erase, name="erase"),
    path("hooks/<slug:provider>/", webhooks.hook, name="hook"),
    path("<str:slug>/", archive.issue, name="issue"),
]
