"""PDF: built anew from its known parts. What no table here names is not copied, so that it can't stay.

`cleaning` opens, builds and saves; `copying` walks from the pages; `grammar` and its neighbours say which keys
of which kind of object are known; `contents` does the same for the operators that draw a page. What was cut
though a reader would have seen it is named in the report.
"""

from .cleaning import cleaned

__all__ = ["cleaned"]
