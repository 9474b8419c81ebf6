"""Rich text: what it may hold, how it is cleaned, edited and shown.

`allowlist` says what stored text may hold; `sanitiser`, `shape` and `tree` make it so; `editor` is the
one place that knows CKEditor; `renderings` turns stored text into what pages, feeds and mails show.
"""
