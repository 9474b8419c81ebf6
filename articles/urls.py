"""The URL patterns of everything that editors publish; that of pages is the last, for it matches any path."""

from django.urls import path

from articles import converters, sitemaps, views  # noqa: F401 - registers the converters
from articles.feeds import views as feeds
from articles.places import gethelp, helpcard
from articles.places import views as places
from articles.resources import feed as resource_feed
from articles.resources import views as library

app_name = "articles"
urlpatterns = [
    path("", views.home, name="home"),
    path("news/", views.news, name="news"),
    path("news/<year:year>/", views.year, name="year"),
    path("news/<year:year>/<month:month>/", views.month, name="month"),
    path("news/<unicodeslug:slug>/", views.article, name="article"),
    path("news/<unicodeslug:slug>/cite.<citationformat:form>", views.cite, name="cite"),
    path("resources/", library.resources, name="resources"),
    path("resources/<unicodeslug:slug>/", library.resource, name="resource"),
    path("resources/<unicodeslug:slug>/file/", library.file, name="resource_file"),
    path("resources/<unicodeslug:slug>/cite.<citationformat:form>", library.cite, name="cite_resource"),
    path("topics/<unicodeslug:slug>/", views.topic, name="topic"),
    path("countries/", places.countries, name="countries"),
    path("countries/<unicodeslug:slug>/", places.country, name="country"),
    path("get-help/", gethelp.get_help, name="get_help"),
    path("get-help/card/", helpcard.help_card, name="help_card"),
    path("feeds/", feeds.index, name="feeds"),
    path("feeds/news.<feedformat:form>", feeds.news, name="news_feed"),
    path("feeds/resources.<feedformat:form>", resource_feed.feed, name="resources_feed"),
    path("feeds/topics/<unicodeslug:slug>.<feedformat:form>", feeds.topic, name="topic_feed"),
    path("feeds/countries/<unicodeslug:slug>.<feedformat:form>", feeds.country, name="country_feed"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:name>.xml", sitemaps.section, name="sitemap_section"),
    path("robots.txt", views.robots, name="robots"),
    path("<path:path>/", views.page, name="page"),
]
