"""The one module that knows the editor: CKEditor 4, which is end-of-life and therefore fenced.

It runs in the admin alone, with the plugins named here and no other, without any upload view of its own, and gets
only sanitised text to edit. Its scripts are static/js/editor*.js; they get the allow-list from here.
"""

import json
from typing import Any

from ckeditor.widgets import CKEditorWidget
from django import forms
from django.forms.widgets import Media, Script
from django.templatetags.static import static
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from newsroom.offers import offered
from newsroom.pictures.ingestion import MAX_BYTES, MAX_MEGABYTES

from .allowlist import AUTHORED
from .limits import is_too_long

# On pages that hold an editor: CKEditor 4 writes handlers into its own toolbar and styles into its boxes.
EDITOR_POLICY_EXTRA = {
    "script-src-attr": [CSP.UNSAFE_INLINE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
}

# What is not named does not load: no preview, print, source view, full page, iframe, template, upload, paste
# filter, font or form plugin, and nothing that asks another host.
PLUGINS = [
    "basicstyles", "blockquote", "clipboard", "divarea", "enterkey", "entities", "floatingspace", "horizontalrule",
    "htmlwriter", "indentlist", "link", "list", "magicline", "newsroom", "removeformat", "resize", "tab", "table",
    "tabletools", "toolbar", "undo", "widget",
]  # fmt: skip

TOOLBAR = [
    ["Paragraph", "Heading2", "Heading3", "Heading4"],
    ["Bold", "Italic", "Strike", "Subscript", "Superscript", "RemoveFormat"],
    ["Link", "Unlink"],
    ["BulletedList", "NumberedList", "Blockquote"],
    ["Picture", "PictureUp", "PictureDown", "PictureRemove"],
    ["HorizontalRule", "Table", "RowAfter", "ColumnAfter", "RowDelete", "ColumnDelete", "Chart", "CsvTable"],
    ["Undo", "Redo"],
]


def _allowed_content() -> str:
    """Return the allow-list as a rule of CKEditor's Advanced Content Filter."""
    attributes = AUTHORED | {"a": ["!href", *(name for name in AUTHORED["a"] if name != "href"), "name"]}
    return "; ".join(f"{tag}[{','.join(names)}]" if names else tag for tag, names in attributes.items())


CONFIG: dict[str, object] = {
    "customConfig": "",
    "versionCheck": False,
    "stylesSet": False,
    "skin": "moono-lisa",
    "plugins": ",".join(PLUGINS),
    "extraPlugins": "",
    "enableContextMenu": False,  # so that the browser's own, with its spelling help, opens
    "toolbar": TOOLBAR,
    "removeDialogTabs": "link:target;link:advanced;link:upload;table:advanced",
    "linkShowTargetTab": False,
    "linkShowAdvancedTab": False,
    "linkDefaultProtocol": "https://",
    "allowedContent": _allowed_content(),
    "clipboard_handleImages": False,  # it would write them into the text; static/js/editor-pictures.js uploads them
    "disableNativeSpellChecker": False,
    "entities": False,
    "basicEntities": True,
    "tabSpaces": 0,
    "toolbarCanCollapse": False,
    "toolbarGroupCycling": False,  # arrows lead through the whole toolbar, as WAI-ARIA's pattern has it
    "dialog_noConfirmCancel": True,
    "height": 420,
    "resize_dir": "vertical",
}


def _labels() -> dict[str, str]:
    """Return the labels of our own buttons."""
    return {
        "Paragraph": _("Text"),
        "Heading2": _("Heading"),
        "Heading3": _("Heading in a section"),
        "Heading4": _("Smallest heading"),
        "Picture": _("Picture"),
        "PictureUp": _("Move the picture up"),
        "PictureDown": _("Move the picture down"),
        "PictureRemove": _("Remove the picture"),
        "RowAfter": _("Add a row below"),
        "ColumnAfter": _("Add a column after"),
        "RowDelete": _("Delete the row"),
        "ColumnDelete": _("Delete the column"),
        "Chart": _("Chart from the table"),
        "CsvTable": _("Table or chart from a CSV file"),
    }


def _words() -> dict[str, str]:
    """Return the messages of our scripts to an editor."""
    return {
        "picturesLeftOut": _(
            "Pictures from elsewhere were left out. Put them into the library first, then into the text."
        ),
        "asidesLeftOut": _(
            "Words that were deleted or hidden in the other program, and comments, were left out."
        ),
        "gone": _("This picture is not in the library any more; readers see nothing here."),
        "mayNotUpload": _("Your role can’t put pictures into the library, so this one was left out."),
        "decorative": _("Decorative picture"),
        "choose": _("Choose a picture"),
        "chooseOther": _("Choose another picture"),
        "takeOut": _("Take it out"),
        "search": _("Search the library"),
        "none": _("No picture of the library fits."),
        "noneYet": _("The library is empty. Upload the first picture."),
        "more": _("More pictures"),
        "upload": _("Upload a picture"),
        "file": _("File"),
        "alt": _("Alternative text"),
        "altHelp": _("What the picture shows, for those who can't see it. No name."),
        "isDecorative": _("Decorative: it adds nothing to the text"),
        "caption": _("Caption"),
        "credit": _("Credit"),
        "creditHelp": _("Who made it: Photo: Ann Example."),
        "person": _("Somebody can be recognised: publication will ask for consent"),
        "send": _("Upload and insert"),
        "back": _("Back to the library"),
        "close": _("Close"),
        "sending": _("Uploading: %s %"),
        "working": _("The picture is being cleaned …"),
        "altMissing": _("Describe the picture, or tick that it is decorative."),
        "creditMissing": _("Say who made the picture."),
        "fileMissing": _("Choose a file."),
        "tooLarge": _("The file is larger than %(number)s MB.") % {"number": MAX_MEGABYTES},
        "failed": _("That did not work. Check the connection and try again."),
        "position": _("Picture %s"),
    }


def _words_of_charts() -> dict[str, str]:
    """Return what the dialog of charts says."""
    return {
        "chart": _("Chart from the table"),
        "chartKind": _("Shown to readers as"),
        "chartNone": _("Table alone"),
        "chartBar": _("Bars: amounts side by side"),
        "chartLine": _("Line: how something changes over time"),
        "chartDot": _("Dots: values on one scale, which need not begin at zero"),
        "chartTitle": _("Title"),
        "chartTitleHelp": _(
            "What the figures show, with place, time and unit. It is the title of the table too."
        ),
        "chartSource": _("Source"),
        "chartSourceHelp": _("Who published the figures, and when. Stands below."),
        "chartColumns": _("Columns to draw"),
        "chartColumn": _("Column %s"),
        "chartDone": _("Apply"),
        "chartTitleMissing": _("Give the chart a title."),
        "chartColumnsMissing": _("Choose one column, and six at most."),
        "chartNoNumbers": _("No column after the first holds numbers, so there is nothing to draw."),
        "csv": _("Table or chart from a CSV file"),
        "csvHelp": _(
            "These files are published among the resources. The text takes the figures as they are now."
        ),
        "csvNone": _("No CSV file is published among the resources yet."),
        "csvTooLong": _("This file has more than 200 rows or 12 columns, too many for a text."),
        "chartTooLong": _("The table has more than 200 rows, too many for a chart."),
    }


def _words_of_links() -> dict[str, str]:
    """Return what the dialog of links says, and the search in it."""
    return {
        "linkFind": _("Find one of our pages"),
        "linkFindHelp": _("Words of its title. Other addresses go below."),
        "linkFound": _("%s found"),
        "linkNone": _("No page of ours has that in its title."),
        "linkChosen": _("Chosen: %s"),
        "linkText": _("Words of the link"),
        "linkKind": _("Leads to"),
        "linkToPage": _("A page"),
        "linkToPlace": _("A place in this text"),
        "linkToMail": _("A mail address"),
        "linkToPhone": _("A telephone number"),
        "linkBegins": _("Begins with"),
        "linkOwn": _("our site"),
        "linkAddress": _("Address"),
    }


class RichTextWidget(CKEditorWidget):
    """A CKEditor box, started by our own script and limited by our own configuration."""

    may_choose = True  # pictures of the library; a form sets both by the permissions of its user
    may_upload = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:  # as Django's widgets declare them
        super().__init__(template_name="django/forms/widgets/textarea.html", attrs=attrs)
        self.config = dict(CONFIG)

    @property
    def media(self) -> Media:
        base = static("ckeditor/ckeditor/")
        return Media(
            js=[
                "js/editor-looks.js",
                "js/editor-asides.js",
                "js/editor-lines.js",
                "js/editor-lists.js",
                "js/editor-tables.js",
                "js/editor-paste.js",
                "js/editor-pictures.js",
                "js/editor-places.js",
                "js/editor-charts.js",
                "js/editor-csv.js",
                Script("js/editor.js", **{"data-ckeditor-base": base}),  # type: ignore[list-item]  # not in the stubs
                "ckeditor/ckeditor/ckeditor.js",
            ]
        )

    def get_context(
        self, name: str, value: object, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:  # as Django's
        """Return what the template shows: a textarea that carries the configuration of its editor."""
        config = self.config | {
            "language": (get_language() or "en").lower(),
            "toolbar": [row for row in TOOLBAR if self.may_choose or "Picture" not in row],
            "newsroom": {
                "allowed": AUTHORED,
                "mostBytes": MAX_BYTES,
                "mayUpload": self.may_choose and self.may_upload,
                "labels": _labels(),
                "words": _words() | _words_of_charts() | _words_of_links(),
                "library": reverse("admin:pictures_image_library"),
                "upload": reverse("admin:pictures_image_upload"),
                "pages": next(map(reverse, offered("pages_for_links")), ""),
                "tables": next(map(reverse, offered("tables_for_texts")), ""),
            },
        }
        if not is_too_long(value):
            attrs = (attrs or {}) | {"data-editor": json.dumps(config)}
        return forms.Textarea.get_context(self, name, value, attrs)
