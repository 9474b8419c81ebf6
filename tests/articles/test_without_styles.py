"""What stands side by side in a line is parted in the page itself, for those who read it without our styles."""

import re
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from newsletter.models import Issue

pytestmark = pytest.mark.django_db
INLINE = ["a", "b", "em", "i", "small", "span", "strong", "time"]


@pytest.fixture
def site(make_article, make_resource, make_country, make_topic, make_hotline):
    countries = [make_country(), make_country(name="Thailand", slug="thailand", iso_code="TH")]
    subjects = {"countries": countries, "topics": [make_topic()]}
    make_article(title="A shelter opens", slug="shelter", bylines="Ann <Example>\nBo", **subjects)
    make_article(title="A shelter for men", slug="men", **subjects)
    make_resource(title="Shelter law", slug="law", publisher='A & B\'s "office"', display_date="", **subjects)
    make_hotline(country=countries[0])
    Issue.objects.create(subject="Shelter news", slug="first", state="sent", published_at=timezone.now())


PAGES = ["/", "/news/", "/news/shelter/", "/resources/", "/resources/law/", "/search/?q=shelter", "/countries/",
         "/countries/laos/", "/topics/prevention/", "/newsletter/", "/newsletter/first/", "/get-help/", "/feeds/"]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_no_two_parts_of_a_line_run_together_without_styles(client, site, path):
    page = BeautifulSoup(client.get(path).content, "html.parser")
    lines = page.select(".meta")
    if path not in {"/countries/", "/get-help/", "/feeds/"}:
        assert lines
    for line in lines:
        parts = [one for one in line.find_all(True, recursive=False) if one.get("aria-hidden") != "true"]
        for one, other in pairwise(parts):
            nodes = list(line.children)
            first, last = (next(n for n, node in enumerate(nodes) if node is part) for part in (one, other))
            between = "".join(node.get_text() for node in nodes[first + 1 : last])
            assert between.strip() == "·", line
    for element in page.find_all(INLINE):
        following = element.next_sibling
        if getattr(following, "name", None) in INLINE:
            joined = element.get_text()[-1:] + following.get_text()[:1]
            assert not re.fullmatch(r"\w\w", joined), (element, following)
