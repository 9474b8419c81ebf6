"""Rich text: the one place that knows the editor (CKEditor 4) and the allow-list.

CKEditor 4 is end-of-life, so it is fenced: it runs in the admin only, without its upload view and its
preview, source and full-page plugins, and it gets nothing but sanitised text to edit.
"""

import html as html_text
import json
import re
import unicodedata

import nh3
from ckeditor.widgets import CKEditorWidget
from django import forms
from django.db import models
from django.forms.widgets import Media, Script
from django.templatetags.static import static
from django.utils.csp import CSP
from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

# What stored text may hold.
TAGS = {
    "p", "br", "h2", "h3", "h4", "strong", "em", "ul", "ol", "li", "blockquote", "cite", "a", "figure",
    "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "hr", "sup", "sub",
    "abbr", "code", "span",
}  # fmt: skip
BLOCKS = {
    "p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "figure", "figcaption", "table", "caption",
    "thead", "tbody", "tfoot", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "hreflang", "id", "rel"},
    "abbr": {"title"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
    "blockquote": {"cite"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "p": {"id"},
    "li": {"id"},
    "sup": {"id"},
}
for _tag in BLOCKS | {"span"}:
    ATTRIBUTES[_tag] = ATTRIBUTES.get(_tag, set()) | {"lang", "dir"}
SCHEMES = {"http", "https", "mailto", "tel"}
HEADINGS = {"h2", "h3", "h4"}
VOID = {"br", "hr"}

# What other editors and old pages write, and what we call it.
RENAMED = {"b": "strong", "i": "em", "h5": "h4", "h6": "h4"} | dict.fromkeys(
    ["div", "section", "article", "header", "footer", "main", "aside", "nav", "address", "center", "dl", "dt",
     "dd", "form", "fieldset", "legend", "details", "summary", "hgroup", "pre", "dialog", "search", "option",
     "optgroup"],
    "p",
)  # fmt: skip
SHIFTED = {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}
# Elements whose text no browser shows.
UNSEEN = {
    "script", "style", "template", "title", "iframe", "noembed", "noframes", "noscript", "audio", "video",
    "canvas", "object", "datalist",
}  # fmt: skip

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^">])*)>')
ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
EMPTY = re.compile(
    r"<(p|h2|h3|h4|strong|em|sup|sub|abbr|code|cite|span|blockquote|ul|ol|li|figure|figcaption)(?: [^<>]*)?>"
    r"((?:\s|&nbsp;|<br>)*)</\1>"
)
LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8}){0,3}")
OUR_ID = re.compile(r"""(?:s-[^\s"'<>&#=`]{1,60}|fn-[a-z0-9-]{1,40})""")
FOOTNOTE = re.compile(
    r"_?(?:ftn|edn|ftnt|ednt)(?P<ref>_?ref)?(?P<number>[0-9]{1,4})|sdfootnote(?P<libre>[0-9]{1,4})(?P<end>anc|sym)"
)
ADDRESS = re.compile(r"(?:https?://[^/?#\\\s]+|mailto:[^\s]+|tel:[+0-9 ()./-]+$|/(?![/\\])|#)", re.IGNORECASE)
ROUNDS = 12  # of cleaning until nothing changes; two or three are usual


def sanitise(html):
    """Return the HTML with nothing but what the allow-list holds; never raises, and twice is as once."""
    text = UNSTORABLE.sub("", html if isinstance(html, str) else "")
    for _round in range(ROUNDS):
        cleaned = _clean(text)
        if cleaned == text:
            return cleaned
        text = cleaned
    # Mark-up so tangled that it never settles: its words stay, as plain paragraphs.
    words = [line.strip() for line in html_text.unescape(strip_tags(text)).splitlines()]
    return "\n".join(f"<p>{_quoted(UNSTORABLE.sub('', line))}</p>" for line in words if line)


def _clean(html):
    wide = nh3.clean(
        html,
        tags=TAGS | set(RENAMED) | {"h1"},
        clean_content_tags=UNSEEN,
        attributes={
            tag: names - {"rel"} | ({"name"} if tag == "a" else set()) for tag, names in ATTRIBUTES.items()
        }
        | {"h1": {"lang", "dir"}},
        attribute_filter=_attribute,
        url_schemes=SCHEMES,
        link_rel=None,
    )
    ours = _rewritten(wide)
    return nh3.clean(
        ours,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes=SCHEMES,
        link_rel=None,
    ).strip()


def _attribute(tag, name, value):
    """Return what an attribute may say, or None to drop it."""
    if name in {"id", "name"}:
        value = _our_id(value)
        return value if value and (tag in HEADINGS or value.startswith("fn-")) else None
    if name in {"href", "cite"}:
        return _address(value, {"http", "https"} if name == "cite" else SCHEMES)
    if name == "rel":
        return value if value == "noopener" else None
    if name in {"lang", "hreflang"}:
        return value if LANGUAGE.fullmatch(value) else None
    if name == "dir":
        return value if value in {"ltr", "rtl", "auto"} else None
    if name == "scope":
        return value if value in {"col", "row", "colgroup", "rowgroup"} else None
    if name in {"colspan", "rowspan"}:
        return value if re.fullmatch("[1-9][0-9]?", value) and value != "1" else None
    if name == "start":
        return value if re.fullmatch("[0-9]{1,4}", value) else None
    return value


