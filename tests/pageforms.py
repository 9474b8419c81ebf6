"""Reads a form as a browser would send it: every field with what stands in it."""

import re
from html import unescape
from html.parser import HTMLParser


class PageForm(HTMLParser):
    """The fields of the longest form of a page, with their values; a name with several has a list."""

    def __init__(self, page):
        super().__init__()
        self.forms, self.fields = [], None
        self.select = self.textarea = self.option = None
        self.text = ""
        self.feed(page if isinstance(page, str) else page.content.decode())

    @property
    def values(self):
        """Return what the form would send without any button."""
        return max(self.forms, key=len)

    def put(self, name, value):
        if name and self.fields is not None:
            if name in self.fields:
                before = self.fields[name]
                self.fields[name] = [*(before if isinstance(before, list) else [before]), value]
            else:
                self.fields[name] = value

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag == "form":
            self.fields = {}
            self.forms.append(self.fields)
        elif tag == "input":
            kind = named.get("type", "text")
            if kind in {"submit", "button", "file", "image"}:
                return
            if kind in {"checkbox", "radio"} and "checked" not in named:
                return
            self.put(named.get("name"), named.get("value", "on" if kind == "checkbox" else "") or "")
        elif tag == "select":
            self.select = named.get("name")
        elif tag == "option" and self.select and "selected" in named:
            self.put(self.select, named.get("value", ""))
        elif tag == "textarea":
            self.textarea, self.text = named.get("name"), ""

    def handle_data(self, data):
        if self.textarea:
            self.text += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.textarea:
            text = self.text.removeprefix("\r\n").removeprefix("\n")
            self.put(self.textarea, text.replace("\r\n", "\n").replace("\n", "\r\n"))
            self.textarea = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.fields = None


def value(text, name):
    """Return the value of the first field of that name."""
    return unescape(re.search(rf'name="{name}" value="([^"]*)"', text)[1])


def token_on(page):
    """Return the token of a page against forged forms."""
    return value(page.text, "csrfmiddlewaretoken")


def waiting_on(page):
    """Return what the form of a page would send of what waits behind it."""
    found = {"csrfmiddlewaretoken": token_on(page)}
    for name, words in re.findall(
        r'<textarea name="(\S+)"[^>]*hidden[^>]*>\n(.*?)</textarea>', page.text, re.DOTALL
    ):
        found.setdefault(name, []).append(unescape(words))
    return found


def values_on(page):
    """Return what the longest form of a page would send."""
    return PageForm(page).values


def unpublish(client, row, **chosen):
    """Take a row off the site on the page that asks; returns the page that it leads to."""
    from django.urls import reverse

    url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_unpublish", args=[row.pk])
    return client.post(url, values_on(client.get(url)) | chosen, follow=True)
