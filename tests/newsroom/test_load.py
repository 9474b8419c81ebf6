"""Writing while others read, and a newsletter that goes out meanwhile: the short forms of the soak."""

from tests.conftest import database_url
from tests.soak.fullload import Load
from tests.soak.killing import campaign, readers
from tests.soak.publishing import hold, publish_under_load


def test_15_articles_while_four_readers_load_pages(tmp_path):
    with campaign(tmp_path, readers(600), database_url(), senders=0) as site:
        site.site.start("serve")
        answers, output = publish_under_load(site.site, 15)
        hold(answers, output, 15)
        Load(site, 2).hold()