def _address(value, schemes):
    # Browsers ignore tabs, line breaks and what surrounds an address; so must whoever judges it.
    value = re.sub("[\t\n\r]", "", value).strip("".join(map(chr, range(0x21))))
    if re.search(r"[\x00-\x1f\x7f]", value) or not ADDRESS.match(value):
        return None
    if value.startswith("#"):
        target = _our_id(value[1:])
        return f"#{target}" if target else None
    if value.startswith("/"):
        return value if "\\" not in value else None
    return value if value.split(":", 1)[0].lower() in schemes else None


def _our_id(value):
    """Return an id of ours, also for the footnote marks of Word, Google Docs and LibreOffice, or None."""
    if OUR_ID.fullmatch(value):
        return value
    match = FOOTNOTE.fullmatch(value)
    if not match:
        return None
    if match["libre"]:
        return f"fn-ref-{match['libre']}" if match["end"] == "anc" else f"fn-{match['libre']}"
    return f"fn-ref-{match['number']}" if match["ref"] else f"fn-{match['number']}"


def _quoted(text):
    return escape(text).replace("&#x27;", "'")


def _heading_id(text, taken):
    words = unicodedata.normalize("NFC", html_text.unescape(strip_tags(text))).lower()
    kept = "".join(c if c.isalnum() or unicodedata.category(c) in {"Mn", "Mc"} else " " for c in words)
    base = "s-" + ("-".join(kept.split())[:40].strip("-") or "section")
    found, number = base, 2
    while found in taken:
        found, number = f"{base}-{number}", number + 1
    return found


def _rewritten(html):
    """Return nh3's output in our own words: names, ids, and links that lead somewhere.

    nh3 quotes every attribute with double quotes and escapes < and > in text, so that a regular
    expression finds every tag; what this makes goes through nh3 again.
    """
    shift = SHIFTED if re.search(r"<h1[ >]", html) else {}
    pieces, dropped, position = [], [], 0
    tags = list(TAG.finditer(html))
    ids = _settled_ids(html, tags)
    targets = set(ids.values())
    for match in tags:
        pieces.append(html[position : match.start()])
        position = match.end()
        closing, name, rest = match.groups()
        name = shift.get(name) or RENAMED.get(name, name)
        if closing:
            if name in {"a", "span"} and dropped and dropped.pop():
                continue
            pieces.append(f"</{name}>")
            continue
        attributes = dict(ATTRIBUTE.findall(rest))
        attributes.pop("name", None)
        attributes.pop("id", None)
        if position in ids:
            attributes["id"] = ids[position]
        href = attributes.get("href", "")
        if href.startswith("#") and html_text.unescape(href[1:]) not in targets:
            attributes.pop("href")
        attributes.pop("rel", None)
        if href.lower().startswith(("http:", "https:")):
            attributes["rel"] = "noopener"
        if name in {"a", "span"}:
            dropped.append(not (attributes.keys() & {"href", "id", "lang", "dir"}))
            if dropped[-1]:
                continue
        pieces.append(f"<{name}{''.join(f' {key}="{value}"' for key, value in sorted(attributes.items()))}>")
    pieces.append(html[position:])
    text, changes = "".join(pieces), 1
    while changes:
        text, changes = EMPTY.subn(_gap, text)
    return text


def _settled_ids(html, tags):
    """Return the id of every element that has one, each once, by the place where its start tag ends."""
    ids, taken = {}, set()
    for match in tags:
        if match[1]:
            continue
        attributes = dict(ATTRIBUTE.findall(match[3]))
        own = attributes.get("id") or attributes.get("name") or ""
        if own in taken:
            own = ""
        if not own and match[2] in {"h1", "h5", "h6"} | HEADINGS:
            end = re.compile("</h[1-6]>").search(html, match.end())
            own = _heading_id(html[match.end() : end.start()] if end else "", taken)
        if own:
            ids[match.end()] = own
            taken.add(own)
    return ids


def _gap(match):
    """Return what stands in the place of an empty element: nothing, or a space that keeps words apart."""
    if match[1] in {"strong", "em", "sup", "sub", "abbr", "code", "cite", "span"}:
        return match[2]
    return "\n"


def rendered(html) -> SafeString:
    """Return stored rich text as mark-up for a page: wide tables scroll in a box that the keyboard reaches."""
    pieces, position, depth = [], 0, 0
    for match in TAG.finditer(html):
        if match[2] != "table":
            continue
        pieces.append(html[position : match.start()])
        position = match.end()
        if match[1]:
            depth -= 1
            pieces.append(match[0] + ("</div>" if depth == 0 else ""))
        else:
            if depth == 0:
                caption = re.match(r"\s*<caption[^>]*>(.*?)</caption>", html[position:], re.DOTALL)
                words = " ".join(html_text.unescape(strip_tags(caption[1])).split()) if caption else ""
                label = escape(words or _("Table"))
                pieces.append(f'<div class="table-scroll" role="region" tabindex="0" aria-label="{label}">')
            depth += 1
            pieces.append(match[0])
    pieces.append(html[position:])
    return mark_safe("".join(pieces))  # noqa: S308 - sanitised on write, and again in pre_save


