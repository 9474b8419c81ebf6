"""An editor who changes everything that visitors see; runs inside `manage.py shell`.

Each act takes a word that stands nowhere yet, and returns the pages where it must stand from then on; the word of the
same act in the round before must stand on none of them. To withdraw is the other way round.
"""

import json
import sys

from django.db import connection, transaction

from articles.models import Article, Callout, Country, Page, Topic
from newsroom.pictures.models import Image
from newsroom.sitesettings.models import SiteSettings

LISTS = ["/", "/news/", "/feeds/news.rss", "/feeds/news.atom", "/feeds/news.json"]
COUNTRY = "laos"


class Editor:
    """The pieces that are changed again and again."""

    def __init__(self):
        self.country = Country.objects.get(slug=COUNTRY)
        self.here = self.country.get_absolute_url()
        self.topic = Topic.objects.order_by("pk").first()
        self.hotline = self.country.hotlines.order_by("pk").first()
        self.illustrated = next(one for one in Article.objects.published() if one.lead_picture_id)
        self.page = Page.objects.filter(menu="header").first()
        self.callout = Callout.objects.create(title="Campaign", link="/news/", label="Read", placement="home")
        self.corrected, self.typed = self._article("Corrected", "corrected"), self._article("Typed", "typed")
        self.story = None

    def _article(self, title, slug):
        one = Article(title=title, slug=slug, dek="A dek.", body_html="<p>A text.</p>")
        one.publish()
        one.full_clean()
        one.save()
        one.countries.set([self.country])
        return one

    def withdraw(self, _word):
        if self.story is None:
            return []
        self.story.withdraw()
        self.story.save()
        return [*LISTS, self.here, f"/news/{self.story.slug}/", f"/search/?q={self.story.slug}"]

    def publish(self, word):
        self.story = self._article(f"Title {word}", word)
        return [*LISTS, self.here, f"/news/{word}/", f"/search/?q={word}"]

    def correct(self, word):
        self.corrected.title = f"Corrected {word}"
        self.corrected.save()
        return [*LISTS, "/news/corrected/", f"/search/?q={word}"]

    def change_by_sql(self, word):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE articles_article SET title = %s WHERE slug = 'typed'", [f"Typed {word}"])
        return [*LISTS, "/news/typed/"]

    def change_many_by_sql(self, word):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE articles_article SET dek = %s WHERE slug IN ('corrected', 'typed')", [word]
            )
        return ["/news/corrected/", "/news/typed/"]

    def caption(self, word):
        Image.objects.filter(pk=self.illustrated.lead_picture_id).update(caption=f"Caption {word}")
        return [self.illustrated.get_absolute_url()]

    def name_topic(self, word):
        self.topic.name = f"Topic {word}"
        self.topic.save()
        return [self.topic.get_absolute_url()]

    def campaign(self, word):
        self.callout.text = f"Campaign {word}"
        self.callout.save()
        return ["/"]

    def foot(self, word):
        settings = SiteSettings.load()
        settings.footer_text = f"Foot {word}"
        settings.save()
        return ["/", "/news/", "/countries/"]

    def menu(self, word):
        self.page.title = f"Menu {word}"
        self.page.save()
        return ["/", "/news/", "/countries/"]

    def help_line(self, word):
        self.hotline.name = f"Line {word}"
        self.hotline.save()
        return ["/get-help/", self.here]

    def introduce(self, word):
        Country.objects.filter(slug=COUNTRY).update(intro_html=f"<p>Country {word}</p>")
        return [self.here]

    def acts(self):
        return [self.withdraw, self.publish, self.correct, self.change_by_sql, self.change_many_by_sql, self.caption,
                self.name_topic, self.campaign, self.foot, self.menu, self.help_line, self.introduce]  # fmt: skip


def main():
    """Run all acts with a new word each for every line that comes in; answer with what they did."""
    editor = Editor()
    for line in sys.stdin:
        done = []
        for number, act in enumerate(editor.acts()):
            word = f"{json.loads(line)}{chr(97 + number)}"
            with transaction.atomic():
                done.append([act.__name__, word, act(word)])
        print(json.dumps(done), flush=True)
