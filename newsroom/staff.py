"""Staff accounts: invited by mail, and their passwords reset by mail."""

from django.contrib.auth import views
from django.urls import path

password_urls = [
    path("reset/", views.PasswordResetView.as_view(), name="admin_password_reset"),
    path("reset/sent/", views.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path("<uidb64>/<token>/", views.PasswordResetConfirmView.as_view(), name="password_reset_confirm"),
    path("done/", views.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
]