# The editor

# On pages that hold an editor: CKEditor 4 writes handlers into its own toolbar and styles into its boxes.
EDITOR_POLICY_EXTRA = {
    "script-src-attr": [CSP.UNSAFE_INLINE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
}

CKEDITOR_CONFIGS = {
    "default": {
        "customConfig": "",
        "versionCheck": False,
        "stylesSet": False,
        "skin": "moono-lisa",
        "extraPlugins": "divarea,newsroom",  # the second is in static/js/editor.js
        "enableContextMenu": False,  # so that the browser's own, with its spelling help, opens
        "removePlugins": ",".join(
            [
                "about",
                "bidi",
                "colorbutton",
                "copyformatting",
                "dialogadvtab",
                "div",
                "docprops",
                "editorplaceholder",
                "elementspath",
                "exportpdf",
                "filebrowser",
                "find",
                "flash",
                "font",
                "format",
                "forms",
                "iframe",
                "iframedialog",
                "image",
                "image2",
                "uploadimage",
                "uploadwidget",
                "easyimage",
                "cloudservices",
                "justify",
                "language",
                "maximize",
                "newpage",
                "pagebreak",
                "pastetext",
                "preview",
                "print",
                "save",
                "scayt",
                "selectall",
                "showblocks",
                "smiley",
                "sourcearea",
                "sourcedialog",
                "specialchar",
                "stylescombo",
                "templates",
                "wsc",
                "embed",
                "embedbase",
                "autoembed",
                "mathjax",
                "codesnippet",
            ]
        ),
        "toolbar": [
            ["Paragraph", "Heading2", "Heading3", "Heading4"],
            ["Bold", "Italic", "Subscript", "Superscript", "RemoveFormat"],
            ["Link", "Unlink"],
            ["BulletedList", "NumberedList", "Blockquote"],
            ["HorizontalRule", "Table", "RowAfter", "ColumnAfter", "RowDelete", "ColumnDelete"],
            ["Undo", "Redo"],
        ],
        "removeDialogTabs": "link:target;link:advanced;link:upload;table:advanced",
        "linkShowTargetTab": False,
        "linkShowAdvancedTab": False,
        "linkDefaultProtocol": "https://",
        "allowedContent": (
            "p h2 h3 h4 ul li figure figcaption caption thead tbody tfoot tr table[id,lang,dir];"
            "ol[start,lang,dir]; blockquote[cite,lang,dir]; span[lang,dir]; a[!href,hreflang,id,name];"
            "th[scope,colspan,rowspan,lang,dir]; td[colspan,rowspan,lang,dir]; abbr[title];"
            "strong em sup sub code cite br hr"
        ),
        "disableNativeSpellChecker": False,
        "entities": False,
        "basicEntities": True,
        "tabSpaces": 0,
        "toolbarCanCollapse": False,
        "dialog_noConfirmCancel": True,
        "pasteFromWordPromptCleanup": False,
        "height": 420,
        "resize_dir": "vertical",
    }
}


def _labels():
    return {
        "Paragraph": _("Text"),
        "Heading2": _("Heading"),
        "Heading3": _("Heading in a section"),
        "Heading4": _("Smallest heading"),
        "RowAfter": _("Add a row below"),
        "ColumnAfter": _("Add a column after"),
        "RowDelete": _("Delete the row"),
        "ColumnDelete": _("Delete the column"),
    }


class RichTextWidget(CKEditorWidget):
    """A CKEditor box, started by our own script and fenced by our own configuration."""

    def __init__(self, attrs=None):
        super().__init__(template_name="django/forms/widgets/textarea.html", attrs=attrs)
        self.config = dict(CKEDITOR_CONFIGS["default"])

    @property
    def media(self):
        base = static("ckeditor/ckeditor/")
        return Media(
            js=[
                Script("js/editor.js", **{"data-ckeditor-base": base}),
                "ckeditor/ckeditor/ckeditor.js",
            ]
        )

    def get_context(self, name, value, attrs):
        config = self.config | {"language": (get_language() or "en").lower(), "newsroomLabels": _labels()}
        attrs = (attrs or {}) | {
            "data-editor": json.dumps(config),
            "data-picture-left-out": _("Pictures were left out. Add them to the library instead."),
        }
        return forms.Textarea.get_context(self, name, value, attrs)


class RichTextFormField(forms.CharField):
    """A box for rich text whose content is sanitised on its way in and on its way out."""

    widget = RichTextWidget

    def __init__(self, **kwargs):
        kwargs["widget"] = RichTextWidget()  # the admin would put a plain box here
        super().__init__(**kwargs)

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
        return super().formfield(**{**kwargs, "form_class": RichTextFormField})
