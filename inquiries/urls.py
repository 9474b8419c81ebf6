"""The public URLs; what is done in the mailbox travels in the bodies of posted forms."""

from django.urls import path

from inquiries import receiving, views
from inquiries.mailbox.views import mailbox

app_name = "inquiries"
urlpatterns = [
    path("", views.form, name="form"),
    path("draft/<str:token>/", views.draft, name="draft"),
    path("received/<str:token>/", receiving.received, name="received"),
    path("mailbox/", mailbox, name="mailbox"),
]
