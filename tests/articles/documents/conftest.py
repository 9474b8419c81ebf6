"""What the cleaning tells of a file, asked in this process: the process of its own is tested once for all."""

import pytest

from articles.documents import filetypes
from articles.documents.report import DocumentError, Report


@pytest.fixture
def told():
    """Return a function: a file to the kinds of findings in it, or to the code of its refusal."""

    def told(content, suffix=""):
        report = Report()
        try:
            _kind, clean = filetypes.cleaned(content, suffix, report)
        except DocumentError as trouble:
            return trouble.code
        assert clean
        return set(report.found)

    return told
