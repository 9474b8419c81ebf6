"""Parts of XLSX: workbook, sheets, formulas and formats."""
