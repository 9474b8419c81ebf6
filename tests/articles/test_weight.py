"""What a phone has to fetch before it shows an article."""

import gzip
import re

import pytest
import yaml
from django.conf import settings

from tests.servers import ROOT

pytestmark = pytest.mark.django_db
BUDGET = 15_000  # bytes, compressed: the page with its style and its scripts
NAMES_AND_PADDING = 150  # hashed names of files, and what Compress adds against BREACH


def text_of(words):
    """Return paragraphs of articles of the demo, so many words."""
    rows = yaml.safe_load((ROOT / "fixtures" / "demo" / "3d-articles-2020-2026.yaml").read_text())
    paragraphs, left = [], words
    for row in rows:
        for paragraph in re.findall(r"<p>.*?</p>", row["fields"]["body_html"]):
            left -= len(re.sub("<[^>]+>", " ", paragraph).split())
            if left < 0:
                return "\n".join(paragraphs)
            paragraphs.append(paragraph)
    raise ValueError(f"The demo has fewer than {words} words.")


def test_an_article_of_600_words_weighs_at_most_15_000_bytes(client, make_article, make_country, make_topic):
    make_article(
        slug="long", body_html=text_of(600), bylines="Ann Author", dateline="VIENTIANE", countries=[make_country()],
        topics=[make_topic()], source_relation="adapted", source_title="A report of some length on what was found",
        source_publication="Vientiane Times", source_url="https://www.example.org/reports/2006/what-was-found",
    )  # fmt: skip
    answer = client.get("/news/long/", headers={"accept-encoding": "gzip"})
    page = gzip.decompress(answer.content).decode()
    files = re.findall(r'(?:<link rel="stylesheet" href|<script[^>]* src)="/static/([^"]+)"', page)
    assert "css/site.css" in files
    weights = [len(gzip.compress((settings.BASE_DIR / "static" / name).read_bytes())) for name in files]
    assert len(answer.content) + sum(weights) + NAMES_AND_PADDING <= BUDGET, (len(answer.content), weights)
