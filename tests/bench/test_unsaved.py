"""`make bench`: what keeping a text while somebody types costs the server."""

import json
import re
import statistics
import time
from html import unescape

import pytest

from newsroom.unsaved.models import UnsavedText
from newsroom.versions.models import Version
from tests.bench import results
from tests.newsroom.unsaved.typing import OURS
from tests.pageforms import values_on

CALLS = 100
MOST = 15  # milliseconds of processor


@pytest.mark.django_db(transaction=True)
def test_a_call_costs_less_than_15_ms_of_processor(file_database, client, editor, make_article):
    client.force_login(editor)
    page = client.get(f"/admin/articles/article/{make_article().pk}/change/")
    url = unescape(re.search(r'data-url="([^"]*)"', page.text)[1])
    fields = [(name, value) for name, value in values_on(page).items() if isinstance(value, str)]
    versions, times = Version.objects.count(), []
    for number in range(CALLS):
        text = "<p>" + " ".join(f"word{number}" for number in range(500 + number)) + "</p>"
        body = {"page": "1", "taken": [], "who": str(editor.pk), "fields": [*fields, ("body_html", text)]}
        began = time.process_time()
        answer = client.post(url, json.dumps(body), content_type="application/json", headers=OURS)
        times.append((time.process_time() - began) * 1000)
        assert answer.json()["state"] == "kept"
    median = statistics.median(times)
    results.state("keeping an unsaved text of 500 words, processor time", f"{median:.1f} ms")
    assert (UnsavedText.objects.count(), Version.objects.count()) == (1, versions)
    assert median < MOST
