"""XLSX: sheets, cells and looks."""
