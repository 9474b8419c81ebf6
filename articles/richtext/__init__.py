"""Rich text: what it may hold, how it is cleaned, edited and shown.

`allowlist` says what stored text may hold; `sanitiser`, `shape` and `tree` make it so; `editor` is the
one place that knows CKEditor; `renderings` turns stored text into what pages, feeds and mails show.
"""

from .editor import EDITOR_POLICY_EXTRA, RichTextWidget
from .fields import RichTextField, RichTextFormField
from .pictures import picture_ids, pictures_in, rich_text_fields, rows_holding, rows_with
from .renderings import for_feed, for_mail, plain_text, rendered
from .sanitiser import safe, sanitise

__all__ = [
    "EDITOR_POLICY_EXTRA", "RichTextField", "RichTextFormField", "RichTextWidget", "for_feed", "for_mail",
    "picture_ids", "pictures_in", "plain_text", "rendered", "rich_text_fields", "rows_holding", "rows_with",
    "safe", "sanitise",
]  # fmt: skip
