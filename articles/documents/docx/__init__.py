"""DOCX: text, fields and looks."""
