"""The URL configuration of the site."""

from django.contrib import admin
from django.urls import include, path

from newsroom import health, securitytxt
from newsroom.pagecache.metrics import metrics
from newsroom.pictures import media
from newsroom.search.querying import views as search_views
from newsroom.signin import passwords
from newsroom.sitesettings import leaving
from newsroom.versions.sharing import views as sharing_views

urlpatterns = [
    path("admin/password/", include(passwords.password_urls)),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("healthz/state", health.state, name="health-state"),
    path("metrics", metrics, name="metrics"),
    path(".well-known/security.txt", securitytxt.security_txt, name="security-txt"),
    path("media/<path:name>", media.media, name="media"),
    path("newsletter/", include("newsletter.urls")),
    path("feeds/", include("newsletter.issues.feedurls")),
    path("leave/", leaving.leave, name="leave"),
    path("share/<str:token>/", sharing_views.share, name="share"),
    path("search/", search_views.search, name="search"),
    path("inquiries/", include("inquiries.urls")),
    path("", include("articles.urls")),
]

handler400 = "newsroom.faults.errors.bad_request"
handler404 = "articles.moved.not_found"
handler500 = "newsroom.faults.errors.fault"
