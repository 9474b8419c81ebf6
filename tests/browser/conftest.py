"""A visitor with a browser."""

from urllib.parse import urlsplit

import pytest


@pytest.fixture
def visitor(browser):
    """Return a function that opens a page on a phone without JavaScript, and remembers what was asked for."""
    contexts = []

    def open_page(url, *, width=360, scheme="light", javascript=False, **options):
        context = browser.new_context(
            viewport={"width": width, "height": 740},
            color_scheme=scheme,
            java_script_enabled=javascript,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.hosts = set()
        page.complaints = []
        page.on("request", lambda request: page.hosts.add(urlsplit(request.url).netloc))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.goto(url, wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()
