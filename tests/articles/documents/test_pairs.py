"""Nothing can be named or refused for which no test shows a suspect and its harmless twin."""

from articles.documents import messages
from tests.articles.documents import (
    test_bounds,
    test_kinds,
    test_odt_findings,
    test_office_refusals,
    test_pdf_findings,
    test_sheet_findings,
    test_word_findings,
)


def first_of(*tables):
    return {pair[0] for table in tables for pair in table}


def test_each_finding_has_a_suspect_and_a_twin():
    shown = first_of(
        test_word_findings.PAIRS, test_sheet_findings.PAIRS, test_odt_findings.PAIRS, test_pdf_findings.PAIRS
    )
    assert shown == set(messages.FINDINGS)


def test_each_refusal_has_a_suspect_and_a_twin():
    shown = first_of(test_office_refusals.PAIRS, test_pdf_findings.REFUSED, test_kinds.PAIRS)
    assert shown | test_bounds.CODES == set(messages.REFUSALS)
