"""The URL patterns of everything that editors publish; that of pages is the last, for it matches any path."""

from django.urls import path

from articles import converters, sitemaps, views  # noqa: F401 - registers the converters
from articles.corrections import views as corrections
from articles.feeds import views as feeds
from articles.frontpage import views as frontpage
from articles.places import gethelp, helpcard
from articles.places import views as places
from articles.resources import feed as resource_feed
from articles.resources import views as library
from articles.socialpictures import views as socialpictures

app_name = "articles"
urlpatterns = [
    path("", frontpage.home, name="home"),
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
    path("corrections/", corrections.archive, name="corrections"),
    path("feeds/", feeds.index, name="feeds"),
    path("feeds/news.<feedformat:form>", feeds.news, name="news_feed"),
    path("feeds/corrections.<feedformat:form>", corrections.feed, name="corrections_feed"),
    path("feeds/resources.<feedformat:form>", resource_feed.feed, name="resources_feed"),
    path("feeds/topics/<unicodeslug:slug>.<feedformat:form>", feeds.topic, name="topic_feed"),
    path("feeds/countries/<unicodeslug:slug>.<feedformat:form>", feeds.country, name="country_feed"),
    path("social/<picturekind:kind>/<unicodeslug:slug>.png", socialpictures.picture, name="social_picture"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:name>.xml", sitemaps.section, name="sitemap_section"),
    path("robots.txt", views.robots, name="robots"),
    path("<path:path>/", views.page, name="page"),
]
