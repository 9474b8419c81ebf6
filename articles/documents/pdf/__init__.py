"""Cleans PDF: copies known objects into a new file, so that nothing unknown can stay.

`cleaning` opens, builds and saves; `copying` copies objects by rules, beginning with the pages; `grammar` and the
modules beside it hold the rules for the keys of each type of object; `contents` does the same for the operators that
draw a page. Visible things that are cut are reported.
"""

from .cleaning import cleaned

__all__ = ["cleaned"]
