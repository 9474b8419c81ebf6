"""Parts of DOCX: text, fields, styles and hidden text."""
