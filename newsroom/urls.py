"""The URL configuration of the site."""

from django.contrib import admin
from django.urls import include, path

from newsroom import health, securitytxt
from newsroom.pagecache.metrics import metrics
from newsroom.pictures import media
from newsroom.search.querying import views as search_views
from newsroom.signin import passwords
from newsroom.sitesettings import leaving

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
    path("search/", search_views.search, name="search"),
    path("inquiries/", include("inquiries.urls")),
    path("", include("articles.urls")),
]

handler400 = "newsroom.guard.errors.bad_request"
handler500 = "newsroom.guard.errors.fault"
