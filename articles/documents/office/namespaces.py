"""Namespaces of office documents, in the form in which lxml puts them before the name of a tag."""

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, STYLE, DRAW, TABLE, SCRIPT, NUMBER, META, FORM = (
    f"{{{_ODF}{name}:1.0}}"
    for name in ("office", "text", "style", "drawing", "table", "script", "datastyle", "meta", "form")
)
FO, SVG = f"{{{_ODF}xsl-fo-compatible:1.0}}", f"{{{_ODF}svg-compatible:1.0}}"
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
