"""Rich text: the one place that knows the editor (CKEditor 4) and the allow-list."""

import re

import nh3
from ckeditor.widgets import CKEditorWidget
from django import forms
from django.db import models
from django.utils.safestring import SafeString, mark_safe

TAGS = {
    "p", "br", "h2", "h3", "h4", "strong", "em", "ul", "ol", "li", "blockquote", "cite", "a", "figure",
    "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "hr", "sup", "sub",
    "abbr", "code", "pre", "span",
}  # fmt: skip
BLOCKS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "figure", "table", "td", "th"}
ATTRIBUTES = {
    "a": {"href", "hreflang"},
    "abbr": {"title"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
    "blockquote": {"cite"},
    **{},
}
for tag in BLOCKS | {"span"}:
    ATTRIBUTES.setdefault(tag, set()).update({"lang", "dir"})
SCHEMES = {"http", "https", "mailto", "tel"}
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def sanitise(html):
    """Return the HTML with nothing but what the allow-list holds; never raises, and twice is as once."""
    html = UNSTORABLE.sub("", html or "")
    return nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener").strip()


class RichTextFormField(forms.CharField):
    """A CKEditor box whose content is sanitised on its way in and on its way out."""

    widget = CKEditorWidget

    def clean(self, value):
        return super().clean(sanitise(value))

    def prepare_value(self, value):
        return sanitise(value) if isinstance(value, str) else value


class RichTextField(models.TextField):
    """Sanitised HTML; its name ends in _html."""

    def pre_save(self, model_instance, add):
        value = sanitise(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": RichTextFormField, "widget": CKEditorWidget} | kwargs)


def rendered(html) -> SafeString:
    """Return stored rich text as mark-up for a page."""
    return mark_safe(html)  # noqa: S308 - sanitised on write, and again in pre_save
