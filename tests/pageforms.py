"""Reads a form as a browser would send it: every field with what stands in it."""

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


def values_on(page):
    """Return what the longest form of a page would send."""
    return PageForm(page).values
