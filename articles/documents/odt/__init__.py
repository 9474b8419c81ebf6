"""Parts of ODT: package, text, styles and hidden text."""
