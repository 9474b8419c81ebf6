"""What DOCX, XLSX and ODT have in common: the archive, the package, drawings, and rebuilding from allow-lists."""
