"""The addresses of everything that an editor publishes; the pages come last, for they match any path."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path, register_converter

from articles import feeds, gethelp, views
from articles.sitemaps import SITEMAPS


class Year:
    """Four digits that a calendar has."""

    regex = "(?:18|19|20|21)[0-9]{2}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return f"{value:04}"


class Month:
    """Two digits from 01 to 12."""

    regex = "(?:0[1-9]|1[0-2])"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return f"{value:02}"


class Slug:
    """One segment of a path in any script."""

    regex = "[^/]+"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(Year, "year")
register_converter(Month, "month")
register_converter(Slug, "unicodeslug")

app_name = "articles"
urlpatterns = [
    path("", views.home, name="home"),
    path("news/", views.news, name="news"),
    path("news/<year:year>/", views.year, name="year"),
    path("news/<year:year>/<month:month>/", views.month, name="month"),
    path("news/<unicodeslug:slug>/", views.article, name="article"),
    path("topics/<unicodeslug:slug>/", views.topic, name="topic"),
    path("countries/", views.countries, name="countries"),
    path("countries/<unicodeslug:slug>/", views.country, name="country"),
    path("get-help/", gethelp.get_help, name="get_help"),
    path("feeds/news.rss", feeds.news_rss, name="news_rss"),
    path("feeds/countries/<unicodeslug:slug>.rss", feeds.country_rss, name="country_rss"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
    path("<path:path>/", views.page, name="page"),
]
