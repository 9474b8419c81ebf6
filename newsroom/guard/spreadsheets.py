"""Keeps the cells of a CSV download from becoming formulas of a spreadsheet (OWASP, CSV injection)."""

STARTS_A_FORMULA = tuple("=+-@|%\t\r\n＝＋－＠")
IGNORED = " \u00a0\u200b\ufeff'\""  # what spreadsheets skip before they look


def harmless(value: object) -> str:
    """Return the value as text, with an apostrophe before what a spreadsheet would take for a formula."""
    text = str(value)
    return f"'{text}" if _is_formula(text) else text


def original(text: str) -> str:
    """Return the text without the apostrophe that harmless() puts before a formula."""
    return text[1:] if text.startswith("'") and _is_formula(text[1:]) else text


def _is_formula(text: str) -> bool:
    return text.startswith(STARTS_A_FORMULA) or text.lstrip(IGNORED).startswith(STARTS_A_FORMULA)
